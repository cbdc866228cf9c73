// The ports of sign-in: the identity provider, the ID tokens that were used, and Keytrail's own tokens of people.
import type { PersonTokenClaims } from '../domain/sign-in/person.ts'
import type { TokenRefusal } from './tokens.ts'

/** Why an ID token is refused. */
type IdTokenRefusal = {
  readonly kind: 'refused'
  readonly reason:
    | 'id-token-invalid'
    | 'id-token-expired'
    | 'id-token-old'
    | 'issuer-wrong'
    | 'audience-wrong'
    | 'nonce-wrong'
}

/** A verified ID token: its claims, when it was issued (Unix ms), and an id that only this token has, however it is written. */
type VerifiedIdToken = {
  readonly kind: 'id-token'
  readonly claims: unknown
  readonly id: string
  readonly issuedAt: number
}

/** A code to redeem, and what the page made it with (RFC 7636 section 4.5). */
export type CodeToRedeem = { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string }

/** Where the provider signs people in. */
type ProviderEndpoints = {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly endSessionEndpoint: string | null
}

/** The identity provider of the settings. Every call throws `Unavailable` while it is out of reach. */
export type IdentityProvider = {
  readonly issuer: string
  /** The token if the provider signed it for our client within `idTokenMsMax`, and its nonce is the hash of this verifier. */
  readonly verify: (idToken: string, nonceVerifier: string) => Promise<VerifiedIdToken | IdTokenRefusal>
  /** The ID token for a code; for settings with a client secret. */
  readonly redeem: (
    code: CodeToRedeem,
  ) => Promise<
    | { readonly kind: 'redeemed'; readonly idToken: string }
    | { readonly kind: 'refused'; readonly reason: 'code-refused' }
  >
  readonly endpoints: () => Promise<ProviderEndpoints>
}

/** The ID tokens that were used. */
export type UsedTokens = {
  /**
   * Uses a token that was issued at this time (Unix ms): true once, durably, and false ever after. Of calls at the same moment,
   * one gets true. Throws `Unavailable` if that is unknown. May remove tokens that were issued more than a day earlier.
   */
  readonly use: (id: string, issuedAt: number) => Promise<boolean>
}

/** Keytrail's own tokens of people. */
export type PersonTokens = {
  /** A signed token with these claims, valid from now on for `personTokenSeconds`. */
  readonly issue: (claims: PersonTokenClaims) => Promise<string>
  /** The claims of a token of ours that is valid now. */
  readonly read: (
    token: string,
  ) => Promise<{ readonly kind: 'person'; readonly claims: PersonTokenClaims } | TokenRefusal>
}
