// Reads alerts from the alert table: one by its id, or a page of a list, without those that cannot be read.
import type { AlertQuery, StoredAlert } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import type { AlertPage } from '../../../ports/alerts.ts'
import { Damaged } from '../../../ports/errors.ts'
import { alertKeyRange, isAlertKey, isAskedFor } from '../../ordering/alerts.ts'
import { eachRow } from '../batches.ts'
import { readable } from '../damaged-rows.ts'
import { type Row, rowOf } from '../rows.ts'
import { bounded, type Table } from '../storage.ts'
import { acknowledgedIn, alertIdKey, alertIdRow, alertKeyIn, partitionOf, recordIn, saysWhere } from './rows.ts'

/** Most alerts in one answer: they are long. */
const alertRowsMax = 200

/**
 * Where an alert is; undefined when there is none. Where the row that says so is damaged, the alert is looked for, and that row is
 * written anew; it is noted when there is no such alert.
 */
export async function alertPlace(table: Table, organizationId: Guid, id: Guid): Promise<string | undefined> {
  const [partitionKey, rowKey] = [partitionOf(organizationId), alertIdKey(id)]
  const row = await rowOf(table, partitionKey, rowKey)
  if (!row) return undefined
  if (!saysWhere(row)) {
    const place = await searched(table, partitionKey, id)
    if (place !== undefined) {
      await table.upsertEntity(alertIdRow(partitionKey, id, place), 'Replace', bounded())
      return place
    }
  }
  return readable(table, { partitionKey, rowKey }, () => alertKeyIn(row))
}

/** The key of the alert with this id; goes through the keys of all alerts. */
async function searched(table: Table, partitionKey: string, id: Guid): Promise<string | undefined> {
  for await (const { rowKey } of eachRow(table, {
    partitionKey,
    from: 'Alert=',
    before: 'Alert=~',
    columns: ['RowKey'],
  })) {
    if (isAlertKey(rowKey) && rowKey.endsWith(id)) return rowKey
  }
  return undefined
}

/** An alert and its row; undefined when there is none. Throws `Damaged` for one that cannot be read. */
export async function readAlert(table: Table, organizationId: Guid, id: Guid) {
  const place = await alertPlace(table, organizationId, id)
  const row = place === undefined ? undefined : await rowOf(table, partitionOf(organizationId), place)
  if (place === undefined || !row) return undefined
  const alert = await alertIn(table, organizationId, place, row)
  if (!alert) throw new Damaged('alert store', new Error('the alert cannot be read'))
  return { alert, row }
}

/** The alert in a row; undefined when it cannot be read. An acknowledgement that cannot be read is none: it can be given again. */
async function alertIn(table: Table, organizationId: Guid, rowKey: string, row: Row): Promise<StoredAlert | undefined> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey }
  const record = await readable(table, keys, () => recordIn(row))
  if (!record) return undefined
  return { record, acknowledged: (await readable(table, keys, () => acknowledgedIn(row))) ?? null }
}

/** A page of a list, which goes through `rowsMax` rows at most. */
export async function alertPage(
  table: Table,
  organizationId: Guid,
  query: AlertQuery,
  now: Instant,
  limit: number,
  position: Cursor | null,
  rowsMax: number,
): Promise<AlertPage> {
  const { from, before } = alertKeyRange(query)
  const start = position !== null && position > from ? `${position}~` : from
  const { state, active, ruleId, levels } = query
  const selective = [state, active, ruleId, levels].some((filter) => filter !== undefined)
  const answerRows = selective ? alertRowsMax : Math.min(limit + 1, alertRowsMax)
  const alerts: StoredAlert[] = []
  let last: Cursor | null = null
  let scanned = 0
  const range = { partitionKey: partitionOf(organizationId), from: start, before }
  for await (const row of eachRow(table, range, answerRows)) {
    const alert = await alertIn(table, organizationId, row.rowKey, row)
    if (alert && isAskedFor(alert, query, now)) {
      if (alerts.length === limit) return { alerts, next: last }
      alerts.push(alert)
    }
    // A key of another form is no position.
    if (isAlertKey(row.rowKey)) last = row.rowKey
    scanned += 1
    if (scanned >= rowsMax && last !== null) return { alerts, next: last }
  }
  return { alerts, next: null }
}
