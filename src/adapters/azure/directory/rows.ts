// The rows of the directory's table: read by key or by page, written in transactions.
import { odata, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { EntryTooLarge } from '../../../ports/errors.ts'
import { type KeyedRow, transactionsOf } from '../batches.ts'
import { type Row, rowOf } from '../rows.ts'
import { bounded, isConflict, storageErrorCode, type Table } from '../storage.ts'

/** Most rows of one answer. */
const pageRowsMax = 1_000
const transactionsAtOnce = 8
const readsAtOnce = 20

/** A row to write. */
export type NewRow = { readonly partitionKey: string; readonly rowKey: string } & Row

export type DirectoryRows = Pick<Table, 'noteDamage'> & {
  readonly get: (partitionKey: string, rowKey: string) => Promise<Row | undefined>
  /** The rows of a partition whose keys begin so, in order; of each the key and these columns. */
  readonly beginning: (
    partitionKey: string,
    prefix: string,
    columns?: readonly string[],
  ) => Promise<readonly KeyedRow[]>
  /**
   * Makes changes that may each be made twice: those of one partition together in transactions, up to 100 in order.
   * Begins nothing after the first failure. Throws `EntryTooLarge` when the service says that no row holds as much.
   */
  readonly change: (actions: readonly TransactionAction[]) => Promise<void>
  /** Adds those rows that are not there yet; gives those that were, as they are. */
  readonly add: (rows: readonly NewRow[]) => Promise<readonly Row[]>
}

/** The rows of a table. */
export function directoryRows(table: Table): DirectoryRows {
  const submit = async (actions: readonly TransactionAction[]) => {
    try {
      await table.submitTransaction([...actions], bounded())
    } catch (error) {
      throw tooLargeCodes.includes(storageErrorCode(error)) ? new EntryTooLarge() : error
    }
  }
  const addTogether = async (rows: readonly NewRow[]): Promise<readonly Row[]> => {
    try {
      await submit(rows.map((row) => ['create', row]))
      return []
    } catch (error) {
      if (!isConflict(error)) throw error
    }
    const there = await inParallel(rows, readsAtOnce, ({ partitionKey, rowKey }) => rowOf(table, partitionKey, rowKey))
    const missing = rows.filter((_, index) => there[index] === undefined)
    if (missing.length > 0) await submit(missing.map((row) => ['upsert', row, 'Replace']))
    return there.filter((row) => row !== undefined)
  }

  return {
    noteDamage: table.noteDamage,
    get: (partitionKey, rowKey) => rowOf(table, partitionKey, rowKey),
    beginning: async (partitionKey, prefix, columns = []) => {
      const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${prefix} and RowKey lt ${`${prefix}~`}`
      const queryOptions = { filter, select: ['RowKey', ...columns] }
      const found: KeyedRow[] = []
      let continuationToken: string | undefined
      do {
        // Each page has a time of its own: there may be a hundred of them.
        const rows = table.listEntities<Record<string, unknown>>({ queryOptions, ...bounded() })
        const pages = rows.byPage({ maxPageSize: pageRowsMax, ...(continuationToken && { continuationToken }) })
        const page = await pages.next()
        if (page.done) break
        for (const row of page.value) found.push({ ...row, rowKey: v.parse(v.string(), row.rowKey) })
        continuationToken = page.value.continuationToken
      } while (continuationToken)
      return found
    },
    change: async (actions) => {
      await inParallel(inTransactions(actions), transactionsAtOnce, submit)
    },
    add: async (rows) => {
      const creations = rows.map((row): TransactionAction => ['create', row])
      const groups = inTransactions(creations).map((group) => group.map(([, row]) => row))
      return (await inParallel(groups, transactionsAtOnce, addTogether)).flat()
    },
  }
}

const tooLargeCodes = ['EntityTooLarge', 'PropertyValueTooLarge', 'RequestBodyTooLarge']

/** Each partition's changes, in order, in as few transactions as the service takes. One alone is not measured: it may be large. */
function inTransactions(actions: readonly TransactionAction[]): TransactionAction[][] {
  if (actions.length === 1) return [[...actions]]
  const partitions = Map.groupBy(actions, ([, { partitionKey }]) => partitionKey)
  return [...partitions.values()].flatMap((group) => transactionsOf(group.map((action) => [action])))
}
