// The ports of tokens: verifying them, and issuing tokens for API keys.
import type { ClaimTrust } from '../domain/directory/principal.ts'
import type { Guid } from '../domain/guid.ts'
import type { ServerKey } from '../domain/keys/server-keys.ts'

/** Why a token is refused. */
export type TokenRefusal = { readonly kind: 'refused'; readonly reason: 'token-invalid' | 'token-expired' }

/** The claims of a valid token, and how far they are trusted. */
type VerifiedClaims = { readonly kind: 'claims'; readonly claims: unknown; readonly trust: ClaimTrust }

/** Verifies tokens of an issuer. */
export type TokenVerifier = {
  /** The claims of a token that the issuer signed and that is valid now. Throws `Unavailable` if the issuer's keys are out of reach. */
  readonly verify: (token: string) => Promise<VerifiedClaims | TokenRefusal>
}

/** Issues signed tokens, and publishes the keys that verify them. */
export type TokenIssuer = {
  /** The `iss` of every token: the app's public base URL, without a trailing slash. */
  readonly issuer: string
  readonly algorithm: 'ES256' | 'RS256'
  /** A token of this organization, valid from now on for `tokenSeconds`. */
  readonly issue: (organizationId: Guid) => Promise<string>
  /** A token of this server key, valid as long; it is for the key's organizations, or for all if these are null. */
  readonly issueForServer: (key: Pick<ServerKey, 'id' | 'organizations'>) => Promise<string>
  /** The keys that verify the tokens: a JSON Web Key Set (RFC 7517 section 5) of public keys alone. */
  readonly publicKeys: () => Promise<{ readonly keys: readonly object[] }>
}
