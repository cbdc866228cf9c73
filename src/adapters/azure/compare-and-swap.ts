// Writes that take effect only on what was read (by an ETag, or as a new row), and whose lost responses are resolved by reading.
import { randomUUID } from 'node:crypto'
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Unavailable } from '../../ports/errors.ts'
import { deleting, replacing, transactionRowsMax } from './batches.ts'
import { wasRetried } from './retried-requests.ts'
import type { NewRow, Row, RowKeys, RowRange } from './rows.ts'
import { isConflict, isNotFound, isOutdated } from './storage.ts'
import type { Table } from './table.ts'

/** How often a change is made again because another write was faster. */
const triesMax = 10

/** What an attempt resolves to when another write was faster. */
export const overtaken: unique symbol = Symbol('overtaken')

/**
 * Reads, decides and writes: `attempt` does all three, and is called again, up to 10 times, as long as it is overtaken. `pause` runs
 * before each further attempt. Throws `Unavailable` when every attempt was overtaken.
 */
export async function untilNotOvertaken<T>(
  { store }: Pick<Table, 'store'>,
  attempt: () => Promise<T | typeof overtaken>,
  pause: () => Promise<unknown> = async () => {},
): Promise<T> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const result = await attempt()
    if (result !== overtaken) return result
    if (tries < triesMax) await pause()
  }
  throw new Unavailable(store, new Error(`another write was faster, ${triesMax} times`))
}

/** Whether the storage refused a write because the row is not as it was read: it is there, has changed, or is gone. */
export const isOvertaken = (error: unknown): boolean => isConflict(error) || isOutdated(error) || isNotFound(error)

/** The column of a fencing row by which a writer recognizes its own write. */
type WriteMark = { readonly WriteId: string }

/**
 * Makes a write and resolves to the ETag of its fencing row after it; undefined when another write was faster. A refusal after a
 * retry may mean that the first try took effect: the fencing row shows it by the mark. Throws `Unavailable` when the row
 * has another mark by then, since a later write may have replaced this one.
 */
export async function fenced(
  table: Table,
  fence: RowKeys,
  write: (mark: WriteMark) => Promise<string | undefined>,
): Promise<string | undefined> {
  const mark = { WriteId: randomUUID() }
  try {
    return v.parse(v.string(), await write(mark))
  } catch (error) {
    if (!isOvertaken(error)) throw error
    if (!wasRetried(error)) return undefined
    const row = await table.row(fence, ['WriteId'])
    if (row?.WriteId !== mark.WriteId) throw new Unavailable(table.store, error)
    return row.etag
  }
}

/** The rows that a change writes: first the fencing row, with its ETag as it was read, then the others. */
export type FencedChange = {
  readonly fence: NewRow
  readonly etag: string | null | undefined
  readonly others: readonly TransactionAction[]
}

/** Makes a change in one transaction, fenced by its first row. Throws a RangeError for more rows than a transaction takes. */
export async function submitFenced(table: Table, { fence, etag, others }: FencedChange): Promise<string | undefined> {
  if (others.length >= transactionRowsMax) throw new RangeError(`a change of the ${table.store} is too large`)
  return fenced(table, fence, (mark) => table.submit([replacing({ ...fence, ...mark }, etag), ...others]))
}

/**
 * Deletes every row of a range, each time together with the fencing row, which has the columns `clearing` until no row is left and
 * then `cleared`. A writer that read the fencing row before is refused, and a run that is cut short is continued by the next.
 * Without effect when another write was faster.
 */
export async function clearFenced(
  table: Table,
  fence: RowKeys,
  range: RowRange,
  { clearing, cleared }: { readonly clearing: Row; readonly cleared: Row },
): Promise<void> {
  const { partitionKey, rowKey } = fence
  let etag = (await table.row(fence, []))?.etag
  for (;;) {
    const rows = await table.rows({ ...range, columns: [] }, transactionRowsMax - 1)
    const columns = rows.length > 0 ? clearing : cleared
    const others = rows.map((row) => deleting({ partitionKey, rowKey: row.rowKey }))
    const written = await submitFenced(table, { fence: { partitionKey, rowKey, ...columns }, etag, others })
    if (written === undefined || rows.length === 0) return
    etag = written
  }
}
