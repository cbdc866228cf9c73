// Reads alerts from the alert table: one by its id, or a page of a list, without those that cannot be read; incidents are found and listed alike.
import { type AlertQuery, isAskedFor, type StoredAlert } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import type { AlertPage } from '../../../ports/alerts/alerts.ts'
import { Damaged } from '../../../ports/errors.ts'
import { readable } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { idKey, isListedKey, type ListedKind, listedKeyRange, listedRange } from './row-keys.ts'
import { acknowledgedIn, hasKey, idRow, keyIn, recordIn } from './rows.ts'

/** Most alerts or incidents of one request: they are long. */
const pageRowsMax = 200

/**
 * The key of a stored alert or incident; undefined when there is none. When the row that holds the key is damaged, the row itself is
 * searched for and that row is written anew; it is noted when there is no such row.
 */
export async function storedKeyOf(
  table: Table,
  kind: ListedKind,
  organizationId: Guid,
  id: Guid,
): Promise<string | undefined> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: idKey(kind, id) }
  const row = await table.row(keys)
  if (!row) return undefined
  if (!hasKey(kind, row)) {
    const key = await searchedKeyOf(table, kind, keys.partitionKey, id)
    if (key !== undefined) {
      await table.upsert(idRow(kind, keys.partitionKey, id, key))
      return key
    }
  }
  return readable(table, keys, () => keyIn(kind, row))
}

/** The key of the alert or incident with this id; reads the keys of all. */
async function searchedKeyOf(table: Table, kind: ListedKind, partitionKey: string, id: Guid) {
  for await (const { rowKey } of table.each({ partitionKey, ...listedRange(kind), columns: [] })) {
    if (isListedKey(kind, rowKey) && rowKey.endsWith(id)) return rowKey
  }
  return undefined
}

/** The row of an alert or an incident; undefined when there is none. */
export async function storedRow(table: Table, kind: ListedKind, organizationId: Guid, id: Guid) {
  const rowKey = await storedKeyOf(table, kind, organizationId, id)
  return rowKey === undefined ? undefined : table.row({ partitionKey: partitionOf(organizationId), rowKey })
}

/** An alert and its row; undefined when there is none. Throws `Damaged` for one that cannot be read. */
export async function readAlert(table: Table, organizationId: Guid, id: Guid) {
  const partitionKey = partitionOf(organizationId)
  const row = await storedRow(table, 'Alert', organizationId, id)
  if (!row) return undefined
  const alert = await alertIn(table, partitionKey, row)
  if (!alert) throw new Damaged(table.store, new Error('the alert cannot be read'))
  return { alert, keys: { partitionKey, rowKey: row.rowKey }, etag: row.etag }
}

/** The alert in a row; undefined when it cannot be read. An acknowledgement that cannot be read is none: it can be given again. */
async function alertIn(table: Table, partitionKey: string, row: StoredRow): Promise<StoredAlert | undefined> {
  const keys = { partitionKey, rowKey: row.rowKey }
  const record = await readable(table, keys, () => recordIn(row))
  if (!record) return undefined
  return { record, acknowledged: (await readable(table, keys, () => acknowledgedIn(row))) ?? null }
}

/** A page of a list that is asked for: `limit` alerts or incidents at most, from behind `after` on; it reads `rowsMax` rows at most. */
export type PageOf = { readonly limit: number; readonly after: Cursor | null; readonly rowsMax: number }

/** A page of a list of alerts. */
export async function alertPage(
  table: Table,
  organizationId: Guid,
  query: AlertQuery,
  now: Instant,
  page: PageOf,
): Promise<AlertPage> {
  const { state, active, ruleId, levels } = query
  const partitionKey = partitionOf(organizationId)
  const { found, next } = await listedPage(table, 'Alert', partitionKey, page, {
    range: listedKeyRange('Alert', query),
    isSelective: [state, active, ruleId, levels].some((filter) => filter !== undefined),
    read: async (row) => {
      const alert = await alertIn(table, partitionKey, row)
      return alert && isAskedFor(alert, query, now) ? alert : undefined
    },
  })
  return { alerts: found, next }
}

/** What a list is of; `read` is undefined for a row that is not asked for. `isSelective`: there may be many such rows. */
type Listed<T> = {
  readonly range: { readonly from: string; readonly before: string }
  readonly isSelective: boolean
  readonly read: (row: StoredRow) => Promise<T | undefined>
}

/** A page of a list: what `read` returns for rows of a range, as far as it wants them. */
export async function listedPage<T>(
  table: Table,
  kind: ListedKind,
  partitionKey: string,
  { limit, after, rowsMax }: PageOf,
  { range: { from, before }, isSelective, read }: Listed<T>,
): Promise<{ readonly found: readonly T[]; readonly next: Cursor | null }> {
  const pageRows = isSelective ? pageRowsMax : Math.min(limit + 1, pageRowsMax)
  const found: T[] = []
  let last: Cursor | null = null
  let scanned = 0
  const range = { partitionKey, from: after !== null && after > from ? `${after}~` : from, before }
  for await (const row of table.each(range, pageRows)) {
    const wanted = await read(row)
    if (wanted !== undefined) {
      if (found.length === limit) return { found, next: last }
      found.push(wanted)
    }
    // A key of another form is no cursor.
    if (isListedKey(kind, row.rowKey)) last = row.rowKey
    scanned += 1
    if (scanned >= rowsMax && last !== null) return { found, next: last }
  }
  return { found, next: null }
}
