// What commands share that work straight in a storage account: which account it is, and how they open it.
import { parseArgs } from 'node:util'
import { openStorage, type Storage } from '../src/adapters/azure/storage.ts'
import { Refusal } from './keys/arguments.ts'
import { expectEmulator, localPort, storageOf } from './keys.ts'

/** The end of their usage. */
export const storageUsage = `  The storage account is that of the setting EventsStorage (or EventsStorage__tableServiceUri and …__queueServiceUri), or
  --connection-string-from-env <NAME>   that of this environment variable
  --local                               that of npm start, while it runs`

const options = {
  'connection-string-from-env': { type: 'string' },
  local: { type: 'boolean', default: false },
} as const

/** Reads arguments; throws a `Refusal` with what is wrong and the usage. */
export function readArguments(args: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** Opens the account that arguments or settings name. */
export async function openNamed(
  values: ReturnType<typeof readArguments>['values'],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Storage> {
  if (values.local) await expectEmulator(localPort(environment))
  return openStorage(storageOf(values, environment))
}
