// The settings: one schema, each with its meaning and default. Read once at the start; bad ones stop it, by name and never by value.
import { createPublicKey } from 'node:crypto'
import * as v from 'valibot'
import type { StorageSettings } from './adapters/azure-storage.ts'
import type { TokenSettings } from './adapters/jose-tokens.ts'
import type { AddressSettings } from './functions/upload-context.ts'

const text = v.pipe(v.string(), v.trim(), v.minLength(1))
const url = v.pipe(text, v.url(), v.regex(/^https?:/))

const Settings = v.object({
  /** Connection string of the account that holds events and directory; or the two addresses below, with an identity. */
  EventsStorage: v.optional(v.pipe(text, v.regex(/=/))),
  EventsStorage__queueServiceUri: v.optional(url),
  EventsStorage__tableServiceUri: v.optional(url),
  /** Client id of a user-assigned managed identity; absent: the app's own. */
  EventsStorage__clientId: v.optional(text),

  /** Who issues tokens; its discovery document is at `{issuer}/.well-known/openid-configuration`. */
  AUTH_ISSUER: v.optional(url),
  /** Address of the discovery document when it is served elsewhere. */
  AUTH_METADATA_URL: v.optional(url),
  /** Address of the issuer's key set (JWKS), in place of discovery. */
  AUTH_JWKS_URL: v.optional(url),
  /** The issuer's public key (PEM), for servers that publish none; `\n` may stand for line ends. */
  AUTH_PUBLIC_KEY: v.optional(
    v.pipe(
      text,
      v.transform((pem) => pem.replaceAll('\\n', '\n')),
      v.check(isPublicKey),
    ),
  ),
  /** The audience tokens must name; absent: any. */
  AUTH_AUDIENCE: v.optional(text),

  /** Origins whose pages may call, separated by commas; absent: none. */
  CORS_ORIGINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((list) => list.split(',').flatMap((origin) => origin.trim() || [])),
      v.array(v.pipe(v.string(), v.regex(/^https?:\/\/[^/\s]+$/))),
    ),
    '',
  ),
  /** Header in which the front end names the client's address; absent: X-Forwarded-For. */
  CLIENT_IP_HEADER: v.optional(v.pipe(text, v.regex(/^[\w-]+$/))),
  /** How many addresses at the right of X-Forwarded-For our own proxies wrote; 0: the header is not believed. */
  TRUSTED_PROXIES: v.optional(v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number)), '1'),

  /** Set to Development on developers' machines only: there an issuer without https is believed. */
  AZURE_FUNCTIONS_ENVIRONMENT: v.optional(v.string(), 'Production'),
})
type Settings = v.InferOutput<typeof Settings>

/** What the app runs with. */
export type Config = {
  readonly storage: StorageSettings
  readonly tokens: TokenSettings
  readonly origins: readonly string[]
  readonly address: AddressSettings
}

/** Settings that don't do; the message lists their names and no value. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings'
  constructor(problems: readonly string[]) {
    super(`bad settings: ${problems.join('; ')}`)
  }
}

/** Reads the configuration from the environment. Empty settings count as absent. Throws `BadSettings`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '')
  const read = v.safeParse(Settings, Object.fromEntries(present))
  if (!read.success) {
    const names = new Set(read.issues.map((issue) => String(issue.path?.[0]?.key)))
    throw new BadSettings([...names].map((name) => `${name} is not valid`))
  }

  const settings = read.output
  const storage = storageOf(settings)
  const tokens = tokensOf(settings)
  const problems = [storage, tokens].flatMap((part) => (typeof part === 'string' ? [part] : []))
  if (typeof storage === 'string' || typeof tokens === 'string') throw new BadSettings(problems)
  const { CORS_ORIGINS: origins, CLIENT_IP_HEADER: header, TRUSTED_PROXIES: trustedProxies } = settings
  return { storage, tokens, origins, address: { trustedProxies, ...(header && { header }) } }
}

function storageOf(settings: Settings): StorageSettings | string {
  const { EventsStorage: connectionString, EventsStorage__clientId: clientId } = settings
  const { EventsStorage__queueServiceUri: queueServiceUri, EventsStorage__tableServiceUri: tableServiceUri } = settings
  if (connectionString) return { kind: 'connection-string', connectionString }
  if (queueServiceUri && tableServiceUri) {
    return { kind: 'identity', queueServiceUri, tableServiceUri, ...(clientId && { clientId }) }
  }
  return 'EventsStorage is missing (or EventsStorage__queueServiceUri with EventsStorage__tableServiceUri)'
}

function tokensOf(settings: Settings): TokenSettings | string {
  const source = sourceOf(settings)
  if (typeof source === 'string') return source
  const { AUTH_ISSUER, AUTH_METADATA_URL, AUTH_JWKS_URL, AUTH_AUDIENCE: audience } = settings
  const plain = [AUTH_ISSUER, AUTH_METADATA_URL, AUTH_JWKS_URL].some((address) => address?.startsWith('http:'))
  if (plain && settings.AZURE_FUNCTIONS_ENVIRONMENT !== 'Development') {
    return 'AUTH_ISSUER, AUTH_METADATA_URL and AUTH_JWKS_URL must be https'
  }
  return { source, ...(audience && { audience }) }
}

function sourceOf(settings: Settings): TokenSettings['source'] | string {
  const { AUTH_ISSUER: issuer, AUTH_METADATA_URL, AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey } = settings
  if (issuer && publicKey) return { kind: 'public-key', issuer, publicKey }
  if (issuer && jwksUrl) return { kind: 'jwks', issuer, jwksUrl }
  if (publicKey || jwksUrl) return 'AUTH_ISSUER is missing'
  if (AUTH_METADATA_URL) return { kind: 'discovery', metadataUrl: AUTH_METADATA_URL }
  if (issuer) {
    return { kind: 'discovery', metadataUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` }
  }
  return 'AUTH_ISSUER is missing (or AUTH_METADATA_URL)'
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public' && !pem.includes('PRIVATE')
  } catch {
    return false
  }
}
