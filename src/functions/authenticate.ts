// Who is calling: the bearer token of a request, verified and read for the scope a route needs.
import type { HttpResponseInit } from '@azure/functions'
import { type ClaimRefusal, type PrincipalByScope, principalFrom, type Scope } from '../domain/principal.ts'
import type { TokenRefusal, TokenVerifier } from '../ports.ts'
import { failure } from './answers.ts'

export type AuthenticationRefusal =
  | TokenRefusal
  | ClaimRefusal
  | { readonly kind: 'refused'; readonly reason: 'token-missing' }

/** Tells who the caller is, from the Authorization header's value; throws `Unavailable` when it can't be told. */
export type Authenticate = <S extends Scope>(
  authorization: string | null,
  scope: S,
) => Promise<PrincipalByScope[S] | AuthenticationRefusal>

/** Authenticates by the tokens that a verifier believes (RFC 6750 section 2.1). */
export const authenticateWith =
  (tokens: TokenVerifier): Authenticate =>
  async (authorization, scope) => {
    const [, token] = /^Bearer +([\w~+/.-]+=*) *$/i.exec(authorization ?? '') ?? []
    if (token === undefined) return { kind: 'refused', reason: authorization ? 'token-invalid' : 'token-missing' }

    const verified = await tokens.verify(token)
    return verified.kind === 'refused' ? verified : principalFrom(verified.claims, scope)
  }

/** The challenge's error, and what to tell people, for each reason. */
const answers = {
  'token-missing': ['', 'A bearer token is required.'],
  'token-invalid': [', error="invalid_token"', 'The token is not valid.'],
  'token-expired': [', error="invalid_token", error_description="The token has expired."', 'The token has expired.'],
  'claims-unusable': [', error="invalid_token"', 'The token does not say who it is for.'],
} as const

/** The answer to a caller who is not known: 401 with the challenge of RFC 6750 section 3. */
export function unauthorized(refusal: AuthenticationRefusal): HttpResponseInit {
  const [error, message] =
    refusal.reason === 'scope-missing'
      ? [
          `, error="insufficient_scope", scope="${refusal.scope}"`,
          `The token is for something else: one with the scope ${refusal.scope} is required.`,
        ]
      : answers[refusal.reason]
  return failure(401, message, null, { 'WWW-Authenticate': `Bearer realm="keytrail"${error}` })
}
