// What is to be written, divided into transactions that the table service takes.
import type { TransactionAction } from '@azure/data-tables'
import { inParallel } from '../../concurrency/parallel.ts'
import type { NewRow, RowKeys } from './rows.ts'
import type { Table } from './table.ts'

/** Most rows of one transaction. */
export const transactionRowsMax = 100
/** Longest transaction, in bytes: the service takes 4 MiB. */
export const transactionBytesMax = 3_500_000
/** What a row of a transaction has beside its content, in bytes, at most. */
const rowHeadBytes = 2_000
const readsAtOnce = 8

/** The action that writes a row, whether it is there or not. */
export const writing = (row: NewRow): TransactionAction => ['upsert', row, 'Replace']

/** The action that writes a row over the one with this ETag, or as a new one; its transaction fails when there is another. */
export const replacing = (row: NewRow, etag: string | null | undefined): TransactionAction =>
  typeof etag === 'string' ? ['update', row, 'Replace', { etag }] : ['create', row]

/** The action that deletes a row; its transaction fails when the row is not there. */
export const deleting = ({ partitionKey, rowKey }: RowKeys): TransactionAction => ['delete', { partitionKey, rowKey }]

/** Divides groups of actions, in order, into transactions of `rowsMax` rows at most; a group stays together. */
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

/** Which keys of these actions have a row: one query for those that begin alike, up to the first `__`. */
export async function rowsThere(
  table: Table,
  partitionKey: string,
  actions: readonly TransactionAction[],
): Promise<ReadonlySet<string>> {
  const rowKeys = actions.map(([, { rowKey }]) => rowKey).sort()
  const groups = [...Map.groupBy(rowKeys, (rowKey) => rowKey.split('__', 1)[0]).values()]
  const found = await inParallel(groups, readsAtOnce, (group) =>
    table.rows({ partitionKey, from: group[0] ?? '', before: `${group.at(-1)}~`, columns: [] }),
  )
  return new Set(found.flat().map(({ rowKey }) => rowKey))
}

/** Those of the actions that delete no row which is gone already. */
export async function withoutGone(
  table: Table,
  partitionKey: string,
  actions: readonly TransactionAction[],
): Promise<TransactionAction[]> {
  const there = await rowsThere(table, partitionKey, actions.filter(isDelete))
  return actions.filter((action) => !isDelete(action) || there.has(action[1].rowKey))
}

const isDelete = ([kind]: TransactionAction): boolean => kind === 'delete'
