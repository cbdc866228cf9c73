// AlertStore on Azure Table storage: all of an organization in one partition, each step of evaluation fenced by its progress.
import * as v from 'valibot'
import type { Acknowledgement, StoredAlert } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { AlertStore } from '../../../ports/alerts.ts'
import { Unavailable } from '../../../ports/errors.ts'
import { isAlertKey } from '../../ordering/alerts.ts'
import { rowOf } from '../rows.ts'
import { bounded, isOutdated, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'
import { commitStep } from './commit.ts'
import { alertPage, readAlert } from './reading.ts'
import { acknowledgedColumns, progressKey } from './rows.ts'
import { dueTimes, keptDue, keptUnder, namesKept, progressOf, startAnew } from './state-entries.ts'

export const alertTableName = 'alert'

/** Most rows a list goes through before it hands out what it has found, and be it nothing. */
const scannedRowsMax = 2_000
/** How often an alert is acknowledged again because it was changed meanwhile. */
const triesMax = 10
const what = 'alert store'

/** The alerts in a storage account; the table is created at first use. A page of a list goes through so many rows at most. */
export function tableAlertStore(storage: Storage, rowsPerPageMax = scannedRowsMax): AlertStore {
  const opened = openedTable(storage, alertTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    progressOf: (id) => using((table) => progressOf(table, id)),
    startAnew: (id) => using((table) => startAnew(table, id)),
    entriesNamed: (id, names) => using((table) => keptUnder(table, id, names)),
    dueEntries: (id, at, limit) => using((table) => keptDue(table, id, at, limit)),
    nextDueAt: (id) => using(async (table) => (await dueTimes(table, id, Number.POSITIVE_INFINITY, 1))[0]?.dueAt),
    entryNames: (id, prefix) => using((table) => namesKept(table, id, prefix)),
    commit: (id, progress, step) => using((table) => commitStep(table, id, progress, step)),
    list: (id, query, now, limit, after) =>
      using(async (table) => {
        if (after !== null && !isAlertKey(after)) return undefined
        return alertPage(table, id, query, now, limit, after, rowsPerPageMax)
      }),
    find: (id, alertId) => using(async (table) => (await readAlert(table, id, alertId))?.alert),
    acknowledge: (id, alertId, by) => using((table) => acknowledge(table, id, alertId, by)),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', progressKey)
      }),
  }
}

const Keys = v.object({ partitionKey: v.string(), rowKey: v.string(), etag: v.string() })

async function acknowledge(
  table: Table,
  organizationId: Guid,
  alertId: Guid,
  by: Acknowledgement,
): Promise<StoredAlert | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = await readAlert(table, organizationId, alertId)
    if (!found) return undefined
    const { alert, row } = found
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
