// The head of a log in the event table: how many events it has. Each append replaces it, and with it its ETag.
import type { TableClient, TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { headKey } from '../domain/row-keys.ts'
import { rowOf } from './table-json.ts'

/** How many events a log has, and when the last was stored (Unix ms); `etag` is null while there is no row. */
export type Head = { readonly count: number; readonly storedAt: number; readonly etag: string | null }

/** A whole number as the service sends it: of 64 bits, so that it has one type however large it is. */
export const WholeNumber = v.pipe(
  v.union([v.bigint(), v.number()]),
  v.transform(Number),
  v.safeInteger(),
  v.minValue(0),
)

/** A whole number as a column. */
export const wholeNumber = (value: number) => ({ type: 'Int64', value: String(value) })

const Row = v.object({ Count: WholeNumber, StoredAt: WholeNumber, etag: v.string() })

/** Reads the head of a log. */
export async function readHead(table: TableClient, partitionKey: string): Promise<Head> {
  const row = await rowOf(table, partitionKey, headKey)
  if (!row) return { count: 0, storedAt: 0, etag: null }
  const { Count, StoredAt, etag } = v.parse(Row, row)
  return { count: Count, storedAt: StoredAt, etag }
}

/** Moves the head; the transaction fails when it was moved since `before` was read. */
export function headAction(partitionKey: string, before: Head, after: Omit<Head, 'etag'>): TransactionAction {
  const { count, storedAt } = after
  const row = { partitionKey, rowKey: headKey, Count: wholeNumber(count), StoredAt: wholeNumber(storedAt) }
  return before.etag === null ? ['create', row] : ['update', row, 'Replace', { etag: before.etag }]
}
