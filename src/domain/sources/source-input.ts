// What requests say of a source: the body of a new one and of a change, and the addresses that they mean. Pure.
import * as v from 'valibot'
import type { Guid } from '../guid.ts'
import { nameOf } from '../texts.ts'
import { Region, type Source, sourceNameCharsMax } from './source.ts'

/** Longest address and longest client secret that a request may have, in UTF-16 units. */
export const sourceUrlCharsMax = 500
export const clientSecretCharsMax = 500

/** Whether it is an address at all, and one that may be reached, is judged elsewhere. */
const ServerUrl = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(sourceUrlCharsMax))
const ClientSecret = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(clientSecretCharsMax),
  v.regex(/^[\x21-\x7e]+$/, 'may hold visible ASCII characters only'),
)
/** Of an organization's API key, as the vault shows it. */
const ClientId = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(
    /^organization\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
    'must be "organization." and the organization’s id',
  ),
)

/** The body of a new source, and of a check. Strict: a misspelt property must not be ignored. */
export const NewSource = v.strictObject({
  kind: v.literal('bitwarden-api'),
  name: nameOf(sourceNameCharsMax),
  region: Region,
  url: v.optional(v.nullable(ServerUrl), null),
  clientId: ClientId,
  clientSecret: ClientSecret,
})
export type NewSource = Readonly<v.InferOutput<typeof NewSource>>

/** The body of a change: what is absent stays. */
export const SourceChange = v.strictObject({
  name: v.optional(nameOf(sourceNameCharsMax)),
  paused: v.optional(v.boolean()),
  region: v.optional(Region),
  url: v.optional(v.nullable(ServerUrl)),
  clientSecret: v.optional(ClientSecret),
})
export type SourceChange = Readonly<v.InferOutput<typeof SourceChange>>

/** Where a server's API and identity are, without a slash at the end. */
export type Addresses = Pick<Source, 'region' | 'apiUrl' | 'identityUrl'>

const clouds = {
  us: { apiUrl: 'https://api.bitwarden.com', identityUrl: 'https://identity.bitwarden.com' },
  eu: { apiUrl: 'https://api.bitwarden.eu', identityUrl: 'https://identity.bitwarden.eu' },
} as const

/** Why a region and a URL are no addresses: a server of one's own has a URL, and the clouds have none. */
type AddressRefusal = { readonly kind: 'refused'; readonly reason: 'url-missing' | 'url-not-needed' }

/** The addresses of a region, and of a server of one's own at this URL, also if that names its API or its web vault. */
export function addressesOf(
  region: Source['region'],
  url: string | null,
): { readonly kind: 'found'; readonly addresses: Addresses } | AddressRefusal {
  if (region !== 'self-hosted') {
    if (url !== null) return { kind: 'refused', reason: 'url-not-needed' }
    return { kind: 'found', addresses: { region, ...clouds[region] } }
  }
  if (url === null) return { kind: 'refused', reason: 'url-missing' }
  const base = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\/(?:api|identity)$/, '')
  return { kind: 'found', addresses: { region, apiUrl: `${base}/api`, identityUrl: `${base}/identity` } }
}

/** Whether a client id is of this organization's API key: a source never brings another organization's events. */
export const isKeyOf = (clientId: string, organizationId: Guid): boolean =>
  clientId === `organization.${organizationId}`
