// Signs the tokens of the local identity server.
import { SignJWT } from 'jose'
import type { Claims } from './claims.ts'
import type { IdClaims } from './grants.ts'
import { type SigningKey, signingAlgorithm } from './keys.ts'

/** How long a token lives; seconds. */
export const tokenSeconds = 3_600

/** A token with these claims, issuer and times. */
export type Sign = (claims: Claims | IdClaims, typ?: 'at+jwt' | 'JWT') => Promise<string>

/** Signs as this issuer, with `now` in Unix ms. */
export function signer(key: SigningKey, issuer: string, now: () => number): Sign {
  return async (claims, typ = 'at+jwt') => {
    const seconds = Math.floor(now() / 1_000)
    return new SignJWT({ ...claims, nbf: seconds })
      .setProtectedHeader({ alg: signingAlgorithm, kid: key.publicKey.kid, typ })
      .setIssuer(issuer)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + tokenSeconds)
      .sign(key.privateKey)
  }
}
