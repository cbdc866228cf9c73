// How far an organization's events are counted, in the tables of summaries and tallies: the row that fences each step, and how counting begins anew.
import * as v from 'valibot'
import type { Cursor } from '../../domain/log/cursor.ts'
import { Damaged } from '../../ports/errors.ts'
import { clearFenced } from './compare-and-swap.ts'
import { readable } from './damaged-rows.ts'
import { jsonColumns, jsonIn } from './json-columns.ts'
import type { Row, RowRange } from './rows.ts'
import type { Table } from './table.ts'

/** The key of the progress in an organization's partition. */
export const countedProgressKey = 'Progress'

/** Instead of a progress: a row could not be read, so that everything is deleted and counted anew. */
const anew = 'anew'
const StoredProgress = v.union([
  v.literal(anew),
  v.object({ checkpoint: v.nullable(v.string()), countedTo: v.nullable(v.pipe(v.number(), v.safeInteger())) }),
])

type CountedProgress = {
  readonly checkpoint: Cursor | null
  readonly countedTo: number | null
  readonly version: string | null
}

/** The columns of a progress. */
export const countedProgressColumns = ({ checkpoint, countedTo }: Omit<CountedProgress, 'version'>) =>
  columnsOf({ checkpoint, countedTo })
const columnsOf = (stored: v.InferOutput<typeof StoredProgress>) => jsonColumns('Data', stored)

/** Reads a row of progress; throws for another one. */
export const checkCountedProgress = (row: Row) => jsonIn(row, 'Data', StoredProgress)

/**
 * The progress of a partition in which these rows are counted, with nulls if there is none. Throws `Damaged` where it cannot be
 * read, where all is being counted anew, and where it was deleted by hand and rows were not: counting from the beginning would not
 * agree with them.
 */
export async function countedProgressOf(
  table: Table,
  partitionKey: string,
  counted: RowRange,
): Promise<CountedProgress> {
  const keys = { partitionKey, rowKey: countedProgressKey }
  const row = await table.row(keys)
  if (!row) {
    const rows = await table.rows({ ...counted, columns: [] }, 1)
    if (rows.length > 0) throw damaged(table)
    return { checkpoint: null, countedTo: null, version: null }
  }
  const stored = await readable(table, keys, () => checkCountedProgress(row))
  if (stored === undefined || stored === anew) throw damaged(table)
  return { ...stored, version: row.etag }
}

/** Says from then on that all is to be counted anew, and throws `Damaged`. */
export async function refuseDamaged(table: Table, partitionKey: string): Promise<never> {
  await table.upsert({ partitionKey, rowKey: countedProgressKey, ...columnsOf(anew) })
  throw damaged(table)
}

/** Deletes these rows and the progress, so that counting begins with the first event. */
export const countAnew = (table: Table, partitionKey: string, counted: RowRange): Promise<void> =>
  clearFenced(table, { partitionKey, rowKey: countedProgressKey }, counted, {
    clearing: columnsOf(anew),
    cleared: columnsOf({ checkpoint: null, countedTo: null }),
  })

const damaged = (table: Table) => new Damaged(table.store, new Error('a row cannot be read'))
