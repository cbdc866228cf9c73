// Settings of tokens: the vault's issuer, further ones, and Keytrail's own tokens.
import * as v from 'valibot'
import type { IssuedTokenSettings } from '../adapters/jose/issued-tokens.ts'
import { discoveryPath } from '../adapters/jose/published-keys.ts'
import type { TokenSettings } from '../adapters/jose/tokens.ts'
import { baseUrl, publicKey, signingKey, text, url, withoutSlash } from './values.ts'

/** A further issuer, as `AUTH_ISSUERS` has it. */
const FurtherIssuer = v.strictObject({
  issuer: text,
  metadataUrl: v.optional(url),
  jwksUrl: v.optional(url),
  publicKey: v.optional(publicKey),
  audience: v.optional(text),
  /** `trusted`: memberships in its tokens count; `ignored`: a token says who the person is, and the directory the rest. */
  claims: v.picklist(['trusted', 'ignored']),
})
type FurtherIssuer = v.InferOutput<typeof FurtherIssuer>

export const tokenEntries = {
  /** Who issues the vault's tokens: any text; without a key below, its discovery document is at `{issuer}/.well-known/openid-configuration`. */
  AUTH_ISSUER: v.optional(text),
  /** Address of the discovery document when it is served elsewhere. */
  AUTH_METADATA_URL: v.optional(url),
  /** Address of the issuer's key set (JWKS), instead of discovery. */
  AUTH_JWKS_URL: v.optional(url),
  /** The issuer's public key (PEM), for servers that publish none; line ends may be written as `\n`. */
  AUTH_PUBLIC_KEY: v.optional(publicKey),
  /** The audience tokens must name; absent: any. */
  AUTH_AUDIENCE: v.optional(text),
  /** Further issuers, a JSON array of `{issuer, metadataUrl|jwksUrl|publicKey, audience, claims}`. */
  AUTH_ISSUERS: v.optional(v.pipe(text, v.parseJson(), v.array(FurtherIssuer)), '[]'),

  /** The private key (PEM, PKCS#8: EC P-256, or RSA of 2048 bits and more) that signs Keytrail's own tokens; absent: none are issued. */
  TOKEN_SIGNING_KEY: v.optional(signingKey),
  /** The app's own public base URL: who issues those tokens; absent: none are issued. */
  TOKEN_ISSUER: v.optional(baseUrl),
}

const TokenEntries = v.object({
  ...tokenEntries,
  SIGN_IN_ISSUER: v.optional(text),
  AZURE_FUNCTIONS_ENVIRONMENT: v.string(),
})
type Settings = v.InferOutput<typeof TokenEntries>

/** The vault's issuer and the further ones; without a vault's issuer, people sign in with the identity provider alone. */
export type IssuerSettings = {
  readonly vault?: TokenSettings
  readonly further: readonly (TokenSettings & { readonly issuer: string })[]
}

const isPlain = (address: string | undefined, { AZURE_FUNCTIONS_ENVIRONMENT }: Settings) =>
  address !== undefined && /^http:/i.test(address) && AZURE_FUNCTIONS_ENVIRONMENT !== 'Development'

/** The issuers of these settings, or what is wrong with them. */
export function issuersOf(settings: Settings): IssuerSettings | string {
  const vault = vaultOf(settings)
  if (typeof vault === 'string') return vault
  const further = settings.AUTH_ISSUERS.map((each) => furtherOf(each, settings))
  const known = [settings.AUTH_ISSUER, settings.TOKEN_ISSUER, ...settings.AUTH_ISSUERS.map(({ issuer }) => issuer)]
  const names = known.filter((name) => name !== undefined)
  const valid = further.filter((each) => each !== undefined)
  if (valid.length < further.length || new Set(names).size < names.length) return 'AUTH_ISSUERS is not valid'
  return { ...(vault && { vault }), further: valid }
}

function vaultOf(settings: Settings): TokenSettings | string | undefined {
  const source = sourceOf(settings)
  if (source === undefined && settings.SIGN_IN_ISSUER) return undefined
  if (source === undefined) return 'AUTH_ISSUER is missing (or AUTH_METADATA_URL)'
  if (typeof source === 'string') return source
  const { AUTH_METADATA_URL, AUTH_JWKS_URL, AUTH_AUDIENCE: audience } = settings
  const addresses = [settings.AUTH_ISSUER, AUTH_METADATA_URL, AUTH_JWKS_URL]
  if (source.kind !== 'public-key' && addresses.some((each) => isPlain(each, settings))) {
    return 'AUTH_ISSUER, AUTH_METADATA_URL and AUTH_JWKS_URL must be https'
  }
  return { source, ...(audience && { audience }) }
}

function sourceOf(settings: Settings): TokenSettings['source'] | string | undefined {
  const { AUTH_ISSUER: issuer, AUTH_METADATA_URL, AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey } = settings
  if (issuer && publicKey) return { kind: 'public-key', issuer, publicKey }
  if (issuer && jwksUrl) return { kind: 'jwks', issuer, jwksUrl }
  if (publicKey || jwksUrl) return 'AUTH_ISSUER is missing'
  if (issuer && !v.is(url, issuer)) return 'AUTH_ISSUER is not valid'
  if (AUTH_METADATA_URL) return { kind: 'discovery', metadataUrl: AUTH_METADATA_URL }
  return issuer ? { kind: 'discovery', metadataUrl: withoutSlash(issuer) + discoveryPath } : undefined
}

/** A further issuer; undefined if its keys are nowhere or in several places, or an address is plain. */
function furtherOf(each: FurtherIssuer, settings: Settings) {
  const { issuer, metadataUrl, jwksUrl, publicKey, audience, claims } = each
  const places = [metadataUrl, jwksUrl, publicKey].filter((place) => place !== undefined)
  const isUrl = v.is(url, issuer)
  if (places.length > 1 || (places.length === 0 && !isUrl)) return undefined
  if ([metadataUrl, jwksUrl, places.length === 0 ? issuer : undefined].some((address) => isPlain(address, settings))) {
    return undefined
  }
  const trust = claims === 'trusted' ? 'memberships' : 'identity'
  return { issuer, source: furtherSource(each), trust, ...(audience && { audience }) } as const
}

function furtherSource({ issuer, metadataUrl, jwksUrl, publicKey }: FurtherIssuer): TokenSettings['source'] {
  if (publicKey) return { kind: 'public-key', issuer, publicKey }
  if (jwksUrl) return { kind: 'jwks', issuer, jwksUrl }
  return { kind: 'discovery', metadataUrl: metadataUrl ?? withoutSlash(issuer) + discoveryPath, issuer }
}

/** What the app signs tokens with; undefined unless both settings are there. */
export function issuedTokensOf(settings: Settings): IssuedTokenSettings | string | undefined {
  const { TOKEN_SIGNING_KEY: signingKey, TOKEN_ISSUER: issuer } = settings
  if (!signingKey || !issuer) return undefined
  if (isPlain(issuer, settings)) return 'TOKEN_ISSUER must be https'
  if (issuer === withoutSlash(settings.AUTH_ISSUER ?? '')) return 'TOKEN_ISSUER and AUTH_ISSUER must differ'
  return { issuer, signingKey }
}
