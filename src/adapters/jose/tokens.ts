// TokenVerifier on jose: JSON Web Tokens of one issuer, checked against its published keys or against one public key.
import { createPublicKey } from 'node:crypto'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as v from 'valibot'
import { Unavailable } from '../../ports/errors.ts'
import type { TokenVerifier } from '../../ports/tokens.ts'

/** Where the issuer's name and keys come from: its discovery document, a key set's URL, or a public key (PEM). */
export type TokenSettings = {
  readonly source:
    | { readonly kind: 'discovery'; readonly metadataUrl: string }
    | { readonly kind: 'jwks'; readonly issuer: string; readonly jwksUrl: string }
    | { readonly kind: 'public-key'; readonly issuer: string; readonly publicKey: string }
  /** The audience a token must name; absent: any, since the reference names none. */
  readonly audience?: string
}

/** How far the issuer's clock may be off. */
export const clockToleranceMs = 60_000
/** How long a discovery document is cached. */
export const discoveryMs = 60 * 60_000
/** Longest wait for the issuer. */
const fetchMsMax = 5_000

/** Signatures by private key only: the public key is no use for forging one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** RFC 9068 section 2.1, and what servers wrote before it. */
const types = ['at+jwt', 'application/at+jwt', 'jwt']
const what = 'issuer of tokens'

type Issuer = { readonly name: string; readonly key: JWTVerifyGetKey }

/** A verifier of access tokens; `now` in Unix ms. Throws an Error at once for an invalid public key. */
export function joseTokens({ source, audience }: TokenSettings, now: () => number): TokenVerifier {
  const issuer = issuerOf(source, now)

  return {
    verify: async (token) => {
      const { name, key } = await issuer()
      try {
        const { payload, protectedHeader } = await jwtVerify(token, key, {
          algorithms,
          issuer: name,
          ...(audience !== undefined && { audience }),
          requiredClaims: ['exp'],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now()),
        })
        const typed = types.includes(protectedHeader.typ?.toLowerCase() ?? '')
        return typed
          ? { kind: 'claims', claims: payload, trust: 'memberships' }
          : { kind: 'refused', reason: 'token-invalid' }
      } catch (error) {
        if (error instanceof Unavailable) throw error
        const expired = error instanceof errors.JWTExpired
        return { kind: 'refused', reason: expired ? 'token-expired' : 'token-invalid' }
      }
    },
  }
}

function issuerOf(source: TokenSettings['source'], now: () => number): () => Promise<Issuer> {
  if (source.kind === 'discovery') return discovered(source.metadataUrl, now)
  const key = source.kind === 'jwks' ? remoteKeys(source.jwksUrl) : givenKey(source.publicKey)
  return async () => ({ name: source.issuer, key })
}

function givenKey(pem: string): JWTVerifyGetKey {
  const key = createPublicKey(pem)
  return async () => key
}

/** Keys by URL. A token with an unknown key is refused; every other failure is an outage of the issuer. */
function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: fetchMsMax })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      const noSuchKey = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
      throw noSuchKey || error instanceof errors.JOSENotSupported ? error : new Unavailable(what, error)
    }
  }
}

const Metadata = v.object({ issuer: v.string(), jwks_uri: v.pipe(v.string(), v.url()) })

/** Reads the discovery document when it is needed; the name it gives is the issuer's, wherever it is served from. */
function discovered(metadataUrl: string, now: () => number): () => Promise<Issuer> {
  let known: { readonly issuer: Promise<Issuer>; readonly readAt: number } | undefined
  return () => {
    if (known && now() - known.readAt < discoveryMs) return known.issuer
    const issuer = readMetadata(metadataUrl)
    const reading = { issuer, readAt: now() }
    known = reading
    issuer.catch(() => {
      if (known === reading) known = undefined
    })
    return issuer
  }
}

async function readMetadata(url: string): Promise<Issuer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMsMax), redirect: 'error' })
    if (!response.ok) throw new Error(`status ${response.status}`)
    const metadata = v.parse(Metadata, await response.json())
    return { name: metadata.issuer, key: remoteKeys(metadata.jwks_uri) }
  } catch (error) {
    throw new Unavailable(what, error)
  }
}
