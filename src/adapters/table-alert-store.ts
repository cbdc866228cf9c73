// AlertStore on Azure Table storage: all of an organization in one partition, each step of evaluation fenced by its progress.
import { odata, type TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import type { Acknowledgement, AlertQuery, StoredAlert } from '../domain/alerts/alert.ts'
import type { Position } from '../domain/continuation.ts'
import type { Guid } from '../domain/guid.ts'
import type { Instant } from '../domain/instant.ts'
import { inParallel } from '../parallel.ts'
import { type AlertPage, type AlertStore, type Kept, Unavailable } from '../ports.ts'
import { alertKeyRange, checkName, isAlertKey, isAskedFor, timeKeyAfter } from './alert-keys.ts'
import { bounded, isOutdated, openedTable, reach, type Storage } from './azure-storage.ts'
import { commitStep } from './table-alert-commit.ts'
import {
  acknowledgedColumns,
  alertIdKey,
  alertIn,
  alertKeyIn,
  dueIn,
  duePrefix,
  keptIn,
  keptKey,
  keptPrefix,
  partitionOf,
  progressIn,
  progressKey,
} from './table-alert-rows.ts'
import { type Row, rowOf } from './table-json.ts'

export const alertTableName = 'alert'

const readsAtOnce = 32
/** Most alerts in one answer: they are long. */
const alertRowsMax = 200
/** Most rows the service gives in one answer. */
const answerRowsMax = 1_000
/** Most rows a list goes through before it hands out what it has found, and be it nothing. */
const scannedRowsMax = 2_000
/** Longest reading of many rows, in milliseconds. */
const readMsMax = 30_000
/** How often an alert is acknowledged again because it was changed meanwhile. */
const triesMax = 10
const what = 'alert store'

/** The alerts in a storage account; the table is created at first use. A page of a list goes through so many rows at most. */
export function tableAlertStore(storage: Storage, rowsPerPageMax = scannedRowsMax): AlertStore {
  const opened = openedTable(storage, alertTableName)
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    progressOf: (id) => using(async (table) => progressIn(await rowOf(table, partitionOf(id), progressKey))),
    keptUnder: (id, names) => using((table) => keptUnder(table, id, names)),
    keptDue: (id, at, limit) => using((table) => keptDue(table, id, at, limit)),
    nextDue: (id) => using(async (table) => (await dueNames(table, id, Number.POSITIVE_INFINITY, 1))[0]?.dueAt),
    namesKept: (id, prefix) => using((table) => namesKept(table, id, prefix)),
    commit: (id, progress, step) => using((table) => commitStep(table, id, progress, step)),
    list: (id, query, now, limit, after) =>
      using(async (table) => {
        if (after !== null && !isAlertKey(after)) return undefined
        return alertPage(table, id, query, now, limit, after, rowsPerPageMax)
      }),
    find: (id, alertId) =>
      using(async (table) => {
        const row = await alertRow(table, id, alertId)
        return row && alertIn(row)
      }),
    acknowledge: (id, alertId, by) => using((table) => acknowledge(table, id, alertId, by)),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', progressKey)
      }),
  }
}

/** Rows of an organization from one key on to before another, in order. */
async function* rowsBetween(
  table: TableClient,
  organizationId: Guid,
  [from, before]: readonly [string, string],
  answerRows: number,
  columns?: readonly string[],
): AsyncGenerator<Row & { readonly rowKey: string }> {
  const filter = odata`PartitionKey eq ${partitionOf(organizationId)} and RowKey ge ${from} and RowKey lt ${before}`
  const queryOptions = { filter, ...(columns && { select: [...columns] }) }
  const rows = table.listEntities<Row>({ queryOptions, ...bounded(readMsMax) })
  for await (const page of rows.byPage({ maxPageSize: Math.min(answerRows, answerRowsMax) })) {
    for (const row of page) yield { ...row, rowKey: v.parse(v.string(), row.rowKey) }
  }
}

async function keptUnder(
  table: TableClient,
  organizationId: Guid,
  names: readonly string[],
): Promise<Map<string, Kept>> {
  const distinct = [...new Set(names)]
  const found = await inParallel(distinct, readsAtOnce, async (name) => {
    const row = await rowOf(table, partitionOf(organizationId), keptKey(name))
    return row ? [[name, keptIn(row)] as const] : []
  })
  return new Map(found.flat())
}

const DueKey = /^Due=(\d{15})__(.*)$/

async function dueNames(table: TableClient, organizationId: Guid, at: number, limit: number) {
  const found: { name: string; dueAt: number }[] = []
  if (at < 0 || limit < 1) return found
  const range = [duePrefix, duePrefix + timeKeyAfter(at)] as const
  for await (const { rowKey } of rowsBetween(table, organizationId, range, limit, ['RowKey'])) {
    const [, time, name = ''] = DueKey.exec(rowKey) ?? []
    found.push({ name, dueAt: Number(time) })
    if (found.length === limit) break
  }
  return found
}

/** A text that a commit moved between the two readings is due another time, so it is left out. */
async function keptDue(table: TableClient, organizationId: Guid, at: number, limit: number) {
  const due = await dueNames(table, organizationId, at, limit)
  const kept = await keptUnder(
    table,
    organizationId,
    due.map(({ name }) => name),
  )
  return due.flatMap(({ name, dueAt }) => {
    const known = kept.get(name)
    return known?.dueAt === dueAt ? [{ ...known, name }] : []
  })
}

async function namesKept(table: TableClient, organizationId: Guid, prefix: string) {
  checkName(prefix)
  const first = keptPrefix + prefix
  const range = [first, `${first}~`] as const
  const names: { name: string; dueAt: number }[] = []
  for await (const row of rowsBetween(table, organizationId, range, answerRowsMax, ['RowKey', 'DueAt'])) {
    names.push({ name: row.rowKey.slice(keptPrefix.length), dueAt: dueIn(row) })
  }
  return names
}

async function alertPage(
  table: TableClient,
  organizationId: Guid,
  query: AlertQuery,
  now: Instant,
  limit: number,
  position: Position | null,
  rowsMax: number,
): Promise<AlertPage> {
  const { from, before } = alertKeyRange(query)
  const start = position !== null && position > from ? `${position}~` : from
  const { state, active, ruleId, levels } = query
  const selective = [state, active, ruleId, levels].some((filter) => filter !== undefined)
  const answerRows = selective ? alertRowsMax : Math.min(limit + 1, alertRowsMax)
  const alerts: StoredAlert[] = []
  let last: Position | null = null
  let scanned = 0
  for await (const row of rowsBetween(table, organizationId, [start, before], answerRows)) {
    const alert = alertIn(row)
    if (isAskedFor(alert, query, now)) {
      if (alerts.length === limit) return { alerts, next: last }
      alerts.push(alert)
    }
    last = row.rowKey
    scanned += 1
    if (scanned >= rowsMax) return { alerts, next: last }
  }
  return { alerts, next: null }
}

const Keys = v.object({ partitionKey: v.string(), rowKey: v.string(), etag: v.string() })

/** The row of an alert; undefined when there is none. */
async function alertRow(table: TableClient, organizationId: Guid, id: Guid): Promise<Row | undefined> {
  const index = await rowOf(table, partitionOf(organizationId), alertIdKey(id))
  return index && rowOf(table, partitionOf(organizationId), alertKeyIn(index))
}

async function acknowledge(
  table: TableClient,
  organizationId: Guid,
  alertId: Guid,
  by: Acknowledgement,
): Promise<StoredAlert | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const row = await alertRow(table, organizationId, alertId)
    if (!row) return undefined
    const alert = alertIn(row)
    if (alert.acknowledged) return alert
    try {
      const { etag, ...keys } = v.parse(Keys, row)
      await table.updateEntity({ ...keys, ...acknowledgedColumns(by) }, 'Merge', { etag, ...bounded() })
      return { ...alert, acknowledged: by }
    } catch (error) {
      if (!isOutdated(error)) throw error
    }
  }
  throw new Unavailable(what, new Error(`the alert was changed meanwhile, ${triesMax} times`))
}
