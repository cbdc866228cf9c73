// Appends events to their logs: one transaction inserts every row of its events and their feed row, and moves the log's head.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { type GroupCommit, groupCommit } from '../../../concurrency/group-commit.ts'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type BoundedMap, boundedMap } from '../../../domain/bounded-map.ts'
import type { AcceptedEvent } from '../../../domain/events/event.ts'
import { Unavailable } from '../../../ports/errors.ts'
import { isOvertaken } from '../compare-and-swap.ts'
import { wasRetried } from '../retried-requests.ts'
import { isOutdated } from '../storage.ts'
import type { Table } from '../table.ts'
import { feedColumnsOf } from './feed-rows.ts'
import { type Head, headAction, readHead } from './head.ts'
import { rowsOfEvent } from './numbers.ts'
import { feedKey, proofKeyOf, rowKeysOf } from './row-keys.ts'

/** Rows of events in one transaction: the service's 100, less the head and the feed row. */
const eventRowsMax = 98
/** Longest feed row, in UTF-16 units: a property holds 64 KiB. */
const feedCharactersMax = 32_000
/** How often a transaction is made again after another writer was faster. */
const overtakenTriesMax = 30
const pauseMsMin = 50
const pauseMsMax = 1_000
const readsAtOnce = 20
/** Most heads that a process caches; the oldest go first. */
const headsMax = 10_000

/** The clock (Unix ms), a wait, and a number from 0 to below 1 that spreads writers apart. */
export type AppendOptions = {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly random: () => number
}

/** Appends events to the log of a partition; those that it has are left as they are. */
export function eventAppender(table: Table, options: AppendOptions): GroupCommit<string, AcceptedEvent> {
  const heads = boundedMap<string, Head>({ entriesMax: headsMax })
  return groupCommit<string, AcceptedEvent>({
    batchLength: eventsThatFit,
    commit: (partitionKey, events) => commitEvents(table, { partitionKey, events, heads }, options),
    isOutage: (error) => error instanceof Unavailable,
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
 * Numbers these events, without those that are stored already, from the head on, and stores them. The steps, and what holds when the
 * process dies after each, or a response is lost:
 *
 * 1. The events that may be stored are looked up by their proof rows. Nothing is written.
 * 2. The head is read, or taken from the cache. Nothing is written. A cached head that is out of date makes step 3 fail.
 * 3. One transaction moves the head and inserts the feed row and every row of the events. It takes effect whole or not at all: with
 *    the process dead, all of these events are stored, or none is. Their queue message is still there and comes again: step 1 of
 *    that run finds what is stored. When the response is lost, the request is retried and refused, by the moved head or by the
 *    existing rows; then steps 1 to 3 run again, and step 1 finds which events are missing. When it takes effect long after its
 *    writer gave up, it is either refused by a head that has moved, or stores events that a repeat finds in step 1.
 * 4. The new head is cached. Only this process has it; if it is lost, the next append reads it.
 */
async function commitEvents(table: Table, { partitionKey, events, heads }: Commit, options: AppendOptions) {
  let missing: readonly AcceptedEvent[] = [...new Map(events.map((event) => [event.id, event])).values()]
  let someMayBeStored = false
  for (let overtaken = 1; ; overtaken += 1) {
    try {
      if (someMayBeStored) missing = await notStored(table, partitionKey, missing) // 1
      if (missing.length === 0) return
      const head = heads.get(partitionKey) ?? (await readHead(table, partitionKey)) // 2
      const after = await submit(table, partitionKey, head, missing, options.now()) // 3
      heads.set(partitionKey, after) // 4
      return
    } catch (error) {
      heads.delete(partitionKey)
      if (!isOvertaken(error)) throw error
      // Only a head that has moved says that nothing of this was stored, unless the transaction was retried: then it may have moved it.
      someMayBeStored ||= !isOutdated(error) || wasRetried(error)
      if (overtaken > overtakenTriesMax) throw new Unavailable(table.store, error)
    }
    const longest = Math.min(pauseMsMax, pauseMsMin * 2 ** overtaken)
    await options.sleep(longest * options.random())
  }
}

/**
 * Stores events after the head, and resolves to the head after them.
 *
 * Why the feed's order holds: (1) Every append replaces the head, from n to n + k events, on the condition that it still has the ETag
 * that was read; so appends of a log take effect one after another. (2) The feed row and the new head are in one transaction; so
 * a reader that sees the head at n sees every event up to n, and no event after it exists. (3) An append gives the numbers n + 1 to n + k
 * only; so each number is given once, without gaps, and a feed row never appears before a row that a reader has read. (4) Clocks
 * have no part in it: `storedAt` follows the order, as it never falls from one row to the next.
 */
async function submit(
  table: Table,
  partitionKey: string,
  head: Head,
  events: readonly AcceptedEvent[],
  nowMs: number,
): Promise<Head> {
  // Never before the last one's: the row of a time is found by bisection.
  const after = { count: head.count + events.length, storedAt: Math.max(Math.floor(nowMs), head.storedAt) }
  const actions = [headAction(partitionKey, head, after), ...insertsOf(partitionKey, events, head.count + 1, after)]
  return { ...after, etag: v.parse(v.string(), await table.submit(actions)) }
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
    table.row({ partitionKey, rowKey: proofKeyOf(event) }, []),
  )
  return events.filter((_, index) => rows[index] === undefined)
}
