// Incidents in the alert table: evaluation's and people's columns of one row, and rows for comments. Neither writes what the other does.
import type { TransactionAction } from '@azure/data-tables'
import { inParallel } from '../../../concurrency/parallel.ts'
import type { IncidentRecord, TriagedIncident } from '../../../domain/alerts/incidents/incident.ts'
import { type IncidentQuery, isListed, isTriagedAs } from '../../../domain/alerts/incidents/incident-query.ts'
import type { TriageChange } from '../../../domain/alerts/incidents/triage/actions.ts'
import {
  combinedTriage,
  commentsMax,
  type IncidentComment,
  type Triage,
  untouched,
} from '../../../domain/alerts/incidents/triage/triage.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { IncidentPage, TriageOutcome } from '../../../ports/alerts/incidents.ts'
import { Damaged } from '../../../ports/errors.ts'
import { fenced, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { readable, readableRows } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { listedPage, type PageOf, storedRow } from './reading.ts'
import { commentKey, commentRange, listedKeyRange } from './row-keys.ts'
import { incidentIn } from './rows.ts'
import { commentIn, commentRow, triageColumns, triageIn } from './triage-rows.ts'

const readsAtOnce = 16

/** An incident; undefined when there is none. Throws `Damaged` for one that cannot be read. */
export async function readIncident(table: Table, organizationId: Guid, id: Guid): Promise<IncidentRecord | undefined> {
  return (await readRow(table, organizationId, id))?.record
}

/** An incident and its row; undefined when there is none. Throws `Damaged` for one that cannot be read. */
async function readRow(table: Table, organizationId: Guid, id: Guid) {
  const row = await storedRow(table, 'Incident', organizationId, id)
  if (!row) return undefined
  const record = await recordOf(table, partitionOf(organizationId), row)
  if (!record) throw new Damaged(table.store, new Error('the incident cannot be read'))
  return { record, row }
}

const recordOf = (table: Table, partitionKey: string, row: StoredRow): Promise<IncidentRecord | undefined> =>
  readable(table, { partitionKey, rowKey: row.rowKey }, () => incidentIn(row))

/** What people did to the incident in a row; what cannot be read is nothing: it can be done again. */
const triageOf = async (table: Table, partitionKey: string, row: StoredRow): Promise<Triage> =>
  (await readable(table, { partitionKey, rowKey: row.rowKey }, () => triageIn(row))) ?? untouched

/** An incident in a row, with what people did to it and to those that were merged into it. */
async function triagedIn(
  table: Table,
  organizationId: Guid,
  record: IncidentRecord,
  row: StoredRow,
): Promise<TriagedIncident> {
  const partitionKey = partitionOf(organizationId)
  const parts = await inParallel(record.mergedIds, readsAtOnce, async (id) => {
    const part = await storedRow(table, 'Incident', organizationId, id)
    return part ? [await triageOf(table, partitionKey, part)] : []
  })
  return { record, triage: combinedTriage(await triageOf(table, partitionKey, row), parts.flat()) }
}

/** As the port's `findTriaged`, with the incident's row. */
async function readTriaged(table: Table, organizationId: Guid, id: Guid) {
  const passed = new Set([id])
  let found = await readRow(table, organizationId, id)
  while (found?.record.mergedInto && !passed.has(found.record.mergedInto)) {
    passed.add(found.record.mergedInto)
    found = await readRow(table, organizationId, found.record.mergedInto)
  }
  return found && { ...(await triagedIn(table, organizationId, found.record, found.row)), row: found.row }
}

/** As the port's `findTriaged`. */
export async function findTriaged(table: Table, organizationId: Guid, id: Guid): Promise<TriagedIncident | undefined> {
  const found = await readTriaged(table, organizationId, id)
  return found && { record: found.record, triage: found.triage }
}

/**
 * As the port's `changeTriage`: merged into the row as it was read, in one transaction with a comment. So it never lands on an incident that was merged
 * meanwhile.
 */
export function changeTriage(
  table: Table,
  organizationId: Guid,
  id: Guid,
  change: (incident: TriagedIncident) => TriageChange,
): Promise<TriageOutcome | undefined> {
  const partitionKey = partitionOf(organizationId)
  return untilNotOvertaken<TriageOutcome | undefined>(table, async () => {
    const found = await readTriaged(table, organizationId, id)
    if (!found) return undefined
    const { record, triage, row } = found
    const incident = { record, triage }
    const made = change(incident)
    if (made.kind !== 'changed') return { kind: made.kind, incident }
    const { comment } = made
    const rowKey = comment && commentKey(record.id, comment.id)
    if (rowKey !== undefined && (await table.row({ partitionKey, rowKey }, []))) return { kind: 'unchanged', incident }

    const keys = { partitionKey, rowKey: row.rowKey }
    const added: TransactionAction[] = comment ? [['create', commentRow(partitionKey, record.id, comment)]] : []
    const written = await fenced(table, keys, (mark) => {
      const merged = { ...keys, ...triageColumns(made.triage), ...mark }
      return table.submit([['update', merged, 'Merge', { etag: row.etag }], ...added])
    })
    return written === undefined ? overtaken : { kind: 'changed', incident: { record, triage: made.triage } }
  })
}

/** As the port's `commentsOf`. */
export async function commentsOf(
  table: Table,
  organizationId: Guid,
  { id, mergedIds }: Pick<IncidentRecord, 'id' | 'mergedIds'>,
): Promise<readonly IncidentComment[]> {
  const partitionKey = partitionOf(organizationId)
  const found = await inParallel([id, ...mergedIds], readsAtOnce, (each) =>
    readableRows(table, { partitionKey, ...commentRange(each) }, commentsMax, commentIn),
  )
  return found
    .flat()
    .map(({ value }) => value)
    .sort((one, other) => (one.at + one.id < other.at + other.id ? -1 : 1))
}

/** A page of a list of incidents. */
export async function incidentPage(
  table: Table,
  organizationId: Guid,
  query: IncidentQuery,
  page: PageOf,
): Promise<IncidentPage> {
  const partitionKey = partitionOf(organizationId)
  const { found, next } = await listedPage(table, 'Incident', partitionKey, page, {
    range: listedKeyRange('Incident', query),
    isSelective: true,
    read: async (row) => {
      const record = await recordOf(table, partitionKey, row)
      if (!record || !isListed(record, query)) return undefined
      const incident = await triagedIn(table, organizationId, record, row)
      return isTriagedAs(incident, query) ? incident : undefined
    },
  })
  return { incidents: found, next }
}
