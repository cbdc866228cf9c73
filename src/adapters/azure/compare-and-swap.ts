// Writes that take effect only on what was read (by an ETag, or as a new row), and whose lost answers are resolved by reading.
import { randomUUID } from 'node:crypto'
import type { TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { Unavailable } from '../../ports/errors.ts'
import { wasRetried } from './retried-requests.ts'
import { rowOf } from './rows.ts'
import { isConflict, isNotFound, isOutdated } from './storage.ts'

/** The row whose ETag fences a write, and the name of its store for an outage. */
export type Fence = { readonly partitionKey: string; readonly rowKey: string; readonly store: string }

/** Columns of the fencing row by which a writer knows its own write again. */
export type WriteMark = { readonly WriteId: string }

/**
 * Makes a write and resolves to the ETag of its fencing row after it; undefined when another write was faster. A write that
 * was made again and is then refused may have taken effect the first time: the fencing row tells. Throws `Unavailable` when
 * the row is neither as before nor this write's, since another may have come after it.
 */
export async function fenced(
  table: TableClient,
  { partitionKey, rowKey, store }: Fence,
  write: (mark: WriteMark) => Promise<string | undefined>,
): Promise<string | undefined> {
  const mark = { WriteId: randomUUID() }
  try {
    return v.parse(v.string(), await write(mark))
  } catch (error) {
    if (!isConflict(error) && !isOutdated(error) && !isNotFound(error)) throw error
    if (!wasRetried(error)) return undefined
    const row = await rowOf(table, partitionKey, rowKey, ['WriteId'])
    if (row?.WriteId !== mark.WriteId) throw new Unavailable(store, error)
    return v.parse(v.string(), row.etag)
  }
}
