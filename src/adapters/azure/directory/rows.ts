// Rows of the directory's table: read by page, and written in transactions that may each be made twice.
import { odata, type TransactionAction } from '@azure/data-tables'
import { inParallel } from '../../../concurrency/parallel.ts'
import { EntryTooLarge } from '../../../ports/errors.ts'
import { transactionsOf, writing } from '../batches.ts'
import type { NewRow, StoredRow } from '../rows.ts'
import { isConflict, storageErrorCode } from '../storage.ts'
import type { Table } from '../table.ts'

const transactionsAtOnce = 8
const readsAtOnce = 20

/** The rows of a partition whose keys begin with a prefix, in order; of each the key and these columns. There may be a hundred pages. */
export async function rowsBeginning(
  table: Table,
  partitionKey: string,
  prefix: string,
  columns: readonly string[] = [],
): Promise<readonly StoredRow[]> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${prefix} and RowKey lt ${`${prefix}~`}`
  const found: StoredRow[] = []
  for await (const { rows } of table.pages({ filter, columns })) found.push(...rows)
  return found
}

/**
 * Makes changes that may each be made twice: those of one partition together in transactions, in order.
 * Begins nothing after the first failure. Throws `EntryTooLarge` when the service says that a row is too large.
 */
export async function changeRows(table: Table, actions: readonly TransactionAction[]): Promise<void> {
  await inParallel(inTransactions(actions), transactionsAtOnce, (each) => submit(table, each))
}

/** Adds those rows that are not there yet; resolves to those that were, as they are. */
export async function addRows(table: Table, rows: readonly NewRow[]): Promise<readonly StoredRow[]> {
  const creations = rows.map((row): TransactionAction => ['create', row])
  const groups = inTransactions(creations).map((group) => group.map(([, row]) => row))
  return (await inParallel(groups, transactionsAtOnce, (group) => addTogether(table, group))).flat()
}

async function addTogether(table: Table, rows: readonly NewRow[]): Promise<readonly StoredRow[]> {
  try {
    await submit(
      table,
      rows.map((row) => ['create', row]),
    )
    return []
  } catch (error) {
    if (!isConflict(error)) throw error
  }
  const there = await inParallel(rows, readsAtOnce, (row) => table.row(row))
  const missing = rows.filter((_, index) => there[index] === undefined)
  if (missing.length > 0) await submit(table, missing.map(writing))
  return there.filter((row) => row !== undefined)
}

const tooLargeCodes = ['EntityTooLarge', 'PropertyValueTooLarge', 'RequestBodyTooLarge']

async function submit(table: Table, actions: readonly TransactionAction[]): Promise<void> {
  try {
    await table.submit(actions)
  } catch (error) {
    throw tooLargeCodes.includes(storageErrorCode(error)) ? new EntryTooLarge() : error
  }
}

/** Each partition's changes, in order, in as few transactions as the service takes. A single one is not measured: it may be large. */
function inTransactions(actions: readonly TransactionAction[]): TransactionAction[][] {
  if (actions.length === 1) return [[...actions]]
  const partitions = Map.groupBy(actions, ([, { partitionKey }]) => partitionKey)
  return [...partitions.values()].flatMap((group) => transactionsOf(group.map((action) => [action])))
}
