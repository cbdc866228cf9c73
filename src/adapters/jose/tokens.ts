// TokenVerifier on jose: JSON Web Tokens of one issuer, checked against its published keys or against one public key.
import { createPublicKey } from 'node:crypto'
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as v from 'valibot'
import type { ClaimTrust } from '../../domain/directory/principal.ts'
import { signatureAlgorithms } from '../../domain/sign-in/signature-algorithms.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { TokenVerifier } from '../../ports/tokens.ts'
import { cachedDiscovery, readDocument, remoteKeys } from './published-keys.ts'

/** Where the issuer's name and keys come from: its discovery document, which must name `issuer` if that is set; a key set's URL; or a public key (PEM). */
export type TokenSettings = {
  readonly source:
    | { readonly kind: 'discovery'; readonly metadataUrl: string; readonly issuer?: string }
    | { readonly kind: 'jwks'; readonly issuer: string; readonly jwksUrl: string }
    | { readonly kind: 'public-key'; readonly issuer: string; readonly publicKey: string }
  /** The audience a token must name; absent: any, since the reference names none. */
  readonly audience?: string
  /** How far the claims are trusted; absent: with memberships. */
  readonly trust?: Exclude<ClaimTrust, 'own'>
}

/** How far the issuer's clock may be off. */
export const clockToleranceMs = 60_000
/** RFC 9068 section 2.1, and what servers wrote before it. */
const types = ['at+jwt', 'application/at+jwt', 'jwt']
const what = 'issuer of tokens'

type Issuer = { readonly name: string; readonly key: JWTVerifyGetKey }

/** A verifier of access tokens; `now` in Unix ms. Throws an Error at once for an invalid public key. */
export function joseTokens(
  { source, audience, trust = 'memberships' }: TokenSettings,
  now: () => number,
): TokenVerifier {
  const issuer = issuerOf(source, now)

  return {
    verify: async (token) => {
      const { name, key } = await issuer()
      try {
        const { payload, protectedHeader } = await jwtVerify(token, key, {
          algorithms: signatureAlgorithms,
          issuer: name,
          ...(audience !== undefined && { audience }),
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now()),
        })
        const typed = types.includes(protectedHeader.typ?.toLowerCase() ?? '')
        return typed ? { kind: 'claims', claims: payload, trust } : { kind: 'refused', reason: 'token-invalid' }
      } catch (error) {
        if (error instanceof Unavailable) throw error
        const expired = error instanceof errors.JWTExpired
        return { kind: 'refused', reason: expired ? 'token-expired' : 'token-invalid' }
      }
    },
  }
}

function issuerOf(source: TokenSettings['source'], now: () => number): () => Promise<Issuer> {
  if (source.kind === 'discovery') return discovered(source, now)
  const key = source.kind === 'jwks' ? remoteKeys(source.jwksUrl, what) : givenKey(source.publicKey)
  return async () => ({ name: source.issuer, key })
}

function givenKey(pem: string): JWTVerifyGetKey {
  const key = createPublicKey(pem)
  return async () => key
}

const Metadata = v.object({ issuer: v.string(), jwks_uri: v.pipe(v.string(), v.url()) })

/** The name in the discovery document is the issuer's, wherever the document is served from. */
const discovered = (
  { metadataUrl, issuer: expected }: Extract<TokenSettings['source'], { readonly kind: 'discovery' }>,
  now: () => number,
): (() => Promise<Issuer>) =>
  cachedDiscovery(
    () =>
      readDocument(metadataUrl, Metadata, what, ({ issuer, jwks_uri }) => {
        if (expected !== undefined && issuer !== expected)
          throw new Error('the discovery document names another issuer')
        return { name: issuer, key: remoteKeys(jwks_uri, what) }
      }),
    now,
  )
