// The authorization code flow of the local identity server: what a client asks for, and codes that are good once (RFC 6749 section 4.1, RFC 7636).
import { createHash, randomBytes } from 'node:crypto'
import type { Person } from '../demo/people/people.ts'

/** How long a code is good, in milliseconds. */
export const codeMs = 60_000

/** The scopes that a page may ask for. `openid` brings an ID token. */
export const pageScopes = ['api', 'offline_access', 'openid', 'profile', 'email'] as const

/** What a client asks for, as far as it is in order. */
export type AuthorizationRequest = {
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
  /** Told to the client, at its address. */
  | { readonly kind: 'refused'; readonly location: string; readonly redirectUri: string }
  /** Told to the person: there is no address that may be told. */
  | { readonly kind: 'invalid'; readonly description: string }

/** Reads the query of an authorization request. Any client is known; its address must be on this machine. */
export function readAuthorization(query: URLSearchParams, issuer: string): ReadRequest {
  const [clientId, redirectUri] = [query.get('client_id'), query.get('redirect_uri')]
  if (!clientId) return { kind: 'invalid', description: 'client_id is missing' }
  if (!redirectUri || !isLoopback(redirectUri)) {
    return { kind: 'invalid', description: 'redirect_uri must be http or https on 127.0.0.1 or localhost' }
  }
  const state = query.get('state')
  const refused = (error: string, error_description: string): ReadRequest => {
    const told = { error, error_description, ...(state !== null && { state }), iss: issuer }
    return { kind: 'refused', location: withParameters(redirectUri, told), redirectUri }
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

/** The scopes asked for, all of them when none is; undefined when one is not to be had. */
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

/** Where tokens may be sent: to this machine alone, and to no address that hides another one. */
function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || address.includes('#')) return false
  return ['127.0.0.1', 'localhost'].includes(url.hostname) && url.username === '' && url.password === ''
}

/** Who signed in, for which request. */
export type SignIn = { readonly request: AuthorizationRequest; readonly person: Person }

export type Codes = {
  /** A new code that stands for this sign-in, for `codeMs`. */
  readonly issue: (signIn: SignIn) => string
  /** What a code stands for, once; undefined when it is not, or no longer, good. */
  readonly redeem: (code: string) => SignIn | undefined
}

/** Codes in memory; `now` in Unix ms. */
export function memoryCodes(now: () => number): Codes {
  const codes = new Map<string, SignIn & { readonly goodUntil: number }>()
  return {
    issue: (signIn) => {
      for (const [code, { goodUntil }] of codes) if (goodUntil <= now()) codes.delete(code)
      const code = randomBytes(32).toString('base64url')
      codes.set(code, { ...signIn, goodUntil: now() + codeMs })
      return code
    },
    redeem: (code) => {
      const found = codes.get(code)
      codes.delete(code)
      return found && now() < found.goodUntil ? found : undefined
    },
  }
}

/** Whether this verifier is the one that the challenge was made of (RFC 7636 section 4.6). */
export function verifies(verifier: string, challenge: string): boolean {
  return /^[\w.~-]{43,128}$/.test(verifier) && createHash('sha256').update(verifier).digest('base64url') === challenge
}
