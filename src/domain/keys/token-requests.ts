// Requests to the token endpoint: client_credentials of RFC 6749 section 4.4, by form or HTTP Basic. Pure.

import type { Guid } from '../guid.ts'
import { organizationOfClient } from './api-keys.ts'
import { serverKeyOfClient } from './server-keys.ts'

/** The only scope of the tokens of an organization's API key. */
export const organizationScope = 'api.organization'
/** The only scope of the tokens of a server key. */
export const serverScope = 'api.events.write'

/** Who asks for a token: an organization, with any of its API keys; or a server key. */
export type TokenClient =
  | { readonly kind: 'organization'; readonly organizationId: Guid }
  | { readonly kind: 'server'; readonly keyId: Guid }

/** The scope of a client's tokens. */
export const scopeOf = ({ kind }: TokenClient) => (kind === 'organization' ? organizationScope : serverScope)

/** Error codes of RFC 6749 section 5.2. */
type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type'

/** A client and its secret; `client` is undefined for a client id of another form. */
type TokenRequest =
  | { readonly kind: 'request'; readonly client: TokenClient | undefined; readonly secret: string }
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

/** Reads a request from the form and the value of the Authorization header. Ignores unknown fields of the form. */
export function readTokenRequest(form: URLSearchParams, authorization: string | null): TokenRequest {
  const repeated = ['grant_type', 'scope', 'client_id', 'client_secret'].find((name) => form.getAll(name).length > 1)
  if (repeated) return refused('invalid_request', `${repeated} is given more than once`)
  const grantType = form.get('grant_type')
  if (!grantType) return refused('invalid_request', 'the form (application/x-www-form-urlencoded) has no grant_type')
  if (grantType !== 'client_credentials') return refused('unsupported_grant_type', 'grant_type is client_credentials')
  const credentials = credentialsOf(form, authorization)
  if (credentials.kind === 'refused') return credentials

  const client = clientOf(credentials.id)
  const allowed: readonly string[] = client ? [scopeOf(client)] : [organizationScope, serverScope]
  const scopes = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
  if (scopes.some((scope) => !allowed.includes(scope))) {
    return refused('invalid_scope', `scope is ${allowed.join(' or ')}`)
  }
  return { kind: 'request', client, secret: credentials.secret }
}

function clientOf(clientId: string): TokenClient | undefined {
  const organizationId = organizationOfClient(clientId)
  if (organizationId) return { kind: 'organization', organizationId }
  const keyId = serverKeyOfClient(clientId)
  return keyId && { kind: 'server', keyId }
}

type Credentials = { readonly kind: 'credentials'; readonly id: string; readonly secret: string }

/** Reads the client's credentials (RFC 6749 section 2.3). The form and the header may both have them if they agree. */
function credentialsOf(form: URLSearchParams, authorization: string | null): Credentials | TokenRequestRefusal {
  const [id, secret] = [form.get('client_id') || undefined, form.get('client_secret') || undefined]
  if (!/^basic\b/i.test(authorization ?? '')) {
    if (id && secret) return { kind: 'credentials', id, secret }
    return refused('invalid_client', 'client_id and client_secret are needed')
  }

  const basic = basicCredentials(authorization ?? '')
  if (!basic) return refused('invalid_client', 'the Authorization header cannot be read')
  const differs = (id ?? basic.id) !== basic.id || (secret ?? basic.secret) !== basic.secret
  return differs ? refused('invalid_request', 'the form and the Authorization header differ') : basic
}

/** Reads `Basic …`, both parts form-encoded (RFC 6749 section 2.3.1); undefined if it is unreadable. */
function basicCredentials(authorization: string): Credentials | undefined {
  const [, encoded] = /^basic +([\w+/-]+=*) *$/i.exec(authorization) ?? []
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  return id && secret ? { kind: 'credentials', id: formDecoded(id), secret: formDecoded(secret) } : undefined
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
