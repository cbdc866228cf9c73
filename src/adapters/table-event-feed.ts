// The feed in the event table: rows in order of their events' numbers, each carrying the events of one transaction.
import type { TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { AcceptedEvent } from '../domain/event.ts'
import { feedKey, firstNumberOf } from '../domain/row-keys.ts'
import type { FeedPage } from '../ports.ts'
import { readHead, WholeNumber, wholeNumber } from './table-event-head.ts'
import { type RowRange, rowsIn } from './table-transactions.ts'

const FeedRow = v.object({
  rowKey: v.string(),
  StoredAt: WholeNumber,
  Events: v.pipe(v.string(), v.parseJson(), v.array(AcceptedEvent)),
})
type FeedRow = v.InferOutput<typeof FeedRow>

/** What a feed row says beside its keys: its events, and when they were stored (Unix ms). */
export const feedColumnsOf = (events: readonly AcceptedEvent[], storedAt: number) => ({
  Events: JSON.stringify(events),
  StoredAt: wholeNumber(storedAt),
})

/** Most rows that one page reads. A row of a full transaction holds 32 events of items, or more of others. */
export const feedRowsMax = 60
/** More events than any feed row holds. */
const rowEventsMax = 100

/**
 * The events of a log after the one of this number, `limit` at most; undefined when the log has fewer events than that.
 * A small page is full while there are events; one of more than `rowEventsMax` ends where a row ends, so that the next one
 * begins with a row and costs one request.
 */
export async function feedPage(
  table: TableClient,
  partitionKey: string,
  limit: number,
  after: number,
): Promise<FeedPage | undefined> {
  const rows = await rowsFrom(table, partitionKey, after + 1)
  if (firstOf(rows) === after + 1) return pageOf(rows, after, limit, rows.length === feedRowsMax)

  const { count } = await readHead(table, partitionKey)
  if (after > count) return undefined
  if (after === count) return pageOf([], after, limit, false)
  const holding = await rowHolding(table, partitionKey, after + 1)
  return holding ? pageOf([holding], after, limit, lastOf(holding) < count) : pageOf(rows, after, limit, true)
}

const firstOf = ([row]: readonly FeedRow[]): number | undefined => row && firstNumberOf(row.rowKey)
const lastOf = (row: FeedRow): number => firstNumberOf(row.rowKey) + row.Events.length - 1

function pageOf(rows: readonly FeedRow[], after: number, limit: number, mayBeMore: boolean): FeedPage {
  const events: AcceptedEvent[] = []
  const storedAt: number[] = []
  let last = after
  for (const row of rows) {
    const first = firstNumberOf(row.rowKey)
    const unread = row.Events.slice(Math.max(0, last + 1 - first))
    if (unread.length === 0) continue
    const taken = unread.slice(0, limit - events.length)
    if (taken.length < unread.length && limit > rowEventsMax) return page(true)
    events.push(...taken)
    storedAt.push(...taken.map(() => row.StoredAt))
    last = Math.max(last + 1, first) + taken.length - 1
    if (taken.length < unread.length) return page(true)
  }
  return page(mayBeMore)

  function page(more: boolean): FeedPage {
    return { events, storedAt, next: String(last), more }
  }
}

/** The first rows that begin with this number or a later one: `feedRowsMax`, or fewer where no more are there. */
const rowsFrom = (table: TableClient, partitionKey: string, number: number): Promise<FeedRow[]> =>
  rowsBetween(table, { partitionKey, from: feedKey(number), before: feedKeysEnd }, feedRowsMax)

/** The row that has the event of this number, among the few that may. */
async function rowHolding(table: TableClient, partitionKey: string, number: number): Promise<FeedRow | undefined> {
  const range = { from: feedKey(Math.max(1, number - rowEventsMax)), before: feedKey(number + 1) }
  const rows = await rowsBetween(table, { partitionKey, ...range }, rowEventsMax + 1)
  return rows.findLast((row) => lastOf(row) >= number)
}

const rowsBetween = async (table: TableClient, range: RowRange, limit: number): Promise<FeedRow[]> =>
  v.parse(v.array(FeedRow), await rowsIn(table, range, limit))

/** Above every key of a feed row. */
const feedKeysEnd = 'Seq=~'

/** The number of the last event that was stored before a time (Unix ms): times of rows never fall, so it is found by halving. */
export async function numberBefore(table: TableClient, partitionKey: string, ms: number): Promise<number> {
  const { count, storedAt } = await readHead(table, partitionKey)
  if (storedAt < ms) return count
  // The first row from `high` on, if any, was stored in time or later; the first from below `low` on was not.
  let low = 1
  let high = count + 1
  let first = count + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = await rowAt(table, partitionKey, middle)
    if (!row || row.storedAt >= ms) {
      high = middle
      first = row?.first ?? first
    } else {
      low = row.first + 1
    }
  }
  return first - 1
}

const TimeRow = v.object({ rowKey: v.string(), StoredAt: WholeNumber })

/** When the first row from a number on was stored; undefined after the last. */
async function rowAt(table: TableClient, partitionKey: string, number: number) {
  const range = { partitionKey, from: feedKey(number), before: feedKeysEnd, columns: ['RowKey', 'StoredAt'] }
  const [row] = v.parse(v.array(TimeRow), await rowsIn(table, range, 1))
  return row && { first: firstNumberOf(row.rowKey), storedAt: row.StoredAt }
}
