// Who is calling: the bearer token of a request, verified and read for the scope a route needs; and whether he calls too often.
import type { HttpResponseInit } from '@azure/functions'
import {
  type ClaimRefusal,
  countedName,
  type PrincipalByScope,
  principalFrom,
  type Scope,
} from '../../domain/directory/principal.ts'
import { clientNetworkOf } from '../../domain/keys/failure-limits.ts'
import type { RateKind, RateLimiter } from '../../ports/rate-limits.ts'
import type { TokenRefusal, TokenVerifier } from '../../ports/tokens.ts'
import { type AddressSettings, addressOf } from './client-context.ts'
import { failure } from './responses.ts'

type AuthenticationRefusal =
  | TokenRefusal
  | ClaimRefusal
  | { readonly kind: 'refused'; readonly reason: 'token-missing' }
  | { readonly kind: 'refused'; readonly reason: 'too-many-requests'; readonly rate: RateKind; readonly waitMs: number }

type RequestHeaders = Pick<Headers, 'get'>

/** Finds who the caller is, from the request's headers; throws `Unavailable` if that is unknown during an outage. */
export type Authenticate = <S extends Scope>(
  headers: RequestHeaders,
  scope: S,
) => Promise<PrincipalByScope[S] | AuthenticationRefusal>

/** Authenticates by bearer tokens that a verifier accepts (RFC 6750 section 2.1). */
export const authenticateWith =
  (tokens: TokenVerifier): Authenticate =>
  async (headers, scope) => {
    const authorization = headers.get('authorization')
    const [, token] = /^Bearer +([\w~+/.-]+=*) *$/i.exec(authorization ?? '') ?? []
    if (token === undefined) return { kind: 'refused', reason: authorization ? 'token-invalid' : 'token-missing' }

    const verified = await tokens.verify(token)
    return verified.kind === 'refused' ? verified : principalFrom(verified.claims, scope, verified.trust)
  }

type LimitedPorts = { readonly limiter: RateLimiter; readonly address: AddressSettings }

/**
 * Authenticates, and refuses callers that call too often. A caller is counted by the name in a valid token, so that no one else
 * can use up the limit. Requests without a valid token are counted by address; that never refuses a caller with one.
 */
export const limitedTo =
  (kind: RateKind, authenticate: Authenticate, { limiter, address }: LimitedPorts): Authenticate =>
  async (headers, scope) => {
    const caller = await authenticate(headers, scope)
    const rate = caller.kind === 'refused' ? 'refused' : kind
    const counted = caller.kind === 'refused' ? networkOf(headers, address) : countedName(caller)
    const waitMs = counted === undefined ? 0 : await limiter.count(rate, counted)
    return waitMs > 0 ? { kind: 'refused', reason: 'too-many-requests', rate, waitMs } : caller
  }

/** The network of the address that a request comes from; undefined if the address is unknown. */
function networkOf(headers: RequestHeaders, settings: AddressSettings): string | undefined {
  const address = addressOf(headers, settings)
  return address === undefined ? undefined : clientNetworkOf(address)
}

/** What a caller does too often, by kind. */
const limited: Readonly<Record<RateKind, string>> = {
  collect: 'uploads of events',
  read: 'reads',
  export: 'exports',
  preview: 'previews of rules',
  write: 'changes',
  server: 'requests of this server',
  refused: 'requests without a valid token',
}

/** The challenge's error and the message for people, by reason. */
const challenges = {
  'token-missing': ['', 'A bearer token is required.'],
  'token-invalid': [', error="invalid_token"', 'The token is not valid.'],
  'token-expired': [', error="invalid_token", error_description="The token has expired."', 'The token has expired.'],
  'claims-unusable': [', error="invalid_token"', 'The token does not say who it is for.'],
} as const

/**
 * The response to a caller who is refused: 401 with the challenge of RFC 6750 section 3, or 429 with the whole seconds, at
 * least one, after which another request is welcome (RFC 6585 section 4).
 */
export function unauthorized(refusal: AuthenticationRefusal): HttpResponseInit {
  if (refusal.reason === 'too-many-requests') {
    const seconds = Math.max(1, Math.ceil(refusal.waitMs / 1_000))
    const message = `Too many ${limited[refusal.rate]} within a minute. Try again later.`
    return failure(429, message, null, { 'Retry-After': String(seconds) })
  }
  const [error, message] =
    refusal.reason === 'scope-missing'
      ? [
          `, error="insufficient_scope", scope="${refusal.scope}"`,
          `The token is for something else: one with the scope ${refusal.scope} is required.`,
        ]
      : challenges[refusal.reason]
  return failure(401, message, null, { 'WWW-Authenticate': `Bearer realm="keytrail"${error}` })
}
