// Appends events to their logs: one transaction inserts every row of its events and their place in the feed, and moves the log's head.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { type GroupCommit, groupCommit } from '../../../concurrency/group-commit.ts'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type BoundedMap, boundedMap } from '../../../domain/bounded-map.ts'
import type { AcceptedEvent } from '../../../domain/events/event.ts'
import { Unavailable } from '../../../ports/errors.ts'
import { wasRetried } from '../retried-requests.ts'
import { rowOf } from '../rows.ts'
import { bounded, isConflict, isNotFound, isOutage, isOutdated, type Table } from '../storage.ts'
import { feedColumnsOf } from './feed-rows.ts'
import { type Head, headAction, readHead } from './head.ts'
import { rowsOfEvent } from './numbers.ts'
import { feedKey, proofKeyOf, rowKeysOf } from './row-keys.ts'

/** Rows of events in one transaction: the service's 100, less the head and the feed row. */
export const eventRowsMax = 98
/** Longest feed row, in UTF-16 units: a property holds 64 KiB. */
const feedCharactersMax = 32_000
/** How often a transaction is made again that another writer overtook. */
const overtakenTriesMax = 30
const pauseMsMin = 50
const pauseMsMax = 1_000
const readsAtOnce = 20
/** Most heads that a process caches; the oldest go first. */
const headsMax = 10_000
const what = 'event store'

/** The clock (Unix ms), a wait, and a number from 0 to below 1 that spreads writers apart. */
export type AppendOptions = {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly random: () => number
}

/** Appends events to the log of a partition; those that it has are left as they are. */
export function eventAppender(
  opened: () => Promise<Table>,
  options: AppendOptions,
): GroupCommit<string, AcceptedEvent> {
  const heads = boundedMap<string, Head>({ entriesMax: headsMax })
  return groupCommit<string, AcceptedEvent>({
    batchLength: eventsThatFit,
    commit: async (partitionKey, events) => commitEvents(await opened(), { partitionKey, events, heads }, options),
    isOutage: (error) => error instanceof Unavailable || isOutage(error),
  })
}

/** How many of these events, from the first on, one transaction takes. */
function eventsThatFit(events: readonly AcceptedEvent[]): number {
  let rows = 0
  let characters = 2
  for (const [index, event] of events.entries()) {
    rows += rowKeysOf(event).length
    characters += JSON.stringify(event).length + 1
    if (index > 0 && (rows > eventRowsMax || characters > feedCharactersMax)) return index
  }
  return events.length
}

type Commit = {
  readonly partitionKey: string
  readonly events: readonly AcceptedEvent[]
  /** Heads as this process left them: while it is the only writer, an append is one request. */
  readonly heads: BoundedMap<string, Head>
}

/**
 * Numbers these events, less those that are stored already, from the head on, and stores them in one transaction. It holds
 * only on the head that it was made for, so whatever happens to it (overtaken, its answer lost, done long after its
 * writer gave up), a number is given once. What became of it is read, never guessed: an event that has its row is stored.
 */
async function commitEvents(table: Table, { partitionKey, events, heads }: Commit, options: AppendOptions) {
  let missing: readonly AcceptedEvent[] = [...new Map(events.map((event) => [event.id, event])).values()]
  let someMayBeStored = false
  for (let overtaken = 1; ; overtaken += 1) {
    try {
      if (someMayBeStored) missing = await notStored(table, partitionKey, missing)
      if (missing.length === 0) return
      const head = heads.get(partitionKey) ?? (await readHead(table, partitionKey))
      heads.set(partitionKey, await submit(table, partitionKey, head, missing, options.now()))
      return
    } catch (error) {
      heads.delete(partitionKey)
      // Not found: the head is gone.
      if (!isOutdated(error) && !isConflict(error) && !isNotFound(error)) throw error
      // A transaction that was made again, as no answer came, may have moved the head itself.
      someMayBeStored ||= !isOutdated(error) || wasRetried(error)
      if (overtaken > overtakenTriesMax) throw new Unavailable(what, error)
    }
    const longest = Math.min(pauseMsMax, pauseMsMin * 2 ** overtaken)
    await options.sleep(longest * options.random())
  }
}

/** Resolves to the head after it. */
async function submit(
  table: Table,
  partitionKey: string,
  head: Head,
  events: readonly AcceptedEvent[],
  nowMs: number,
): Promise<Head> {
  // Never before the last one's: whoever asks for what was stored since a time finds it by halving.
  const after = { count: head.count + events.length, storedAt: Math.max(Math.floor(nowMs), head.storedAt) }
  const actions = [headAction(partitionKey, head, after), ...insertsOf(partitionKey, events, head.count + 1, after)]
  const { subResponses } = await table.submitTransaction(actions, bounded())
  return { ...after, etag: v.parse(v.string(), subResponses[0]?.etag) }
}

function insertsOf(
  partitionKey: string,
  events: readonly AcceptedEvent[],
  first: number,
  { storedAt }: Pick<Head, 'storedAt'>,
): TransactionAction[] {
  const rows = events.flatMap((event, index) => rowsOfEvent(partitionKey, event, first + index))
  const feedRow = { partitionKey, rowKey: feedKey(first), ...feedColumnsOf(events, storedAt) }
  return [...rows, feedRow].map((row) => ['create', row])
}

async function notStored(table: Table, partitionKey: string, events: readonly AcceptedEvent[]) {
  const rows = await inParallel(events, readsAtOnce, (event) =>
    rowOf(table, partitionKey, proofKeyOf(event), ['RowKey']),
  )
  return events.filter((_, index) => rows[index] === undefined)
}
