// The authorization code flow of the local identity server: requests of clients, and codes that are valid once (RFC 6749 section 4.1, RFC 7636).
import { createHash, randomBytes } from 'node:crypto'
import type { Person } from '../demo/people/people.ts'

/** How long a code is valid, in milliseconds. */
export const codeMs = 60_000

/** The scopes that a page may ask for. `openid` brings an ID token. */
export const pageScopes = ['api', 'offline_access', 'openid', 'profile', 'email'] as const

/** A valid request of a client. */
type AuthorizationRequest = {
  readonly clientId: string
  readonly redirectUri: string
  /** SHA-256 of the verifier, in base64url. */
  readonly challenge: string
  readonly scope: readonly string[]
  readonly state: string | null
  readonly nonce: string | null
}

export type ReadRequest =
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }
  /** Sent to the client, at its redirect URI. */
  | { readonly kind: 'refused'; readonly location: string; readonly redirectUri: string }
  /** Shown to the person: there is no redirect URI that is allowed. */
  | { readonly kind: 'invalid'; readonly description: string }

/** Reads the query of an authorization request. Any client is known; its redirect URI must be on this machine. */
export function readAuthorization(query: URLSearchParams, issuer: string): ReadRequest {
  const [clientId, redirectUri] = [query.get('client_id'), query.get('redirect_uri')]
  if (!clientId) return { kind: 'invalid', description: 'client_id is missing' }
  if (!redirectUri || !isLoopback(redirectUri)) {
    return { kind: 'invalid', description: 'redirect_uri must be http or https on 127.0.0.1 or localhost' }
  }
  const state = query.get('state')
  const refused = (error: string, error_description: string): ReadRequest => {
    const parameters = { error, error_description, ...(state !== null && { state }), iss: issuer }
    return { kind: 'refused', location: withParameters(redirectUri, parameters), redirectUri }
  }

  if (query.get('response_type') !== 'code') return refused('unsupported_response_type', 'response_type is code')
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
    return refused('invalid_request', 'a code_challenge with the method S256 is needed')
  }
  const scope = scopeOf(query, query.has('scope') ? pageScopes : ['api'])
  if (scope === undefined) return refused('invalid_scope', `scope is any of: ${pageScopes.join(' ')}`)
  return {
    kind: 'request',
    request: { clientId, redirectUri, challenge, scope, state, nonce: query.get('nonce') },
  }
}

/** The requested scopes, all if none is; undefined if one is not possible. */
export function scopeOf(form: URLSearchParams, possible: readonly string[]): readonly string[] | undefined {
  const asked = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
  if (asked.length === 0) return possible
  return asked.every((scope) => possible.includes(scope)) ? [...new Set(asked)] : undefined
}

/** An address with these parameters beside its own. */
export function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value)
  return url.href
}

/** Where tokens may be sent: only to this machine, and to no address that disguises another host. */
function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || address.includes('#')) return false
  return ['127.0.0.1', 'localhost'].includes(url.hostname) && url.username === '' && url.password === ''
}

/** The person who signed in, and the request. */
type SignIn = { readonly request: AuthorizationRequest; readonly person: Person }

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
