// A source that is pulled in virtual time, with everything in memory, and what may go wrong on our side.
import type { Arrival, TokenKind } from '../../../local/bitwarden/events.ts'
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memorySources } from '../../../src/adapters/memory/sources.ts'
import type { PullPorts } from '../../../src/application/sources/pull-run.ts'
import { pullSource } from '../../../src/application/sources/pull-source.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import { readMessage } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { secretContext } from '../../../src/domain/sources/source.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { acme, guid } from '../events.ts'
import { boxOf, secretKey } from '../notifications/integrations.ts'
import { adding, sourceOf } from './sources.ts'
import { type Clock, clientSecret, simulatedVault } from './vault.ts'

export const ids = { organizationId: acme, sourceId: guid(1, '5') }

/** What becomes of a call: it fails before it takes effect, or after; and with `killed` every call after it fails. */
export type CallFate = 'passes' | 'fails' | 'loses' | 'killed-before' | 'killed-after'

/** The ports of a process whose calls of storage and of the server meet these fates. */
export function interposed(ports: PullPorts, fateOf: (call: string) => CallFate): PullPorts {
  let killed = false
  const calling =
    <A extends readonly unknown[], R>(name: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const fate = killed ? 'fails' : fateOf(name)
      killed ||= fate.startsWith('killed')
      if (fate === 'fails' || fate === 'killed-before') throw new Unavailable('test', new Error(name))
      const result = await work(...args)
      if (fate !== 'passes') throw new Unavailable('test', new Error(name))
      return result
    }
  const { sources, progresses, store, queue, directory, api } = ports
  return {
    ...ports,
    sources: { sourcesOf: calling('sources', sources.sourcesOf) },
    progresses: {
      ...progresses,
      progressOf: calling('progress', progresses.progressOf),
      save: calling('save', progresses.save),
    },
    store: { list: calling('list', store.list) },
    queue: { enqueue: calling('enqueue', queue.enqueue) },
    directory: {
      organization: calling('organization', directory.organization),
      putOrganization: calling('putOrganization', directory.putOrganization),
    },
    api: { token: calling('token', api.token), get: calling('get', api.get) },
  }
}

/** Acme's source and server. */
export async function pulledWorld(options: {
  readonly kind: TokenKind
  readonly startMs: number
  readonly arrivals: readonly Arrival[]
  readonly random?: Random
}) {
  const clock: Clock = { now: options.startMs }
  const random = options.random ?? randomFrom(1)
  const vault = simulatedVault(options.kind, clock, options.arrivals, random)
  const now = () => clock.now
  const [store, queue, sources, directory] = [memoryEventStore(now), memoryQueue(), memorySources(), memoryDirectory()]
  const box = boxOf(secretKey('k1'))
  await sources.change(acme, adding(sourceOf({ secret: box.seal(clientSecret, secretContext(ids)) })))
  let runs = 0
  const ports: PullPorts = {
    sources,
    progresses: sources,
    api: vault.api,
    box,
    store,
    queue,
    directory,
    now,
    sleep: async () => {},
    newId: () => `${++runs}`,
  }
  const log: string[] = []
  const line = (text: string) => void log.push(text)
  return {
    ...vault,
    ports,
    clock,
    log,
    store,
    queue,
    sources,
    directory,
    box,
    /** One pull, with these ports in place of the usual ones. */
    pull: (changed: Partial<PullPorts> = {}) =>
      pullSource({ ...ports, ...changed }, ids, { log: line, warn: line, error: line }),
    progress: async () => (await sources.progressOf(ids)).progress,
    /** Stores what is queued. */
    drain: async () => {
      for (const message of queue.messages.splice(0)) {
        const read = readMessage(message, instantAt(now()))
        if (read.kind === 'events') await store.append(read.events)
      }
    },
    stored: async (): Promise<readonly StoredEvent[]> =>
      (await store.feed({ kind: 'organization', id: acme }, 1_000_000, feedStart))?.events ?? [],
  }
}

export type PulledWorld = Awaited<ReturnType<typeof pulledWorld>>
