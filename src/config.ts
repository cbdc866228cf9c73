// The settings: one schema, each with its meaning and default. Read once at the start; bad ones stop it, by name and never by value.
import * as v from 'valibot'
import type { StorageSettings } from './adapters/azure/storage.ts'
import { type Keyring, readKeyring } from './adapters/crypto/secret-box.ts'
import { type RateLimits, rateLimitsDefault } from './adapters/in-process/rate-limits.ts'
import type { IssuedTokenSettings } from './adapters/jose/issued-tokens.ts'
import { discoveryPath } from './adapters/jose/published-keys.ts'
import { type SignInSettings, signInEntries, signInOf } from './config/sign-in.ts'
import { type IssuerSettings, issuedTokensOf, issuersOf, tokenEntries } from './config/tokens.ts'
import { baseUrl, readBy, text, url } from './config/values.ts'
import type { AddressSettings } from './functions/http/client-context.ts'
import type { VaultSignIn } from './functions/site/web-page.ts'

/** Requests a minute of one caller; 0: any number. */
const rateLimit = (otherwise: number) =>
  v.optional(v.pipe(v.string(), v.trim(), v.regex(/^\d{1,7}$/), v.transform(Number)), String(otherwise))

/** Every setting of the app; the names of those that are not valid stop it, never their values. */
export const Settings = v.object({
  /** Connection string of the account that holds events and directory; or the two addresses below, with an identity. */
  EventsStorage: v.optional(v.pipe(text, v.regex(/=/))),
  EventsStorage__queueServiceUri: v.optional(url),
  EventsStorage__tableServiceUri: v.optional(url),
  /** Client id of a user-assigned managed identity; absent: the app's own. */
  EventsStorage__clientId: v.optional(text),

  ...tokenEntries,
  ...signInEntries,

  /** Keys that seal the secrets of integrations, `keyId:base64 of 32 bytes` by commas, the first seals; absent: no integrations. */
  SECRET_KEYS: v.optional(readBy(keyringIn)),
  /** The app's own public base URL, with which links in notifications begin; absent: they have no links. */
  APP_URL: v.optional(baseUrl),
  /** The name by which the issuer knows the event-log page (RFC 6749 section 2.2). */
  WEB_CLIENT_ID: v.optional(v.pipe(text, v.regex(/^[\x20-\x7e]+$/)), 'keytrail'),

  /** Origins whose pages may call, separated by commas: of web pages, browser extensions and the desktop app; absent: none. */
  CORS_ORIGINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((list) => list.split(',').flatMap((origin) => origin.trim() || [])),
      v.array(v.pipe(v.string(), v.regex(/^((https?|bw-desktop-file|[a-z]+-extension):\/\/[^/\s]+|file:\/\/)$/))),
    ),
    '',
  ),
  /** Header in which the front end names the client's address; absent: X-Forwarded-For. */
  CLIENT_IP_HEADER: v.optional(v.pipe(text, v.regex(/^[\w-]+$/))),
  /** How many addresses at the right of X-Forwarded-For our own proxies wrote; 0: the header is ignored. */
  TRUSTED_PROXIES: v.optional(v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number)), '1'),

  /** When alerts are evaluated: NCRONTAB, in UTC, its first field seconds. */
  ALERT_SCHEDULE: v.optional(v.pipe(text, v.regex(/^([\d*/,-]+\s+){5}[\w*/,-]+$/)), '0 * * * * *'),

  /** Paths of data files in MaxMind DB format that say where addresses are, separated by commas; absent: nothing is known of places. */
  PLACE_FILES: v.optional(v.pipe(text, v.transform(pathsIn), v.array(v.pipe(v.string(), v.minLength(1))))),

  /** How many requests each caller may make a minute, by kind, counted by each instance for itself; 0: any number. Uploads of a person. */
  RATE_LIMIT_COLLECT: rateLimit(rateLimitsDefault.collect),
  /** Lists, feeds and other reads, of a person or of an organization's API keys. */
  RATE_LIMIT_READ: rateLimit(rateLimitsDefault.read),
  /** Pages of exports. */
  RATE_LIMIT_EXPORT: rateLimit(rateLimitsDefault.export),
  /** Previews of alert rules. */
  RATE_LIMIT_PREVIEW: rateLimit(rateLimitsDefault.preview),
  /** Changes that a person makes. */
  RATE_LIMIT_WRITE: rateLimit(rateLimitsDefault.write),
  /** What a trusted server sends: events, and the directory. */
  RATE_LIMIT_SERVER: rateLimit(rateLimitsDefault.server),
  /** Requests of one address without a valid token: beyond it a 429 instead of a 401. */
  RATE_LIMIT_REFUSED: rateLimit(rateLimitsDefault.refused),

  /** Set to Development on developers' machines only: there an issuer without https is trusted, and integrations may send to this machine. */
  AZURE_FUNCTIONS_ENVIRONMENT: v.optional(v.string(), 'Production'),
})
type Settings = v.InferOutput<typeof Settings>

const StorageSettingsOnly = v.pick(Settings, [
  'EventsStorage',
  'EventsStorage__queueServiceUri',
  'EventsStorage__tableServiceUri',
  'EventsStorage__clientId',
])
type StorageSettingsOnly = v.InferOutput<typeof StorageSettingsOnly>

/** What the app runs with. */
type Config = {
  readonly storage: StorageSettings
  readonly issuers: IssuerSettings
  /** How people sign in with an identity provider; absent: with the vault's issuer. */
  readonly signIn?: SignInSettings
  /** Absent: API keys are switched off. */
  readonly issuedTokens?: IssuedTokenSettings
  readonly origins: readonly string[]
  readonly address: AddressSettings
  readonly alertSchedule: string
  readonly rateLimits: RateLimits
  /** Data files about addresses, by path; absent: there are none. */
  readonly placeFiles?: readonly string[]
  /** Absent: integrations are switched off. */
  readonly keyring?: Keyring
  /** Where links in notifications begin; absent: they have none. */
  readonly appUrl?: string
  /** How the event-log page signs people in with the vault's issuer; absent: that issuer says nowhere where to sign in. */
  readonly web?: VaultSignIn
  /** Whether integrations may send to this machine, also without https. */
  readonly allowLoopback: boolean
}

/** Invalid settings; the message has their names and no value. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings'
  constructor(problems: readonly string[]) {
    super(`bad settings: ${problems.join('; ')}`)
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration from the environment. Empty settings count as absent. Throws `BadSettings`. */
export function readConfig(environment: Environment): Config {
  const { settings, malformed } = read(Settings, environment)
  const storage = storageOf(settings)
  const issuers = issuersOf(settings)
  const issuedTokens = issuedTokensOf(settings)
  const signIn = signInOf(settings)
  const problems = [storage, issuers, issuedTokens, signIn].flatMap((part) => (typeof part === 'string' ? [part] : []))
  throwIfBad(malformed, problems)
  if (
    typeof storage === 'string' ||
    typeof issuers === 'string' ||
    typeof issuedTokens === 'string' ||
    typeof signIn === 'string'
  ) {
    throw new BadSettings(problems)
  }
  const { CORS_ORIGINS: origins, CLIENT_IP_HEADER: header, TRUSTED_PROXIES: trustedProxies } = settings
  const { SECRET_KEYS: keyring, APP_URL: appUrl, PLACE_FILES: placeFiles } = settings
  const web = webOf(settings, issuers)
  return {
    storage,
    issuers,
    ...(signIn && { signIn }),
    ...(issuedTokens && { issuedTokens }),
    origins,
    address: { trustedProxies, ...(header && { header }) },
    alertSchedule: settings.ALERT_SCHEDULE,
    rateLimits: rateLimitsOf(settings),
    ...(placeFiles && { placeFiles }),
    ...(keyring && { keyring }),
    ...(appUrl && { appUrl }),
    ...(web && { web }),
    allowLoopback: settings.AZURE_FUNCTIONS_ENVIRONMENT === 'Development',
  }
}

/** Reads how to reach the storage account alone, for tools beside the app. Throws `BadSettings`. */
export function readStorageConfig(environment: Environment): StorageSettings {
  const { settings, malformed } = read(StorageSettingsOnly, environment)
  const storage = storageOf(settings)
  throwIfBad(malformed, typeof storage === 'string' ? [storage] : [])
  if (typeof storage === 'string') throw new BadSettings([storage])
  return storage
}

/** Names every malformed setting, and what is missing besides. */
function throwIfBad(malformed: readonly string[], problems: readonly string[]): void {
  const besides = problems.filter((problem) => !malformed.some((name) => problem.includes(name)))
  if (malformed.length > 0) throw new BadSettings([...malformed.map((name) => `${name} is not valid`), ...besides])
}

/** The settings that can be read, and the names of those that can't. */
function read<T>(schema: v.GenericSchema<unknown, T>, environment: Environment) {
  const present = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '')
  const read = v.safeParse(schema, Object.fromEntries(present))
  if (read.success) return { settings: read.output, malformed: [] }
  const malformed = [...new Set(read.issues.map((issue) => String(issue.path?.[0]?.key)))]
  const others = present.filter(([name]) => !malformed.includes(name))
  return { settings: v.parse(schema, Object.fromEntries(others)), malformed }
}

function storageOf(settings: StorageSettingsOnly): StorageSettings | string {
  const { EventsStorage: connectionString, EventsStorage__clientId: clientId } = settings
  const { EventsStorage__queueServiceUri: queueServiceUri, EventsStorage__tableServiceUri: tableServiceUri } = settings
  if (connectionString) return { kind: 'connection-string', connectionString }
  if (queueServiceUri && tableServiceUri) {
    return { kind: 'identity', queueServiceUri, tableServiceUri, ...(clientId && { clientId }) }
  }
  return 'EventsStorage is missing (or EventsStorage__queueServiceUri with EventsStorage__tableServiceUri)'
}

function webOf(settings: Settings, { vault }: IssuerSettings): VaultSignIn | undefined {
  const source = vault?.source
  if (source?.kind !== 'discovery') return undefined
  const { metadataUrl } = source
  const issuer = settings.AUTH_ISSUER ?? metadataUrl.replace(new RegExp(`${discoveryPath}$`), '')
  return { kind: 'vault', issuer, metadataUrl, clientId: settings.WEB_CLIENT_ID }
}

const rateLimitsOf = (settings: Settings): RateLimits => ({
  collect: settings.RATE_LIMIT_COLLECT,
  read: settings.RATE_LIMIT_READ,
  export: settings.RATE_LIMIT_EXPORT,
  preview: settings.RATE_LIMIT_PREVIEW,
  write: settings.RATE_LIMIT_WRITE,
  server: settings.RATE_LIMIT_SERVER,
  refused: settings.RATE_LIMIT_REFUSED,
})

function keyringIn(text: string): Keyring | undefined {
  const read = readKeyring(text)
  return read.kind === 'keyring' ? read : undefined
}

function pathsIn(list: string): string[] {
  return list.split(',').map((path) => path.trim())
}
