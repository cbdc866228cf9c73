// EventStore on Azure Table storage: inserts only, one transaction for every row of its events and their place in the feed.
import { randomUUID } from 'node:crypto'
import type { TableClient, TransactionAction } from '@azure/data-tables'
import { type AcceptedEvent, logOf, type StoredEvent } from '../domain/event.ts'
import { matches } from '../domain/query.ts'
import { feedKey, guardKeyOf, isPosition, partitionKeyOf, proofKeyOf, rowKeysOf } from '../domain/row-keys.ts'
import { inParallel } from '../parallel.ts'
import { type EventPage, type EventStore, Unavailable } from '../ports.ts'
import { bounded, isConflict, isNotFound, openedTable, reach, type Storage } from './azure-storage.ts'
import { columnsOf } from './event-rows.ts'
import { feedColumnsOf, feedPage, placeAt } from './table-event-feed.ts'
import { type ListStep, listSteps } from './table-event-ranges.ts'

/** The table of the reference server. */
export const eventTableName = 'event'

/** Rows of events in one transaction: the service's 100, less the feed row. */
const transactionRowsMax = 99
/** Longest feed row, in UTF-16 units: a property holds 64 KiB. */
const feedCharactersMax = 32_000
const appendTriesMax = 5
/** Longest wait for one transaction, in milliseconds: it carries the time at which it began. */
export const appendMsMax = 5_000
/** How far the clocks of two instances may be apart. */
export const clocksApartMsMax = 5_000
/** How long the service may still work on a transaction whose writer has given up. */
const lateMsMax = 5_000
/** How far behind now the feed ends: by then, everything that says it was committed earlier can be seen. */
export const feedHorizonMs = appendMsMax + clocksApartMsMax + lateMsMax
const readsAtOnce = 20
/** Most rows a list goes through before it hands out what it has found, and be it nothing. */
const scannedRowsMax = 10_000
const what = 'event store'

/**
 * How the store tells time (Unix ms), how far behind now its feed ends (`feedHorizonMs` when absent), and how many rows a
 * page of a list goes through at most (10,000 when absent).
 */
export type TableEventStoreOptions = {
  readonly now: () => number
  readonly horizonMs?: number
  readonly rowsPerPageMax?: number
}

/** The event store of a storage account; its table is created at first use. */
export function tableEventStore(
  storage: Storage,
  { now, horizonMs = feedHorizonMs, rowsPerPageMax = scannedRowsMax }: TableEventStoreOptions,
): EventStore {
  const opened = openedTable(storage, eventTableName)

  return {
    append: (events) =>
      reach(what, async () => {
        const table = await opened()
        for (const chunk of chunksOf(events)) await appendChunk(table, chunk, now)
      }),
    list: (query, limit, after) =>
      reach(what, async () => {
        if (after !== null && !isPosition(after)) return undefined
        const steps = listSteps(await opened(), query, limit, after, rowsPerPageMax)
        return listPage(steps, limit, rowsPerPageMax, (event) => matches(event, query))
      }),
    feed: (log, limit, after) =>
      reach(what, async () => feedPage(await opened(), log, limit, after, now() - horizonMs)),
    placeAt,
    check: () =>
      reach(what, async () => {
        const page = (await opened()).listEntities({ queryOptions: { filter: "PartitionKey eq ''" }, ...bounded() })
        await page.byPage({ maxPageSize: 1 }).next()
      }),
  }
}

type Chunk = { readonly partitionKey: string; readonly events: readonly AcceptedEvent[] }

/** Events of one log, as many as fit in a transaction; order is kept, an id comes once. */
function chunksOf(events: readonly AcceptedEvent[]): Chunk[] {
  const partitions = new Map<string, Map<string, AcceptedEvent>>()
  for (const event of events) {
    const log = logOf(event)
    if (!log) throw new TypeError('an accepted event must belong to a log')
    const key = partitionKeyOf(log)
    const partition = partitions.get(key) ?? new Map<string, AcceptedEvent>()
    partitions.set(key, partition)
    if (!partition.has(event.id)) partition.set(event.id, event)
  }
  return [...partitions].flatMap(([partitionKey, byId]) =>
    packed([...byId.values()]).map((each) => ({ partitionKey, events: each })),
  )
}

function packed(events: readonly AcceptedEvent[]): AcceptedEvent[][] {
  const chunks: AcceptedEvent[][] = []
  let rows = Number.POSITIVE_INFINITY
  let characters = 0
  for (const event of events) {
    const addedRows = rowKeysOf(event).length
    const addedCharacters = JSON.stringify(event).length + 1
    if (rows + addedRows > transactionRowsMax || characters + addedCharacters > feedCharactersMax) {
      chunks.push([])
      rows = 0
      characters = 2
    }
    chunks.at(-1)?.push(event)
    rows += addedRows
    characters += addedCharacters
  }
  return chunks
}

/**
 * Stores a chunk, less what is stored already. A conflict says that some of it is: then those are found and left out.
 * Whoever else stores the same events at the same time makes for another conflict, until nothing is left.
 */
async function appendChunk(table: TableClient, { partitionKey, events }: Chunk, now: () => number): Promise<void> {
  let missing = events
  for (let attempt = 1; missing.length > 0; attempt += 1) {
    if (attempt > appendTriesMax) throw new Unavailable(what, new Error('conflicts do not end'))
    try {
      await table.submitTransaction(insertsOf(partitionKey, missing, now()), bounded(appendMsMax))
      return
    } catch (error) {
      if (!isConflict(error)) throw error
      const stored = await inParallel(missing, readsAtOnce, (event) => hasRow(table, partitionKey, proofKeyOf(event)))
      missing = missing.filter((_, index) => !stored[index])
    }
  }
}

function insertsOf(partitionKey: string, events: readonly AcceptedEvent[], committedMs: number): TransactionAction[] {
  const feedRow = { partitionKey, rowKey: feedKey(committedMs, randomUUID()), ...feedColumnsOf(events) }
  const rows = events.flatMap((event) => {
    const columns = columnsOf(event)
    const guardKey = guardKeyOf(event)
    return rowKeysOf(event).map((rowKey) => ({ partitionKey, rowKey, ...(rowKey !== guardKey && columns) }))
  })
  return [...rows, feedRow].map((row) => ['create', row])
}

async function hasRow(table: TableClient, partitionKey: string, rowKey: string): Promise<boolean> {
  try {
    await table.getEntity(partitionKey, rowKey, { queryOptions: { select: ['RowKey'] }, ...bounded() })
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
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
