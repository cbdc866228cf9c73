// AlertStore on Azure Table storage: all of an organization in one partition, each step of evaluation fenced by its progress.
import type { Acknowledgement, StoredAlert } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { AlertStore } from '../../../ports/alerts/alerts.ts'
import { overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { isOutdated, type Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'
import { commitStep } from './commit.ts'
import { changeTriage, commentsOf, findTriaged, incidentPage, readIncident } from './incidents.ts'
import { alertPage, readAlert } from './reading.ts'
import { isListedKey } from './row-keys.ts'
import { acknowledgedColumns } from './rows.ts'
import { dueEntries, dueTimes, entriesNamed, entryNames, progressOf, startAnew } from './state-entries.ts'

export const alertTableName = 'alert'

/** Most rows that a page of a list reads before it ends, maybe without an alert or an incident. */
const scannedRowsMax = 2_000

/** The alerts in a storage account; the table is created at first use. A page of a list reads `rowsPerPageMax` rows at most. */
export function tableAlertStore(storage: Storage, rowsPerPageMax = scannedRowsMax): AlertStore {
  const table = openTable(storage, alertTableName, 'alert store')

  return {
    progressOf: (id) => progressOf(table, id),
    startAnew: (id) => startAnew(table, id),
    entriesNamed: (id, names) => entriesNamed(table, id, names),
    dueEntries: (id, at, limit) => dueEntries(table, id, at, limit),
    nextDueAt: async (id) => (await dueTimes(table, id, Number.POSITIVE_INFINITY, 1))[0]?.dueAt,
    entryNames: (id, prefix) => entryNames(table, id, prefix),
    commit: (id, progress, step) => commitStep(table, id, progress, step),
    list: async (id, query, now, limit, after) => {
      if (after !== null && !isListedKey('Alert', after)) return undefined
      return alertPage(table, id, query, now, { limit, after, rowsMax: rowsPerPageMax })
    },
    listIncidents: async (id, query, limit, after) => {
      if (after !== null && !isListedKey('Incident', after)) return undefined
      return incidentPage(table, id, query, { limit, after, rowsMax: rowsPerPageMax })
    },
    findIncident: (id, incidentId) => readIncident(table, id, incidentId),
    findTriaged: (id, incidentId) => findTriaged(table, id, incidentId),
    changeTriage: (id, incidentId, change) => changeTriage(table, id, incidentId, change),
    commentsOf: (id, incident) => commentsOf(table, id, incident),
    find: async (id, alertId) => (await readAlert(table, id, alertId))?.alert,
    acknowledge: (id, alertId, by) => acknowledge(table, id, alertId, by),
    check: table.check,
  }
}

const acknowledge = (table: Table, organizationId: Guid, alertId: Guid, by: Acknowledgement) =>
  untilNotOvertaken<StoredAlert | undefined>(table, async () => {
    const found = await readAlert(table, organizationId, alertId)
    if (!found) return undefined
    const { alert, keys, etag } = found
    if (alert.acknowledged) return alert
    try {
      await table.merge({ ...keys, ...acknowledgedColumns(by) }, etag)
      return { ...alert, acknowledged: by }
    } catch (error) {
      if (!isOutdated(error)) throw error
      return overtaken
    }
  })
