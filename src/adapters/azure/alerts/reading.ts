// Reads alerts from the alert table: one by its id, or a page of a list, without those that cannot be read.
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
import { alertIdKey, alertKeyRange, alertsRange, isAlertKey } from './row-keys.ts'
import { acknowledgedIn, alertIdRow, alertKeyIn, hasAlertKey, recordIn } from './rows.ts'

/** Most alerts of one request: they are long. */
const pageRowsMax = 200

/**
 * The key of a stored alert; undefined when there is none. When the row that holds the key is damaged, the alert is searched for and
 * that row is written anew; it is noted when there is no such alert.
 */
export async function storedKeyOf(table: Table, organizationId: Guid, id: Guid): Promise<string | undefined> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: alertIdKey(id) }
  const row = await table.row(keys)
  if (!row) return undefined
  if (!hasAlertKey(row)) {
    const key = await searchedKeyOf(table, keys.partitionKey, id)
    if (key !== undefined) {
      await table.upsert(alertIdRow(keys.partitionKey, id, key))
      return key
    }
  }
  return readable(table, keys, () => alertKeyIn(row))
}

/** The key of the alert with this id; reads the keys of all alerts. */
async function searchedKeyOf(table: Table, partitionKey: string, id: Guid): Promise<string | undefined> {
  for await (const { rowKey } of table.each({ partitionKey, ...alertsRange, columns: [] })) {
    if (isAlertKey(rowKey) && rowKey.endsWith(id)) return rowKey
  }
  return undefined
}

/** An alert and its row; undefined when there is none. Throws `Damaged` for one that cannot be read. */
export async function readAlert(table: Table, organizationId: Guid, id: Guid) {
  const partitionKey = partitionOf(organizationId)
  const rowKey = await storedKeyOf(table, organizationId, id)
  const row = rowKey === undefined ? undefined : await table.row({ partitionKey, rowKey })
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

/** A page of a list, which reads `rowsMax` rows at most. */
export async function alertPage(
  table: Table,
  organizationId: Guid,
  query: AlertQuery,
  now: Instant,
  limit: number,
  after: Cursor | null,
  rowsMax: number,
): Promise<AlertPage> {
  const partitionKey = partitionOf(organizationId)
  const { from, before } = alertKeyRange(query)
  const { state, active, ruleId, levels } = query
  const selective = [state, active, ruleId, levels].some((filter) => filter !== undefined)
  const pageRows = selective ? pageRowsMax : Math.min(limit + 1, pageRowsMax)
  const alerts: StoredAlert[] = []
  let last: Cursor | null = null
  let scanned = 0
  const range = { partitionKey, from: after !== null && after > from ? `${after}~` : from, before }
  for await (const row of table.each(range, pageRows)) {
    const alert = await alertIn(table, partitionKey, row)
    if (alert && isAskedFor(alert, query, now)) {
      if (alerts.length === limit) return { alerts, next: last }
      alerts.push(alert)
    }
    // A key of another form is no cursor.
    if (isAlertKey(row.rowKey)) last = row.rowKey
    scanned += 1
    if (scanned >= rowsMax && last !== null) return { alerts, next: last }
  }
  return { alerts, next: null }
}
