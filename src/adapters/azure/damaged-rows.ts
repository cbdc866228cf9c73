// Rows that cannot be read: each is skipped and noted by its keys, so that it costs one event, one rule, one entry, and people
// learn of it.
import * as v from 'valibot'
import type { Row, RowKeys, RowRange, StoredRow } from './rows.ts'
import type { Table } from './table.ts'

/** What `read` returns for a row; undefined for one that it cannot read, which is noted. Other errors are thrown. */
export async function readable<T>(
  table: Pick<Table, 'noteDamage'>,
  keys: RowKeys,
  read: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!isDamage(error)) throw error
    await table.noteDamage(keys, damageOf(error))
    return undefined
  }
}

/** The first `limit` rows of a range that can be read, each with its key and what `read` returns for it; the others are noted. */
export async function readableRows<T>(
  table: Table,
  range: RowRange,
  limit: number,
  read: (row: StoredRow) => T,
): Promise<{ readonly rowKey: string; readonly value: T }[]> {
  const found: { readonly rowKey: string; readonly value: T }[] = []
  if (limit < 1) return found
  for await (const row of table.each(range, limit)) {
    const keys = { partitionKey: range.partitionKey, rowKey: row.rowKey }
    const made = await readable(table, keys, () => ({ rowKey: row.rowKey, value: read(row) }))
    if (made) found.push(made)
    if (found.length >= limit) break
  }
  return found
}

/** Whether an error says that a row does not hold what was written: the wrong shape, no JSON, nothing that unpacks. */
export function isDamage(error: unknown): boolean {
  if (error instanceof v.ValiError || error instanceof SyntaxError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
}

/** What is wrong with a row, for a log: where, and what should be there; never what is in it. */
export function damageOf(error: unknown): string {
  if (error instanceof v.ValiError) {
    const [issue] = error.issues
    const found = pathOf(issue)
    if (issue.received === 'undefined') return `${found ?? 'a column'} is missing`
    const path = found ?? 'the row'
    if (issue.type === 'union' || issue.type === 'regex' || !issue.expected) return `${path} is not as it must be`
    return `${path} is not ${issue.expected}`
  }
  return error instanceof SyntaxError ? 'a column is no JSON' : 'a column cannot be unpacked'
}

/** Where something is wrong: indexes of arrays and the first name. Names further in may be a part of what the row holds. */
function pathOf(issue: v.BaseIssue<unknown>): string | undefined {
  const names = v.getDotPath(issue)?.split('.')
  const first = names?.findIndex((name) => !/^\d+$/.test(name)) ?? -1
  return first < 0 ? names?.join('.') : names?.slice(0, first + 1).join('.')
}

/** The rows of a partition whose keys begin with a prefix. */
export type Beginning = (partitionKey: string, prefix: string) => Promise<readonly Row[]>

/** Throws what `isDamage` recognizes for a row that cannot be read, and for what it needs of other rows if these can be read. */
export type RowCheck = (row: Row, beginning?: Beginning) => unknown

/**
 * delete: the row holds nothing that anybody could still read. evaluate: the next evaluation of its organization makes it again from
 * the feed. leave: people must decide. `advice` is a text for them.
 */
export type Repair = { readonly kind: 'delete' | 'evaluate' | 'leave'; readonly advice: string }

/** What the damage log and the repair command know of the rows of a table, as a query returns them. */
export type RowChecks = { readonly check: RowCheck; readonly repairOf: (rowKey: string) => Repair }

/** How a row of one kind is checked, and what to do about a damaged one. */
export type RowKind = { readonly check: RowCheck; readonly repair: Repair }

const unknownKind: Repair = {
  kind: 'leave',
  advice: 'No version writes such a row here. Delete it once you know whose it is.',
}

/** The kind of a row: its key up to the first `=`. */
const kindOf = (rowKey: string): string => rowKey.split('=', 1).join('')

/** Checks by the kind of a row. A row of any other kind is damaged. */
export function checksByKind(kinds: Readonly<Record<string, RowKind>>): RowChecks {
  const Kind = v.pipe(v.string(), v.transform(kindOf), v.picklist(Object.keys(kinds)))
  return {
    check: (row, beginning) => {
      const { rowKey: kind } = v.parse(v.object({ rowKey: Kind }), row)
      return kinds[kind]?.check(row, beginning)
    },
    repairOf: (rowKey) => kinds[kindOf(rowKey)]?.repair ?? unknownKind,
  }
}
