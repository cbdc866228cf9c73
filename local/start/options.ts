// The arguments of `npm start` and its KEYTRAIL_… settings, read once. Pure.
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { demoDaysMin, monthDays } from '../demo/month/month.ts'

export const usage = `npm start [-- --reset]    runs Keytrail on this machine; npm run start:func does it with func start

  --reset                   begins with new demo data
  KEYTRAIL_PORT             the app (7071)
  KEYTRAIL_IDENTITY_PORT    the local identity server (7072)
  KEYTRAIL_STORAGE_PORT     the storage emulator, which takes the two ports after it as well (7073)
  KEYTRAIL_DATA_DIR         where the data is kept (.keytrail)
  KEYTRAIL_DEMO_DAYS        how many days the demo data goes back (30; 4 to 30)
  KEYTRAIL_CORS             origins, by commas: the platform responds to preflights, as in Azure, before the app sees them
  KEYTRAIL_VERBOSE          1 shows all that the app logs, not warnings and errors alone
  AUTH_ISSUER, AUTH_METADATA_URL
                            trust that issuer: no local identity server, no demo data
  SIGN_IN_ISSUER            the page's people sign in there, as SIGN_IN_CLIENT_ID`

export type StartOptions = {
  readonly appPort: number
  readonly identityPort: number
  /** Blob; queue and table have the two after it. */
  readonly storagePort: number
  /** Absolute. */
  readonly dataDir: string
  /** From `demoDaysMin` to `monthDays`. */
  readonly demoDays: number
  readonly reset: boolean
  readonly func: boolean
  readonly verbose: boolean
  /** Origins that the platform would allow; absent: the app responds to preflights itself. */
  readonly corsOrigins: readonly string[] | undefined
  /** The setting that names an issuer of the developer's own. */
  readonly ownIssuer: 'AUTH_ISSUER' | 'AUTH_METADATA_URL' | undefined
}

type ReadOptions =
  | { readonly kind: 'options'; readonly options: StartOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly message: string }

/** Two ports follow the storage's first. */
const portMax = 65_533
const portOr = (otherwise: number) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.toNumber(), v.minValue(1), v.maxValue(portMax)), `${otherwise}`)

const Environment = v.object({
  KEYTRAIL_PORT: portOr(7071),
  KEYTRAIL_IDENTITY_PORT: portOr(7072),
  KEYTRAIL_STORAGE_PORT: portOr(7073),
  KEYTRAIL_DATA_DIR: v.optional(v.string()),
  KEYTRAIL_DEMO_DAYS: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.toNumber(), v.minValue(demoDaysMin), v.maxValue(monthDays)),
    `${monthDays}`,
  ),
  KEYTRAIL_CORS: v.optional(v.string()),
  KEYTRAIL_VERBOSE: v.optional(v.string()),
  AUTH_ISSUER: v.optional(v.string()),
  AUTH_METADATA_URL: v.optional(v.string()),
})

/** Reads them; `root` holds the default data folder. An empty setting counts as unset. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv, root: string): ReadOptions {
  const flags = readFlags(args)
  if (typeof flags === 'string') return { kind: 'invalid', message: `${flags}\n\n${usage}` }
  if (flags.help) return { kind: 'help' }

  const read = v.safeParse(Environment, Object.fromEntries(Object.entries(env).filter(([, value]) => value)))
  if (!read.success) {
    const [issue] = read.issues
    const setting = v.getDotPath(issue)
    const range =
      setting === 'KEYTRAIL_DEMO_DAYS' ? `from ${demoDaysMin} to ${monthDays}` : `a port from 1 to ${portMax}`
    return { kind: 'invalid', message: `${setting} must be ${range}` }
  }

  const { KEYTRAIL_DATA_DIR: dataDir, ...settings } = read.output
  return {
    kind: 'options',
    options: {
      appPort: settings.KEYTRAIL_PORT,
      identityPort: settings.KEYTRAIL_IDENTITY_PORT,
      storagePort: settings.KEYTRAIL_STORAGE_PORT,
      dataDir: dataDir === undefined ? join(root, '.keytrail') : resolve(dataDir),
      demoDays: settings.KEYTRAIL_DEMO_DAYS,
      reset: flags.reset,
      func: flags.func,
      verbose: settings.KEYTRAIL_VERBOSE === '1',
      corsOrigins: settings.KEYTRAIL_CORS?.split(',').map((origin) => origin.trim()),
      ownIssuer: ownIssuer(settings),
    },
  }
}

function readFlags(args: readonly string[]): { reset: boolean; func: boolean; help: boolean } | string {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ args: [...args], options: { reset: flag, func: flag, help: flag } }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function ownIssuer(settings: { AUTH_ISSUER?: string | undefined; AUTH_METADATA_URL?: string | undefined }) {
  if (settings.AUTH_ISSUER !== undefined) return 'AUTH_ISSUER'
  return settings.AUTH_METADATA_URL === undefined ? undefined : 'AUTH_METADATA_URL'
}
