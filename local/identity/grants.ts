// The token that a request at the token endpoint gets: password, client_credentials and authorization_code grants of RFC 6749.
import { parseGuid } from '../../src/domain/guid.ts'
import { type Codes, type SignIn, scopeOf, verifies } from './authorization.ts'
import { type Claims, organizationClaims, plainClaims, serverClaims, userClaims, type World } from './claims.ts'

/** The password of every person, and the secret of every client. */
export const demoSecret = 'demo'

/** Error codes of RFC 6749 section 5.2. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope' | 'unsupported_grant_type'

export type Refusal = { readonly kind: 'refused'; readonly error: OAuthError; readonly description: string }
/** `idClaims` where an ID token is asked for: what it says beside issuer and times (OpenID Connect Core 1.0 section 2). */
type Grant = { readonly kind: 'granted'; readonly claims: Claims; readonly idClaims?: IdClaims } | Refusal

export type IdClaims = Readonly<Record<string, string | number | boolean>>

/** A client's name and secret, from the form or from HTTP Basic. */
export type Credentials = { readonly id: string; readonly secret: string }

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

/** What a code of the plain mode is good for: an ID token, and an access token that says nothing. */
type PlainGrant = { readonly kind: 'granted'; readonly scope: readonly string[]; readonly idClaims: IdClaims } | Refusal

/** Decides a token request of the plain mode. A client needs no secret; one that sends the wrong secret gets nothing. */
export function decidePlainGrant(
  form: URLSearchParams,
  basic: Credentials | undefined,
  codes: Pick<Codes, 'redeem'>,
): PlainGrant {
  if (form.get('grant_type') !== 'authorization_code') {
    return refused('unsupported_grant_type', 'grant_type is authorization_code')
  }
  if (![undefined, null, demoSecret].includes(basic?.secret ?? form.get('client_secret'))) {
    return refused('invalid_client', 'wrong secret')
  }
  const signIn = redeemed(form, basic, codes)
  if (signIn.kind === 'refused') return signIn
  const { request, account, since } = signIn
  const { clientId: aud, scope, nonce } = request
  const auth_time = Math.floor(since / 1_000)
  const idClaims = { aud, auth_time, ...plainClaims(account, scope), ...(nonce !== null && { nonce }) }
  return { kind: 'granted', scope, idClaims }
}

function codeGrant(form: URLSearchParams, world: World, codes: Pick<Codes, 'redeem'>): Grant {
  const signIn = redeemed(form, undefined, codes)
  if (signIn.kind === 'refused') return signIn
  const { clientId, scope, nonce } = signIn.request
  const person = world.people.find(({ id }) => id === signIn.account.id)
  if (person === undefined) return refused('invalid_grant', 'the person has no account in the vault')

  const claims = userClaims(person, world, clientId, scope)
  if (!scope.includes('openid')) return { kind: 'granted', claims }
  const { id: sub, name, email } = person
  return { kind: 'granted', claims, idClaims: { aud: clientId, sub, name, email, ...(nonce !== null && { nonce }) } }
}

/** Every attempt to redeem a code consumes it, also with the wrong verifier. */
function redeemed(
  form: URLSearchParams,
  basic: Credentials | undefined,
  codes: Pick<Codes, 'redeem'>,
): (SignIn & { readonly kind: 'redeemed' }) | Refusal {
  const code = form.get('code')
  if (code === null) return refused('invalid_request', 'code is missing')
  const signIn = codes.redeem(code)
  if (!signIn) return refused('invalid_grant', 'the code is unknown, spent or too old')

  const { clientId, redirectUri, challenge } = signIn.request
  if ((basic?.id ?? form.get('client_id')) !== clientId)
    return refused('invalid_grant', 'the code is of another client')
  if (form.get('redirect_uri') !== redirectUri) return refused('invalid_grant', 'redirect_uri is another one')
  if (!verifies(form.get('code_verifier') ?? '', challenge)) return refused('invalid_grant', 'code_verifier is wrong')
  return { kind: 'redeemed', ...signIn }
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
