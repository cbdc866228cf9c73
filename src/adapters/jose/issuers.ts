// Several issuers of tokens at once: each token is verified by its own issuer's keys and rules alone.
import { decodeJwt } from 'jose'
import type { TokenVerifier } from '../../ports/tokens.ts'

/** An issuer by the name that its tokens have as `iss`, compared exactly, and its verifier. */
type NamedVerifier = TokenVerifier & { readonly issuer: string }

/**
 * Chooses the verifier by the issuer that a token names, unverified; each verifier checks the name again. Tokens of others go to
 * `otherwise`, which accepts only those of its own issuer; without it, they are refused.
 */
export const verifierOf = (named: readonly NamedVerifier[], otherwise: TokenVerifier | undefined): TokenVerifier => ({
  verify: async (token) => {
    const issuer = issuerIn(token)
    const verifier = named.find((each) => each.issuer === issuer) ?? otherwise
    return verifier ? verifier.verify(token) : { kind: 'refused', reason: 'token-invalid' }
  },
})

function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}
