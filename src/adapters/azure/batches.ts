// Divides what is to be written into transactions that the table service takes, and reads ranges of rows back.
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../concurrency/parallel.ts'
import type { Row } from './rows.ts'
import { bounded } from './storage.ts'

/** Most rows of one transaction. */
export const transactionRowsMax = 100
/** Longest transaction, in bytes: the service takes 4 MiB. */
const transactionBytesMax = 3_500_000
/** What a row of a transaction has beside its content, in bytes, at most. */
const rowHeadBytes = 2_000
/** Most rows the service gives in one answer. */
const answerRowsMax = 1_000
const readsAtOnce = 8
/** Longest reading of many rows, in milliseconds. */
const readMsMax = 30_000

/** Divides groups of actions, in order, into transactions of `rowsMax` rows at most; what is in a group stays together. */
export function transactionsOf(
  groups: readonly (readonly TransactionAction[])[],
  rowsMax = transactionRowsMax,
): TransactionAction[][] {
  const transactions: TransactionAction[][] = []
  let bytes = 0
  for (const group of groups) {
    const groupBytes = group.reduce((sum, [, row]) => sum + rowHeadBytes + Buffer.byteLength(JSON.stringify(row)), 0)
    const last = transactions.at(-1)
    if (last && last.length + group.length <= rowsMax && bytes + groupBytes <= transactionBytesMax) {
      last.push(...group)
      bytes += groupBytes
    } else {
      transactions.push([...group])
      bytes = groupBytes
    }
  }
  return transactions
}

/** Rows of a partition from one key on to before another; of them those for which `also` holds, an OData filter. */
export type RowRange = {
  readonly partitionKey: string
  readonly from: string
  readonly before: string
  readonly also?: string
  /** The columns wanted; all when absent. */
  readonly columns?: readonly string[]
}

/** A row as it was read, with its key. */
export type KeyedRow = Row & { readonly rowKey: string }

/** The rows of a range, in order of their keys; so many are asked for at once. */
export async function* eachRow(
  table: TableClient,
  { partitionKey, from, before, also, columns }: RowRange,
  answerRows = answerRowsMax,
): AsyncGenerator<KeyedRow> {
  const inRange = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${before}`
  const filter = also === undefined ? inRange : `${inRange} and ${also}`
  const queryOptions = { filter, ...(columns && { select: [...columns] }) }
  const rows = table.listEntities<Record<string, unknown>>({ queryOptions, ...bounded(readMsMax) })
  for await (const page of rows.byPage({ maxPageSize: Math.min(answerRows, answerRowsMax) })) {
    for (const row of page) yield { ...row, rowKey: v.parse(v.string(), row.rowKey) }
  }
}

/** The first `limit` rows of a range, in order of their keys. */
export async function rowsIn(
  table: TableClient,
  range: RowRange,
  limit = Number.POSITIVE_INFINITY,
): Promise<KeyedRow[]> {
  const found: KeyedRow[] = []
  if (limit < 1) return found
  for await (const row of eachRow(table, range, limit)) {
    found.push(row)
    if (found.length >= limit) break
  }
  return found
}

/** Which keys of these actions have a row: one query for those that begin alike, up to the first `__`. */
export async function rowsThere(
  table: TableClient,
  partitionKey: string,
  actions: readonly TransactionAction[],
): Promise<ReadonlySet<string>> {
  const rowKeys = actions.map(([, { rowKey }]) => rowKey).sort()
  const groups = [...Map.groupBy(rowKeys, (rowKey) => rowKey.split('__', 1)[0]).values()]
  const found = await inParallel(groups, readsAtOnce, (group) =>
    rowsIn(table, { partitionKey, from: group[0] ?? '', before: `${group.at(-1)}~`, columns: ['RowKey'] }),
  )
  return new Set(found.flat().map(({ rowKey }) => rowKey))
}
