// EventStore on Azure Table storage: inserts only, one transaction for every row of its events and their feed row.
import { setTimeout } from 'node:timers/promises'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type AcceptedEvent, logOf, type StoredEvent } from '../../../domain/events/event.ts'
import { eventNumberAt } from '../../../domain/log/cursor.ts'
import { matches } from '../../../domain/log/query.ts'
import type { EventPage, EventStore } from '../../../ports/events.ts'
import type { Storage } from '../storage.ts'
import { openTable } from '../table.ts'
import { type AppendOptions, eventAppender } from './append.ts'
import { feedPage } from './feed.ts'
import { readHead } from './head.ts'
import { idsBeginning } from './ids.ts'
import { eventMender } from './mend.ts'
import { type ListStep, listSteps } from './ranges.ts'
import { isListKey, partitionKeyOf } from './row-keys.ts'
import { numberBefore } from './times.ts'

/** The table of the reference server. */
export const eventTableName = 'event'

const logsAtOnce = 8
/** Most rows that a page of a list reads before it ends, maybe without an event. */
const scannedRowsMax = 10_000

/**
 * The clock (Unix ms), and how many rows a page of a list reads at most (10,000 when absent). A wait and the random numbers that
 * spread writers apart are for tests to hand in.
 */
type TableEventStoreOptions = Pick<AppendOptions, 'now'> & Partial<AppendOptions> & { readonly rowsPerPageMax?: number }

/** The event store of a storage account; its table is created at first use. */
export function tableEventStore(
  storage: Storage,
  { now, sleep = setTimeout, random = Math.random, rowsPerPageMax = scannedRowsMax }: TableEventStoreOptions,
): EventStore {
  const table = openTable(storage, eventTableName, 'event store')
  const append = eventAppender(table, { now, sleep, random })
  const mender = eventMender()

  return {
    append: async (events) => {
      await inParallel([...byPartition(events)], logsAtOnce, ([key, ofLog]) => append(key, ofLog))
    },
    list: async (query, limit, after) => {
      if (after !== null && !isListKey(after)) return undefined
      const steps = listSteps({ table, mender }, query, limit, after, rowsPerPageMax)
      return listPage(steps, limit, rowsPerPageMax, (event) => matches(event, query))
    },
    idsBeginning: (log, digits) => idsBeginning(table, partitionKeyOf(log), digits),
    feed: async (log, limit, after) => {
      const number = eventNumberAt(after)
      if (number === undefined) return undefined
      return feedPage(mender, table, partitionKeyOf(log), limit, number)
    },
    end: async (log) => String((await readHead(table, partitionKeyOf(log))).count),
    cursorAt: async (log, ms) => String(await numberBefore(table, partitionKeyOf(log), ms)),
    check: table.check,
  }
}

/** Events by the partition of their log, in order. */
function byPartition(events: readonly AcceptedEvent[]): ReadonlyMap<string, readonly AcceptedEvent[]> {
  return Map.groupBy(events, (event) => {
    const log = logOf(event)
    if (!log) throw new TypeError('an accepted event must belong to a log')
    return partitionKeyOf(log)
  })
}

/** Fills a page; `next` is where the next page begins if another wanted event, or more rows than a page reads, follow. */
async function listPage(
  steps: AsyncIterable<ListStep>,
  limit: number,
  rowsMax: number,
  wanted: (event: StoredEvent) => boolean,
): Promise<EventPage> {
  const events: StoredEvent[] = []
  let last: string | null = null
  let rows = 0
  for await (const { cursor, event, scanned } of steps) {
    if (event && wanted(event)) {
      if (events.length === limit) return { events, next: last }
      events.push(event)
    }
    last = cursor
    rows += scanned
    if (rows >= rowsMax) return { events, next: last }
  }
  return { events, next: null }
}
