// Rows that cannot be read: each is passed over where it stands and noted by its keys, so that it costs one event, one rule, one
// entry, and people learn of it.
import * as v from 'valibot'
import { eachRow, type KeyedRow, type RowRange } from './batches.ts'
import type { Row } from './rows.ts'
import type { Table } from './storage.ts'

/** The keys of a row. */
export type RowKeys = { readonly partitionKey: string; readonly rowKey: string }

/** What `read` makes of a row; undefined for one that it cannot read, which is noted. Other errors are thrown. */
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

/** The first `limit` rows of a range that can be read, each with its key and what `read` makes of it; the others are noted. */
export async function readableRows<T>(
  table: Table,
  range: RowRange,
  limit: number,
  read: (row: KeyedRow) => T,
): Promise<{ readonly rowKey: string; readonly value: T }[]> {
  const found: { readonly rowKey: string; readonly value: T }[] = []
  if (limit < 1) return found
  for await (const row of eachRow(table, range, limit)) {
    const keys = { partitionKey: range.partitionKey, rowKey: row.rowKey }
    const made = await readable(table, keys, () => ({ rowKey: row.rowKey, value: read(row) }))
    if (made) found.push(made)
    if (found.length >= limit) break
  }
  return found
}

/** Whether an error says that what was read is not what was written: the wrong shape, no JSON, nothing that unpacks. */
export function isDamage(error: unknown): boolean {
  if (error instanceof v.ValiError || error instanceof SyntaxError) return true
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
}

/** What is wrong with a row, in words for a log: where, and what should be there; never what is. */
export function damageOf(error: unknown): string {
  if (error instanceof v.ValiError) {
    const [issue] = error.issues
    const place = placeOf(issue)
    if (issue.received === 'undefined') return `${place ?? 'a column'} is missing`
    const path = place ?? 'the row'
    if (issue.type === 'union' || issue.type === 'regex' || !issue.expected) return `${path} is not as it must be`
    return `${path} is not ${issue.expected}`
  }
  return error instanceof SyntaxError ? 'a column is no JSON' : 'a column cannot be unpacked'
}

/** Where something is wrong: numbers of a list and the first name. What is further in may be named by what is in the row. */
function placeOf(issue: v.BaseIssue<unknown>): string | undefined {
  const names = v.getDotPath(issue)?.split('.')
  const first = names?.findIndex((name) => !/^\d+$/.test(name)) ?? -1
  return first < 0 ? names?.join('.') : names?.slice(0, first + 1).join('.')
}

/** The rows of a partition whose keys begin so. */
export type Beginning = (partitionKey: string, prefix: string) => Promise<readonly Row[]>

/** Throws what `isDamage` recognises for a row that cannot be read; also for what it needs of other rows, where these can be had. */
export type RowCheck = (row: Row, beginning?: Beginning) => void | Promise<void>

/** The kind of a row: its key up to the first `=`. */
export const kindOf = (rowKey: string): string => rowKey.split('=', 1).join('')

/** A check by the kind of a row, which is its key up to the first `=`. A row of any other kind is damaged. */
export const checkByKind =
  (kinds: Readonly<Record<string, RowCheck>>): RowCheck =>
  (row, beginning) => {
    const Kind = v.pipe(v.string(), v.transform(kindOf), v.picklist(Object.keys(kinds)))
    const { rowKey: kind } = v.parse(v.object({ rowKey: Kind }), row)
    return kinds[kind]?.(row, beginning)
  }
