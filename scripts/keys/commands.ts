// What the commands of `npm run keys` are.
import type { Instant } from '../../src/domain/instant.ts'
import type { DirectoryReader } from '../../src/ports/directory.ts'
import type { EventQueue } from '../../src/ports/events.ts'
import type { ApiKeys, Secrets, ServerKeys } from '../../src/ports/keys.ts'
import type { Values } from './arguments.ts'

/** What was done, and what the caller should know about it. */
export type Outcome = { readonly text: string; readonly warning?: string }

type Ports = {
  readonly keys: ApiKeys
  readonly serverKeys: ServerKeys
  readonly directory: DirectoryReader
  readonly queue: EventQueue
  readonly secrets: Secrets
}

/** Reads its arguments at once, so that nothing is opened for a request that can't be met. */
export type Command = (values: Values) => (ports: Ports, at: Instant) => Promise<Outcome>

/** Commands by name. */
export type Commands = Readonly<Record<string, Command>>
