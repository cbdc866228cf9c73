// TokenIssuer on jose: tokens that the app signs itself, and their verifier.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, errors, exportJWK, jwtVerify, SignJWT } from 'jose'
import * as v from 'valibot'
import { once } from '../../concurrency/parallel.ts'
import { PersonClaims } from '../../domain/directory/principal.ts'
import { Guid } from '../../domain/guid.ts'
import { clientIdOf, organizationOfClient, tokenSeconds } from '../../domain/keys/api-keys.ts'
import { serverClientIdOf, serverKeyOfClient } from '../../domain/keys/server-keys.ts'
import { organizationScope, serverScope } from '../../domain/keys/token-requests.ts'
import type { TokenIssuer, TokenVerifier } from '../../ports/tokens.ts'
import { clockToleranceMs } from './tokens.ts'

/** The app's own public base URL, without a slash at its end, and a private key (PEM, PKCS#8): EC P-256 or RSA. */
export type IssuedTokenSettings = { readonly issuer: string; readonly signingKey: string }

type IssuedTokens = TokenIssuer & TokenVerifier

/** RFC 9068 section 2.1. */
const type = 'at+jwt'

const clientId = (read: (id: string) => unknown) =>
  v.pipe(
    v.string(),
    v.check((id) => read(id) !== undefined),
  )
const OrganizationClaims = v.looseObject({
  scope: v.strictTuple([v.literal(organizationScope)]),
  client_id: clientId(organizationOfClient),
})
const ServerClaims = v.looseObject({
  scope: v.strictTuple([v.literal(serverScope)]),
  client_id: clientId(serverKeyOfClient),
  organizations: v.optional(v.array(Guid)),
})
const SignedInClaims = v.looseObject({ ...PersonClaims.entries, scope: v.strictTuple([v.literal('api')]) })
/** The claims of an issued token: of one kind of caller, and with no scope beside its own. */
const Claims = v.union([OrganizationClaims, ServerClaims, SignedInClaims])

/** Issues and verifies tokens with this key; `now` in Unix ms. Throws an Error at once for an invalid key. */
export function joseIssuedTokens({ issuer, signingKey }: IssuedTokenSettings, now: () => number): IssuedTokens {
  const privateKey = createPrivateKey(signingKey)
  const publicKey = createPublicKey(privateKey)
  const algorithm = privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'
  const publicJwk = once(() => jwkOf(publicKey, algorithm))

  const signed = async (claims: v.InferInput<typeof Claims>) => {
    const seconds = Math.floor(now() / 1_000)
    return new SignJWT({ iss: issuer, nbf: seconds, iat: seconds, exp: seconds + tokenSeconds, ...claims })
      .setProtectedHeader({ alg: algorithm, kid: (await publicJwk()).kid, typ: type })
      .sign(privateKey)
  }

  return {
    issuer,
    algorithm,
    publicKeys: async () => ({ keys: [await publicJwk()] }),
    issue: (organizationId) =>
      signed({ scope: [organizationScope], client_id: clientIdOf(organizationId), client_sub: organizationId }),
    issueForServer: ({ id, organizations }) =>
      signed({ scope: [serverScope], client_id: serverClientIdOf(id), ...(organizations && { organizations }) }),
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [algorithm],
          issuer,
          typ: type,
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now()),
        })
        return v.is(Claims, payload)
          ? { kind: 'claims', claims: payload, trust: 'own' }
          : { kind: 'refused', reason: 'token-invalid' }
      } catch (error) {
        const expired = error instanceof errors.JWTExpired
        return { kind: 'refused', reason: expired ? 'token-expired' : 'token-invalid' }
      }
    },
  }
}

/** The public half of a key, named by its thumbprint (RFC 7638). */
async function jwkOf(publicKey: KeyObject, alg: string) {
  const jwk = await exportJWK(publicKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
}
