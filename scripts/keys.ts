// `npm run keys`: makes, lists, rotates and revokes the API keys of an organization, straight in a storage account.
import { once } from 'node:events'
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { connectionStringFor, tablePortOf } from '../local/azurite.ts'
import { tableDirectory } from '../src/adapters/azure/directory/directory.ts'
import { tableApiKeys } from '../src/adapters/azure/keys/api-keys.ts'
import { storageQueue } from '../src/adapters/azure/queues/storage-queue.ts'
import { openStorage } from '../src/adapters/azure/storage.ts'
import { nodeSecrets } from '../src/adapters/crypto/secrets.ts'
import { createKey, deleteKey, rotateSecret } from '../src/application/keys/change-keys.ts'
import { BadSettings, readStorageConfig } from '../src/config.ts'
import { type Guid, parseGuid } from '../src/domain/guid.ts'
import { type Instant, instantAt } from '../src/domain/instant.ts'
import {
  type ApiKey,
  ApiKeyName,
  apiKeysMax,
  apiKeyView,
  clientIdOf,
  OverlapHours,
  overlapHoursDefault,
  overlapHoursMax,
} from '../src/domain/keys/api-keys.ts'
import type { DirectoryReader } from '../src/ports/directory.ts'
import { Unavailable } from '../src/ports/errors.ts'
import type { EventQueue } from '../src/ports/events.ts'
import type { ApiKeys, Secrets } from '../src/ports/keys.ts'

const usage = `npm run keys -- create --org <guid> --name <name>
npm run keys -- list   --org <guid>
npm run keys -- rotate --org <guid> --key <guid> [--overlap-hours <0 to ${overlapHoursMax}; ${overlapHoursDefault}>]
npm run keys -- revoke --org <guid> --key <guid>

  The storage account is that of the setting EventsStorage (or EventsStorage__tableServiceUri and …__queueServiceUri), or
  --connection-string-from-env <NAME>   that of this environment variable
  --local                               that of npm start, while it runs`

/** The command is not carried out; the message says why. */
export class Refusal extends Error {}

const text = { type: 'string' } as const
const options = {
  org: text,
  key: text,
  name: text,
  'overlap-hours': text,
  'connection-string-from-env': text,
  local: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values']

type Environment = Readonly<Record<string, string | undefined>>

/** What was done, and what the caller should know about it. */
type Outcome = { readonly text: string; readonly warning?: string }

/** Does what the arguments say and gives the text to print. Throws a `Refusal` with a text for the caller. */
export async function runKeys(args: readonly string[], environment: Environment, now: () => number): Promise<Outcome> {
  const { values, command, name } = readArguments(args)
  const organizationId = guidIn(values, 'org')
  const perform = command(organizationId, values)
  if (values.local) await expectEmulator(localPort(environment))
  const storage = openStorage(storageOf(values, environment))
  const warning = name === 'create' ? await warningAbout(organizationId, tableDirectory(storage)) : undefined
  const ports = { keys: tableApiKeys(storage), queue: storageQueue(storage), secrets: nodeSecrets() }
  const text = await perform(ports, instantAt(now()))
  return warning === undefined ? { text } : { text, warning }
}

async function warningAbout(organizationId: Guid, directory: DirectoryReader): Promise<string | undefined> {
  if ((await directory.organization(organizationId)) !== undefined) return undefined
  return 'the directory does not know this organization yet: its log is empty until a server reports events'
}

/** Throws a `Refusal` when nothing listens where the emulator's tables should be. */
export async function expectEmulator(port: number): Promise<void> {
  const socket = connect(tablePortOf(port), '127.0.0.1')
  try {
    await once(socket, 'connect')
  } catch {
    const where = `127.0.0.1:${port}`
    throw new Refusal(`no storage emulator at ${where}: is npm start running, with the same KEYTRAIL_STORAGE_PORT?`)
  } finally {
    socket.destroy()
  }
}

type Ports = { readonly keys: ApiKeys; readonly queue: EventQueue; readonly secrets: Secrets }
type Perform = (ports: Ports, at: Instant) => Promise<string>

/** Reads its arguments at once, so that nothing is opened for a request that can't be met. */
type Command = (organizationId: Guid, values: Values) => Perform

const commands: Readonly<Record<string, Command>> = {
  create: (organizationId, values) => {
    const name = v.safeParse(ApiKeyName, values.name)
    if (!name.success) throw new Refusal('--name must have 1 to 100 characters')
    return async (ports, at) => {
      const { key, secret } = carriedOut(await createKey(ports, { organizationId, at }, name.output))
      return withSecret(key, organizationId, secret, at)
    }
  },
  list:
    (organizationId) =>
    async ({ keys }, at) => {
      const found = await keys.keysOf(organizationId)
      return found.length === 0 ? 'no keys' : found.map((key) => describe(key, at)).join('\n')
    },
  rotate: (organizationId, values) => {
    const [id, overlapHours] = [guidIn(values, 'key'), overlapIn(values)]
    return async (ports, at) => {
      const { key, secret } = carriedOut(await rotateSecret(ports, { organizationId, at }, id, overlapHours))
      return withSecret(key, organizationId, secret, at)
    }
  },
  revoke: (organizationId, values) => {
    const id = guidIn(values, 'key')
    return async (ports, at) => {
      const { key } = carriedOut(await deleteKey(ports, { organizationId, at }, id))
      return `revoked ${key.id} (${key.name})`
    }
  },
}

const reasons = {
  'too-many-keys': `the organization has ${apiKeysMax} keys already`,
  'key-unknown': 'the organization has no such key',
} as const

type Refused = { readonly kind: 'refused'; readonly reason: keyof typeof reasons }

/** The change; throws a `Refusal` if it was refused. */
function carriedOut<Done extends { readonly kind: 'changed' }>(change: Done | Refused): Done {
  if (change.kind === 'refused') throw new Refusal(reasons[change.reason])
  return change
}

function describe(key: ApiKey, at: Instant): string {
  const { id, name, createdAt, secrets } = apiKeyView(key, at)
  const lines = secrets.map(
    (secret) => `  secret of ${secret.createdAt}, good until ${secret.validUntil ?? 'replaced'}`,
  )
  return [`${id}  ${name}, made ${createdAt}`, ...lines].join('\n')
}

const withSecret = (key: ApiKey, organizationId: Guid, secret: string, at: Instant) => `${describe(key, at)}

client_id      ${clientIdOf(organizationId)}
client_secret  ${secret}

The secret is shown this once and kept nowhere.`

function readArguments(args: readonly string[]): { values: Values; command: Command; name: string } {
  const { values, positionals } = parsed(args)
  const [name, extra] = positionals
  if (name === undefined) throw new Refusal(usage)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new Refusal(`there is no command ${name}\n\n${usage}`)
  if (extra !== undefined) throw new Refusal(`${extra} is one argument too many\n\n${usage}`)
  return { values, command, name }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

function guidIn(values: Values, name: 'org' | 'key'): Guid {
  const id = parseGuid(values[name])
  if (!id) throw new Refusal(`--${name} must be a GUID`)
  return id
}

function overlapIn(values: Values): number {
  const given = values['overlap-hours'] ?? String(overlapHoursDefault)
  const hours = v.safeParse(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), OverlapHours), given)
  if (!hours.success) throw new Refusal(`--overlap-hours must be a whole number from 0 to ${overlapHoursMax}`)
  return hours.output
}

/** The storage account that the arguments or the settings name. */
export function storageOf(values: Pick<Values, 'local' | 'connection-string-from-env'>, environment: Environment) {
  if (values.local) return readStorageConfig({ EventsStorage: connectionStringFor(localPort(environment)) })
  const name = values['connection-string-from-env']
  if (name === undefined) return readStorageConfig(environment)
  if (!environment[name]) throw new Refusal(`${name} is not set`)
  return readStorageConfig({ EventsStorage: environment[name] })
}

/** The emulator's first port, as `npm start` reads it. */
export function localPort({ KEYTRAIL_STORAGE_PORT }: Environment): number {
  const port = KEYTRAIL_STORAGE_PORT || '7073'
  // Two ports follow it.
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_533) throw new Refusal('KEYTRAIL_STORAGE_PORT must be a port')
  return Number(port)
}

/** What went wrong, for a person; never a setting's value. */
export function explain(error: unknown): string {
  if (error instanceof Refusal || error instanceof BadSettings || error instanceof Unavailable) return error.message
  return error instanceof Error ? `the storage account refused or could not be opened (${error.name})` : 'unknown fault'
}

if (import.meta.main) {
  try {
    const { text, warning } = await runKeys(process.argv.slice(2), process.env, Date.now)
    console.log(text)
    if (warning !== undefined) console.error(`\nNote: ${warning}`)
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
