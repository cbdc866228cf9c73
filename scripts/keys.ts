// `npm run keys`: makes, lists, rotates and revokes API keys of organizations and servers, straight in a storage account.
import { once } from 'node:events'
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { connectionStringFor, tablePortOf } from '../local/azurite.ts'
import { tableDirectory } from '../src/adapters/azure/directory/directory.ts'
import { tableApiKeys } from '../src/adapters/azure/keys/api-keys.ts'
import { tableServerKeys } from '../src/adapters/azure/keys/server-keys.ts'
import { storageQueue } from '../src/adapters/azure/queues/storage-queue.ts'
import { openStorage } from '../src/adapters/azure/storage.ts'
import { nodeSecrets } from '../src/adapters/crypto/secrets.ts'
import { BadSettings, readStorageConfig } from '../src/config.ts'
import { instantAt } from '../src/domain/instant.ts'
import { overlapHoursDefault, overlapHoursMax } from '../src/domain/keys/api-keys.ts'
import { Unavailable } from '../src/ports/errors.ts'
import { options, Refusal, type Values } from './keys/arguments.ts'
import type { Command, Outcome } from './keys/commands.ts'
import { organizationCommands } from './keys/organization-commands.ts'
import { serverCommands } from './keys/server-commands.ts'

const usage = `npm run keys -- create --org <guid> --name <name>
npm run keys -- list   --org <guid>
npm run keys -- rotate --org <guid> --key <guid> [--overlap-hours <0 to ${overlapHoursMax}; ${overlapHoursDefault}>]
npm run keys -- revoke --org <guid> --key <guid>

  Keys of servers, which report events and fill the directory, for the named organizations or for all:
npm run keys -- create --server --name <name> [--organization <guid> …]
npm run keys -- list   --server
npm run keys -- rotate --server --key <guid> [--overlap-hours <hours>]
npm run keys -- revoke --server --key <guid>

  The storage account is that of the setting EventsStorage (or EventsStorage__tableServiceUri and …__queueServiceUri), or
  --connection-string-from-env <NAME>   that of this environment variable
  --local                               that of npm start, while it runs`

type Environment = Readonly<Record<string, string | undefined>>

/** Does what the arguments say and gives the text to print. Throws a `Refusal` with a text for the caller. */
export async function runKeys(args: readonly string[], environment: Environment, now: () => number): Promise<Outcome> {
  const { values, command } = readArguments(args)
  const perform = command(values)
  if (values.local) await expectEmulator(localPort(environment))
  const storage = openStorage(storageOf(values, environment))
  const ports = {
    keys: tableApiKeys(storage),
    serverKeys: tableServerKeys(storage),
    directory: tableDirectory(storage),
    queue: storageQueue(storage),
    secrets: nodeSecrets(),
  }
  return perform(ports, instantAt(now()))
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

function readArguments(args: readonly string[]): { values: Values; command: Command } {
  const { values, positionals } = parsed(args)
  const [name, extra] = positionals
  if (name === undefined) throw new Refusal(usage)
  const commands = values.server ? serverCommands : organizationCommands
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new Refusal(`there is no command ${name}\n\n${usage}`)
  if (extra !== undefined) throw new Refusal(`${extra} is one argument too many\n\n${usage}`)
  const other = values.server ? 'org' : 'organization'
  if (values[other] !== undefined) throw new Refusal(`--${other} is for keys of the other kind\n\n${usage}`)
  return { values, command }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
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
