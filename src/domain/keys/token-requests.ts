// Requests at the token endpoint: client_credentials of RFC 6749 section 4.4, from a form or HTTP Basic. Pure.

import type { Guid } from '../guid.ts'
import { organizationOfClient } from './api-keys.ts'

/** The one scope that these tokens have. */
export const organizationScope = 'api.organization'

/** Error codes of RFC 6749 section 5.2. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type'

/** Who asks, and how they prove it; `organizationId` is undefined for a client id that is no organization's. */
export type TokenRequest =
  | { readonly kind: 'asked'; readonly organizationId: Guid | undefined; readonly secret: string }
  | TokenRequestRefusal
export type TokenRequestRefusal = {
  readonly kind: 'refused'
  readonly reason: TokenError
  readonly description: string
}

const refused = (reason: TokenError, description: string): TokenRequestRefusal => ({
  kind: 'refused',
  reason,
  description,
})

/** Reads a request: the form, and the Authorization header's value. Members of the form that it does not know are ignored. */
export function readTokenRequest(form: URLSearchParams, authorization: string | null): TokenRequest {
  const repeated = ['grant_type', 'scope', 'client_id', 'client_secret'].find((name) => form.getAll(name).length > 1)
  if (repeated) return refused('invalid_request', `${repeated} is given more than once`)
  const grantType = form.get('grant_type')
  if (!grantType) return refused('invalid_request', 'the form (application/x-www-form-urlencoded) has no grant_type')
  if (grantType !== 'client_credentials') return refused('unsupported_grant_type', 'grant_type is client_credentials')
  const scopes = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
  if (scopes.some((scope) => scope !== organizationScope)) {
    return refused('invalid_scope', `scope is ${organizationScope}`)
  }

  const credentials = credentialsOf(form, authorization)
  if ('kind' in credentials) return credentials
  return { kind: 'asked', organizationId: organizationOfClient(credentials.id), secret: credentials.secret }
}

type Credentials = { readonly id: string; readonly secret: string }

/** One way to prove who asks (RFC 6749 section 2.3); the same said in both ways is no contradiction. */
function credentialsOf(form: URLSearchParams, authorization: string | null): Credentials | TokenRequestRefusal {
  const [id, secret] = [form.get('client_id') || undefined, form.get('client_secret') || undefined]
  if (!/^basic\b/i.test(authorization ?? '')) {
    if (id && secret) return { id, secret }
    return refused('invalid_client', 'client_id and client_secret are needed')
  }

  const basic = basicCredentials(authorization ?? '')
  if (!basic) return refused('invalid_client', 'the Authorization header cannot be read')
  const contradicts = (id ?? basic.id) !== basic.id || (secret ?? basic.secret) !== basic.secret
  return contradicts ? refused('invalid_request', 'the form and the Authorization header differ') : basic
}

/** Reads `Basic …`, both halves form-encoded (RFC 6749 section 2.3.1); undefined when it can't be read. */
function basicCredentials(authorization: string): Credentials | undefined {
  const [, encoded] = /^basic +([\w+/-]+=*) *$/i.exec(authorization) ?? []
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  return id && secret ? { id: formDecoded(id), secret: formDecoded(secret) } : undefined
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
