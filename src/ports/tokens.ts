// The ports of tokens: verifying those of others, issuing our own.
import type { Guid } from '../domain/guid.ts'

/** Why a token is not believed. */
export type TokenRefusal = { readonly kind: 'refused'; readonly reason: 'token-invalid' | 'token-expired' }

/** Tells genuine tokens from others. */
export type TokenVerifier = {
  /** The claims of a token that the issuer signed and that is valid now; throws `Unavailable` when that can't be told. */
  readonly verify: (token: string) => Promise<{ readonly kind: 'claims'; readonly claims: unknown } | TokenRefusal>
}

/** Signs tokens of our own, and says how to check them. */
export type TokenIssuer = {
  /** The `iss` of every token: the app's public base URL, without a slash at its end. */
  readonly issuer: string
  readonly algorithm: 'ES256' | 'RS256'
  /** A token that acts for this organization, from now on for `tokenSeconds`. */
  readonly issue: (organizationId: Guid) => Promise<string>
  /** What the tokens are checked with: a JSON Web Key Set (RFC 7517 section 5), public keys alone. */
  readonly publicKeys: () => Promise<{ readonly keys: readonly object[] }>
}
