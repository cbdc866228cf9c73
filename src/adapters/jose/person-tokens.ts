// PersonTokens on jose: Keytrail's own tokens of people who signed in.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, errors, exportJWK, jwtVerify, SignJWT } from 'jose'
import * as v from 'valibot'
import { once } from '../../concurrency/parallel.ts'
import { PersonTokenClaims, personTokenSeconds } from '../../domain/sign-in/person.ts'
import type { PersonTokens } from '../../ports/sign-in.ts'
import type { IssuedTokenSettings } from './issued-tokens.ts'
import { clockToleranceMs } from './tokens.ts'

/** RFC 9068 section 2.1. */
const type = 'at+jwt'

/** Issues and reads tokens with this key; `now` in Unix ms. Throws an Error at once for an invalid key. */
export function josePersonTokens({ issuer, signingKey }: IssuedTokenSettings, now: () => number): PersonTokens {
  const privateKey = createPrivateKey(signingKey)
  const publicKey = createPublicKey(privateKey)
  const alg = privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'
  const keyId = once(async () => calculateJwkThumbprint(await exportJWK(publicKey)))

  return {
    issue: async (claims) => {
      const seconds = Math.floor(now() / 1_000)
      return new SignJWT({ iss: issuer, nbf: seconds, iat: seconds, exp: seconds + personTokenSeconds, ...claims })
        .setProtectedHeader({ alg, kid: await keyId(), typ: type })
        .sign(privateKey)
    },
    read: async (token) => {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [alg],
          issuer,
          typ: type,
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now()),
        })
        const read = v.safeParse(PersonTokenClaims, payload)
        return read.success ? { kind: 'person', claims: read.output } : { kind: 'refused', reason: 'token-invalid' }
      } catch (error) {
        const expired = error instanceof errors.JWTExpired
        return { kind: 'refused', reason: expired ? 'token-expired' : 'token-invalid' }
      }
    },
  }
}
