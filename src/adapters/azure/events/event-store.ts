// EventStore on Azure Table storage: inserts only, one transaction for every row of its events and their place in the feed.
import { setTimeout } from 'node:timers/promises'
import { inParallel } from '../../../concurrency/parallel.ts'
import { type AcceptedEvent, logOf, type StoredEvent } from '../../../domain/events/event.ts'
import { eventNumberAt } from '../../../domain/log/cursor.ts'
import { matches } from '../../../domain/log/query.ts'
import type { EventPage, EventStore } from '../../../ports/events.ts'
import { bounded, mapStorageErrors, openedTable, type Storage } from '../storage.ts'
import { type AppendOptions, eventAppender } from './append.ts'
import { feedPage } from './feed.ts'
import { readHead } from './head.ts'
import { eventMender } from './mend.ts'
import { type ListStep, listSteps } from './ranges.ts'
import { isPosition, partitionKeyOf } from './row-keys.ts'
import { numberBefore } from './times.ts'

/** The table of the reference server. */
export const eventTableName = 'event'

const logsAtOnce = 8
/** Most rows a list goes through before it hands out what it has found, and be it nothing. */
const scannedRowsMax = 10_000
const what = 'event store'

/**
 * How the store tells time (Unix ms), and how many rows a page of a list goes through at most (10,000 when absent). A wait
 * and the chance that spreads writers apart are for tests to hand in.
 */
export type TableEventStoreOptions = Pick<AppendOptions, 'now'> &
  Partial<AppendOptions> & { readonly rowsPerPageMax?: number }

/** The event store of a storage account; its table is created at first use. */
export function tableEventStore(
  storage: Storage,
  { now, sleep = setTimeout, random = Math.random, rowsPerPageMax = scannedRowsMax }: TableEventStoreOptions,
): EventStore {
  const opened = openedTable(storage, eventTableName)
  const append = eventAppender(opened, { now, sleep, random })
  const mender = eventMender()

  return {
    append: (events) =>
      mapStorageErrors(what, async () => {
        await inParallel([...byPartition(events)], logsAtOnce, ([key, ofLog]) => append(key, ofLog))
      }),
    list: (query, limit, after) =>
      mapStorageErrors(what, async () => {
        if (after !== null && !isPosition(after)) return undefined
        const steps = listSteps({ table: await opened(), mender }, query, limit, after, rowsPerPageMax)
        return listPage(steps, limit, rowsPerPageMax, (event) => matches(event, query))
      }),
    feed: (log, limit, after) =>
      mapStorageErrors(what, async () => {
        const number = eventNumberAt(after)
        if (number === undefined) return undefined
        return feedPage(mender, await opened(), partitionKeyOf(log), limit, number)
      }),
    end: (log) =>
      mapStorageErrors(what, async () => String((await readHead(await opened(), partitionKeyOf(log))).count)),
    cursorAt: (log, ms) =>
      mapStorageErrors(what, async () => String(await numberBefore(await opened(), partitionKeyOf(log), ms))),
    check: () =>
      mapStorageErrors(what, async () => {
        const page = (await opened()).listEntities({ queryOptions: { filter: "PartitionKey eq ''" }, ...bounded() })
        await page.byPage({ maxPageSize: 1 }).next()
      }),
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

/** Fills a page, and says where to go on when another wanted event, or more than it goes through, follows. */
async function listPage(
  steps: AsyncIterable<ListStep>,
  limit: number,
  rowsMax: number,
  wanted: (event: StoredEvent) => boolean,
): Promise<EventPage> {
  const events: StoredEvent[] = []
  let last: string | null = null
  let rows = 0
  for await (const { position, event, scanned } of steps) {
    if (event && wanted(event)) {
      if (events.length === limit) return { events, next: last }
      events.push(event)
    }
    last = position
    rows += scanned
    if (rows >= rowsMax) return { events, next: last }
  }
  return { events, next: null }
}
