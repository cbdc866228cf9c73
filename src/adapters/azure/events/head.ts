// The head of a log in the event table: how many events it has. Each append replaces it, and with it its ETag.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { replacing } from '../batches.ts'
import { isOvertaken, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import type { NewRow, Row, StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { feedEndsAt, feedRowOf, feedTimeFrom, lastOf, rowEventsMax } from './feed-rows.ts'
import { eventsNumbered, searchMsMax, WholeNumber, wholeNumber } from './numbers.ts'
import { headKey } from './row-keys.ts'

/** How many events a log has, and when the last was stored (Unix ms); `etag` is null while there is no row. */
export type Head = { readonly count: number; readonly storedAt: number; readonly etag: string | null }

const HeadRow = v.object({ Count: WholeNumber, StoredAt: WholeNumber, etag: v.string() })

/**
 * Reads the head of a log. One that is damaged, that is gone while the log has events, or that does not fit the feed is made again
 * from the feed first: an append on it would give a number twice, or skip some. `seen`: the number of the feed's last event, if the
 * caller has just looked for the next; a head that says the same need not be compared with the feed.
 */
export function readHead(table: Table, partitionKey: string, seen?: number): Promise<Head> {
  const keys = { partitionKey, rowKey: headKey }
  return untilNotOvertaken<Head>(table, async () => {
    const row = await table.row(keys)
    const head = headIn(row)
    if (head && (head.count === seen || (await fits(table, partitionKey, head)))) return head
    const last = await lastNumber(table, partitionKey)
    if (!row && last.count === 0) return { count: 0, storedAt: 0, etag: null }
    await restore(table, { ...keys, ...headColumns(last) }, row)
    // Read once more: another writer may have moved the head meanwhile.
    return overtaken
  })
}

/** A head as its row says it; undefined for one that is damaged or not there. */
function headIn(row: Row | undefined): Head | undefined {
  const read = v.safeParse(HeadRow, row)
  return read.success ? { count: read.output.Count, storedAt: read.output.StoredAt, etag: read.output.etag } : undefined
}

/** Whether a head says where the feed ends. One that is moved meanwhile was moved by an append, so it does. */
async function fits(table: Table, partitionKey: string, { count, etag }: Head): Promise<boolean> {
  if (await feedEndsAt(table, partitionKey, count)) return true
  const again = await table.row({ partitionKey, rowKey: headKey }, [])
  return again !== undefined && again.etag !== etag
}

/** Moves the head; the transaction fails when it was moved since `before` was read. */
export function headAction(partitionKey: string, before: Head, after: Omit<Head, 'etag'>): TransactionAction {
  return replacing({ partitionKey, rowKey: headKey, ...headColumns(after) }, before.etag)
}

const headColumns = ({ count, storedAt }: Omit<Head, 'etag'>) => ({
  Count: wholeNumber(count),
  StoredAt: wholeNumber(storedAt),
})

/** Reads a head row; throws when it is damaged. */
export const checkHead = (row: Row) => v.parse(HeadRow, row)

/** Writes a row over the one that was read, or where none was; without effect when another writer was faster. */
export async function restore(table: Table, row: NewRow, read: StoredRow | undefined): Promise<void> {
  try {
    if (read) await table.replace(row, read.etag)
    else await table.insert(row)
  } catch (error) {
    if (!isOvertaken(error)) throw error
  }
}

/** The number of the last event of a log by its feed rows, found by doubling and bisection; 0 without any. */
async function lastNumber(table: Table, partitionKey: string): Promise<Omit<Head, 'etag'>> {
  const from = (number: number) => feedTimeFrom(table, partitionKey, number)
  let last = await from(1)
  if (!last) return { count: 0, storedAt: 0 }
  let beyond = 2
  for (let row = await from(beyond); row; row = await from(beyond)) {
    last = row
    beyond = 2 * row.first
  }
  // A row begins with `last.first`, and none with `beyond` or later.
  while (beyond - last.first > 1) {
    const middle = Math.floor((last.first + beyond) / 2)
    const row = await from(middle)
    if (row) last = row
    else beyond = middle
  }
  const { first, storedAt = 0 } = last
  const row = (await feedRowOf(table, partitionKey, first))?.row
  // The row may be damaged, and the one after it gone: then the lists have the numbers.
  const numbers = { first, before: first + 2 * rowEventsMax, storedAt: undefined }
  const found = await eventsNumbered(table, partitionKey, numbers, searchMsMax)
  return { count: Math.max(row ? lastOf(row) : first, ...found.keys()), storedAt }
}
