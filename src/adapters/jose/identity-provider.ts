// IdentityProvider on jose: ID tokens of one OpenID Connect provider, checked against its published keys, and its endpoints.
import { createHash } from 'node:crypto'
import { decodeJwt, errors, jwtVerify } from 'jose'
import * as v from 'valibot'
import { signatureAlgorithms } from '../../domain/sign-in/signature-algorithms.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { CodeToRedeem, IdentityProvider } from '../../ports/sign-in.ts'
import { cachedDiscovery, discoveryPath, fetchMsMax, readDocument, remoteKeys } from './published-keys.ts'
import { clockToleranceMs } from './tokens.ts'

/** The provider's issuer, whose discovery document is below it, and our client there; with a secret, the app redeems codes. */
export type ProviderSettings = { readonly issuer: string; readonly clientId: string; readonly clientSecret?: string }

/** How long after its issue an ID token is accepted. */
const idTokenMsMax = 5 * 60_000

const what = 'identity provider'

const Metadata = v.object({
  issuer: v.string(),
  jwks_uri: v.pipe(v.string(), v.url()),
  authorization_endpoint: v.pipe(v.string(), v.url()),
  token_endpoint: v.pipe(v.string(), v.url()),
  end_session_endpoint: v.optional(v.pipe(v.string(), v.url())),
  token_endpoint_auth_methods_supported: v.optional(v.array(v.string()), ['client_secret_basic']),
})
type Metadata = v.InferOutput<typeof Metadata>

const IssuedAt = v.object({ iat: v.number() })
const Redeemed = v.object({ id_token: v.string() })

/** The provider of these settings; `now` in Unix ms. */
export function joseIdentityProvider(settings: ProviderSettings, now: () => number): IdentityProvider {
  const { issuer, clientId } = settings
  // The name in the document must be the one it was asked for (OpenID Connect Discovery 1.0 section 4.3).
  const discovery = cachedDiscovery(
    () =>
      readDocument(issuer.replace(/\/+$/, '') + discoveryPath, Metadata, what, (metadata) => {
        if (metadata.issuer !== issuer) throw new Error('the discovery document names another issuer')
        return { metadata, key: remoteKeys(metadata.jwks_uri, what) }
      }),
    now,
  )

  return {
    issuer,
    verify: async (idToken, nonceVerifier) => {
      if (issuerIn(idToken) !== issuer) return { kind: 'refused', reason: 'issuer-wrong' }
      const { key } = await discovery()
      try {
        const { payload, protectedHeader } = await jwtVerify(idToken, key, {
          algorithms: signatureAlgorithms,
          issuer,
          audience: clientId,
          maxTokenAge: idTokenMsMax / 1_000,
          requiredClaims: ['exp', 'iat', 'sub', 'aud'],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now()),
        })
        const type = protectedHeader.typ?.toLowerCase() ?? 'jwt'
        if (type !== 'jwt') return { kind: 'refused', reason: 'id-token-invalid' }
        // OpenID Connect Core 1.0 section 3.1.3.7, rules 4 and 5.
        const isForOthers = Array.isArray(payload.aud) && payload.aud.length > 1
        if ((isForOthers || payload.azp !== undefined) && payload.azp !== clientId) {
          return { kind: 'refused', reason: 'audience-wrong' }
        }
        if (payload.nonce !== nonceOf(nonceVerifier)) return { kind: 'refused', reason: 'nonce-wrong' }
        const { iat } = v.parse(IssuedAt, payload)
        return { kind: 'id-token', claims: payload, id: idOf(idToken), issuedAt: iat * 1_000 }
      } catch (error) {
        if (error instanceof Unavailable) throw error
        return { kind: 'refused', reason: reasonOf(error) }
      }
    },
    redeem: async (code) => {
      const { metadata } = await discovery()
      const response = await asked(metadata, settings, code)
      if (!response) return { kind: 'refused', reason: 'code-refused' }
      return { kind: 'redeemed', idToken: response.id_token }
    },
    endpoints: async () => {
      const { metadata } = await discovery()
      return {
        authorizationEndpoint: metadata.authorization_endpoint,
        tokenEndpoint: metadata.token_endpoint,
        endSessionEndpoint: metadata.end_session_endpoint ?? null,
      }
    },
  }
}

/** The nonce that a page asked for with this verifier; the ID token alone is not enough for an exchange. */
const nonceOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** The hash of what is signed: the signature may be written in several ways. */
const idOf = (token: string): string =>
  createHash('sha256')
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('hex')

function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown) {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'id-token-old' : 'id-token-expired'
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return 'audience-wrong'
  return 'id-token-invalid'
}

/** Redeems a code (RFC 6749 section 4.1.3); undefined if the provider refuses it. */
async function asked(
  { token_endpoint: url, token_endpoint_auth_methods_supported: methods }: Metadata,
  { clientId, clientSecret = '' }: ProviderSettings,
  { code, codeVerifier, redirectUri }: CodeToRedeem,
) {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
    client_id: clientId,
  })
  const isPost = methods.includes('client_secret_post')
  if (isPost) form.set('client_secret', clientSecret)
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: form,
      headers: { Accept: 'application/json', ...(!isPost && { Authorization: `Basic ${basic}` }) },
      signal: AbortSignal.timeout(fetchMsMax),
      redirect: 'error',
    })
    if (response.status >= 400 && response.status < 500 && response.status !== 429) return undefined
    if (!response.ok) throw new Error(`status ${response.status}`)
    return v.parse(Redeemed, await response.json())
  } catch (error) {
    throw new Unavailable(what, error)
  }
}
