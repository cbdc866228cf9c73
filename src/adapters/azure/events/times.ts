// Times in the event table's feed: how many events a log had at a time.
import type { Table } from '../table.ts'
import { feedTimeFrom } from './feed-rows.ts'
import { readHead } from './head.ts'

/** The number of the last event that was stored before a time (Unix ms): times of rows never fall, so it is found by bisection. */
export async function numberBefore(table: Table, partitionKey: string, ms: number): Promise<number> {
  const { count, storedAt } = await readHead(table, partitionKey)
  if (storedAt < ms) return count
  // The first row from `high` on, if any, was stored in time or later; the first from below `low` on was not.
  let low = 1
  let high = count + 1
  let first = count + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = await feedTimeFrom(table, partitionKey, middle)
    if (!row || (row.storedAt ?? storedAt) >= ms) {
      high = middle
      first = row?.first ?? first
    } else {
      low = row.first + 1
    }
  }
  return first - 1
}
