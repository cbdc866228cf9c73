// The authorization code flow of the local identity server: requests of clients, and codes that are valid once (RFC 6749 section 4.1, RFC 7636).
import { createHash, randomBytes } from 'node:crypto'
import type { Account } from './claims.ts'

/** How long a code is valid, in milliseconds. */
export const codeMs = 60_000

/** A valid request of a client. */
export type AuthorizationRequest = {
  readonly clientId: string
  readonly redirectUri: string
  /** SHA-256 of the verifier, in base64url. */
  readonly challenge: string
  readonly scope: readonly string[]
  readonly state: string | null
  readonly nonce: string | null
  /** `none`: the person must not be asked; `choose`: must be; null: is asked without a session. */
  readonly prompt: 'none' | 'choose' | null
  /** How old the person's session may be, in seconds; null: any age. */
  readonly maxAge: number | null
}

type ReadRequest =
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }
  /** Sent to the client, at its redirect URI. */
  | { readonly kind: 'refused'; readonly location: string }
  /** Shown to the person: there is no redirect URI that is allowed. */
  | { readonly kind: 'invalid'; readonly description: string }

/** As which issuer the server responds, and what its clients may ask for. */
export type Issuance = {
  readonly issuer: string
  /** The scopes that a client may ask for; the first one is what a request without a scope asks for. `openid` brings an ID token. */
  readonly scopes: readonly [string, ...string[]]
  /** Whether every request must ask for the first one. */
  readonly isFirstNeeded: boolean
}

/** Reads the query of an authorization request. Any client is known; its redirect URI must be on this machine. */
export function readAuthorization(query: URLSearchParams, issuance: Issuance): ReadRequest {
  const { issuer, scopes } = issuance
  const [clientId, redirectUri] = [query.get('client_id'), query.get('redirect_uri')]
  if (!clientId) return { kind: 'invalid', description: 'client_id is missing' }
  if (!redirectUri || !isLoopback(redirectUri)) {
    return { kind: 'invalid', description: 'redirect_uri must be http or https on 127.0.0.1 or localhost' }
  }
  const [state, nonce] = [query.get('state'), query.get('nonce')]
  const refused = (error: string, error_description: string): ReadRequest => {
    const parameters = { error, error_description, ...(state !== null && { state }), iss: issuer }
    return { kind: 'refused', location: withParameters(redirectUri, parameters) }
  }

  if (query.get('response_type') !== 'code') return refused('unsupported_response_type', 'response_type is code')
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
    return refused('invalid_request', 'a code_challenge with the method S256 is needed')
  }
  const scope = scopeOf(query, query.has('scope') ? scopes : [scopes[0]])
  if (scope === undefined) return refused('invalid_scope', `scope is any of: ${scopes.join(' ')}`)
  if (issuance.isFirstNeeded && !scope.includes(scopes[0])) return refused('invalid_scope', `${scopes[0]} is needed`)
  const prompt = promptOf(query)
  if (prompt === undefined) return refused('invalid_request', 'prompt is none, or login, select_account and consent')
  const maxAge = query.get('max_age')
  if (!/^\d*$/.test(maxAge ?? '')) return refused('invalid_request', 'max_age is a number of seconds')
  const asked = { clientId, redirectUri, challenge, scope, state, nonce, prompt }
  return { kind: 'request', request: { ...asked, maxAge: maxAge === null ? null : Number(maxAge) } }
}

/** What the prompt asks for (OpenID Connect Core 1.0 section 3.1.2.1); undefined if a value is unknown, or `none` is not alone. */
function promptOf(query: URLSearchParams): AuthorizationRequest['prompt'] | undefined {
  const asked = words(query.get('prompt'))
  if (asked.length === 1 && asked[0] === 'none') return 'none'
  if (!asked.every((each) => ['login', 'select_account', 'consent'].includes(each))) return undefined
  return asked.some((each) => each !== 'consent') ? 'choose' : null
}

/** The requested scopes, all if none is; undefined if one is not possible. */
export function scopeOf(form: URLSearchParams, possible: readonly string[]): readonly string[] | undefined {
  const asked = words(form.get('scope'))
  if (asked.length === 0) return possible
  return asked.every((scope) => possible.includes(scope)) ? [...new Set(asked)] : undefined
}

const words = (text: string | null): readonly string[] => (text ?? '').split(/\s+/).filter(Boolean)

/** An address with these parameters beside its own. */
export function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value)
  return url.href
}

/** Where people and codes may be sent: only to this machine, and to no address that disguises another host. */
export function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || address.includes('#')) return false
  return ['127.0.0.1', 'localhost'].includes(url.hostname) && url.username === '' && url.password === ''
}

/** Who signed in, when in Unix ms, and the request. */
export type SignIn = { readonly request: AuthorizationRequest; readonly account: Account; readonly since: number }

export type Codes = {
  /** A new code for this sign-in, valid for `codeMs`. */
  readonly issue: (signIn: SignIn) => string
  /** The sign-in of a code, once; undefined if the code is unknown or expired. */
  readonly redeem: (code: string) => SignIn | undefined
}

/** Codes in memory; `now` in Unix ms. */
export function memoryCodes(now: () => number): Codes {
  const codes = new Map<string, SignIn & { readonly validUntil: number }>()
  return {
    issue: (signIn) => {
      for (const [code, { validUntil }] of codes) if (validUntil <= now()) codes.delete(code)
      const code = randomBytes(32).toString('base64url')
      codes.set(code, { ...signIn, validUntil: now() + codeMs })
      return code
    },
    redeem: (code) => {
      const found = codes.get(code)
      codes.delete(code)
      return found && now() < found.validUntil ? found : undefined
    },
  }
}

/** Whether the challenge was made from this verifier (RFC 7636 section 4.6). */
export function verifies(verifier: string, challenge: string): boolean {
  return /^[\w.~-]{43,128}$/.test(verifier) && createHash('sha256').update(verifier).digest('base64url') === challenge
}
