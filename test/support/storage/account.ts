// A storage account for tests, which may be opened many times: each time with a process's own pauses.

import type { Pauses } from '../../../src/adapters/azure/retried-requests.ts'
import { openStorage, type Storage } from '../../../src/adapters/azure/storage.ts'
import { noPauses } from './pauses.ts'

/** Opens the account as a new process does; without pauses between the tries of a request unless they are given. */
export type Account = (pauses?: Pauses) => Storage

/** An account of the emulator. */
export const accountAt =
  (connectionString: string): Account =>
  (pauses = noPauses) =>
    openStorage({ kind: 'connection-string', connectionString }, pauses)
