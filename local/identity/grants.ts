// The token that a request at the token endpoint gets: password, client_credentials and authorization_code grants of RFC 6749.
import { parseGuid } from '../../src/domain/guid.ts'
import { type Codes, scopeOf, verifies } from './authorization.ts'
import { type Claims, organizationClaims, serverClaims, userClaims, type World } from './claims.ts'

/** The password of every person, and the secret of every client. */
export const demoSecret = 'demo'

/** Error codes of RFC 6749 section 5.2. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope' | 'unsupported_grant_type'

type Refusal = { readonly kind: 'refused'; readonly error: OAuthError; readonly description: string }
/** `idClaims` where an ID token is asked for: what it says beside issuer and times (OpenID Connect Core 1.0 section 2). */
type Grant =
  | { readonly kind: 'granted'; readonly claims: Claims; readonly idClaims?: Readonly<Record<string, string>> }
  | Refusal

/** A client's name and secret, from the form or from HTTP Basic. */
type Credentials = { readonly id: string; readonly secret: string }

const userScopes = ['api', 'offline_access'] as const

/** Decides a token request; unknown fields of the form are ignored. */
export function decideGrant(
  form: URLSearchParams,
  basic: Credentials | undefined,
  world: World,
  codes: Pick<Codes, 'redeem'>,
): Grant {
  const grantType = form.get('grant_type')
  if (grantType === null) return refused('invalid_request', 'grant_type is missing')
  if (grantType === 'password') return passwordGrant(form, world)
  if (grantType === 'client_credentials') return clientGrant(form, basic)
  if (grantType === 'authorization_code') return codeGrant(form, world, codes)
  return refused('unsupported_grant_type', 'grant_type is password, client_credentials or authorization_code')
}

/** Reads `Authorization: Basic …`, both halves form-encoded (RFC 6749 section 2.3.1); undefined when it is anything else. */
export function basicCredentials(header: string | undefined): Credentials | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_=-]+)$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  return id === undefined || secret === undefined ? undefined : { id: formDecoded(id), secret: formDecoded(secret) }
}

function passwordGrant(form: URLSearchParams, world: World): Grant {
  const [username, password] = [form.get('username'), form.get('password')]
  if (username === null || password === null) return refused('invalid_request', 'username and password are needed')
  const person = world.people.find(({ email }) => email === username.trim().toLowerCase())
  if (person === undefined || password !== demoSecret) return refused('invalid_grant', 'unknown user or wrong password')

  const scope = scopeOf(form, userScopes)
  if (scope === undefined) return refused('invalid_scope', `scope is any of: ${userScopes.join(' ')}`)
  return { kind: 'granted', claims: userClaims(person, world, form.get('client_id') ?? 'web', scope) }
}

/** Every attempt to redeem a code consumes it, also with the wrong verifier. */
function codeGrant(form: URLSearchParams, world: World, codes: Pick<Codes, 'redeem'>): Grant {
  const code = form.get('code')
  if (code === null) return refused('invalid_request', 'code is missing')
  const signIn = codes.redeem(code)
  if (!signIn) return refused('invalid_grant', 'the code is unknown, spent or too old')

  const { request, person } = signIn
  const { clientId, redirectUri, challenge, scope, nonce } = request
  if (form.get('client_id') !== clientId) return refused('invalid_grant', 'the code is of another client')
  if (form.get('redirect_uri') !== redirectUri) return refused('invalid_grant', 'redirect_uri is another one')
  if (!verifies(form.get('code_verifier') ?? '', challenge)) return refused('invalid_grant', 'code_verifier is wrong')

  const claims = userClaims(person, world, clientId, scope)
  if (!scope.includes('openid')) return { kind: 'granted', claims }
  const { id: sub, name, email } = person
  return { kind: 'granted', claims, idClaims: { aud: clientId, sub, name, email, ...(nonce !== null && { nonce }) } }
}

function clientGrant(form: URLSearchParams, basic: Credentials | undefined): Grant {
  const { id, secret } = basic ?? { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
  const claims = clientClaims(id)
  if (claims === undefined || secret !== demoSecret) return refused('invalid_client', 'unknown client or wrong secret')
  if (scopeOf(form, claims.scope) === undefined) return refused('invalid_scope', `scope is ${claims.scope.join(' ')}`)
  return { kind: 'granted', claims }
}

/** Every organization has a key, also one that is not in the directory yet. */
function clientClaims(id: string): Claims | undefined {
  if (id === 'server') return serverClaims
  const organizationId = id.startsWith('organization.') ? parseGuid(id.slice('organization.'.length)) : undefined
  return organizationId && organizationClaims(organizationId)
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function refused(error: OAuthError, description: string): Refusal {
  return { kind: 'refused', error, description }
}
