// Stores a step of evaluation in the alert table: in one transaction, or in several, each fenced by the progress.
import type { TransactionAction } from '@azure/data-tables'
import { inParallel } from '../../../concurrency/parallel.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import type { IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EvaluationStep, Progress, StateChange } from '../../../ports/alerts/evaluation-state.ts'
import { checkStep } from '../../preconditions/evaluation-step.ts'
import { replacing, transactionBytesMax, transactionRowsMax, withoutGone } from '../batches.ts'
import { fenced } from '../compare-and-swap.ts'
import { partitionOf } from '../partitions.ts'
import { isNotFound } from '../storage.ts'
import type { Table } from '../table.ts'
import { storedKeyOf } from './reading.ts'
import { progressKey } from './row-keys.ts'
import { alertActions, entryActions, entryRowsMax, incidentActions, listedRowsEach, progressColumns } from './rows.ts'

/** What a row of a transaction has beside its content, in bytes, at most. */
const rowHeadBytes = 2_000
const readsAtOnce = 32

/** What goes into one transaction. */
type Part = {
  readonly incidents: IncidentRecord[]
  readonly alerts: AlertRecord[]
  readonly changes: StateChange[]
  rows: number
  bytes: number
}

/**
 * Stores a step and resolves to the progress after it; undefined when another evaluation was faster.
 *
 * A step that fits goes into one transaction: all of it is stored, or nothing. A larger one takes several, in this order:
 *
 * 1. The incidents, the alerts, then the state entries, each in the order of the step, as many as fit. Each transaction also writes the progress row, over the version that the one
 *    before gave it, with the checkpoint as it was. After a crash here some alerts and entries are new and the checkpoint is old: the
 *    same events are evaluated again, from entries of which some contain them already. That is safe: a group takes each match
 *    once, first-seen tracking knows which event was the first, an alert has the same id and key each time, and an incident
 *    knows which alerts it has counted.
 * 2. The last transaction, which alone moves the checkpoint. After it the step is done; a crash loses nothing.
 *
 * An evaluation that read anything between two transactions is refused by the version of the progress, as the other is by its own.
 * A lost response is resolved by `fenced`: the progress row has the mark of this write, or another evaluation was faster.
 */
export async function commitStep(
  table: Table,
  organizationId: Guid,
  progress: Progress,
  step: EvaluationStep,
): Promise<Progress | undefined> {
  checkStep(step)
  const parts = partsOf(step)
  const keys = await alertKeys(table, organizationId, step.alerts)
  let reached = progress
  for (const [index, part] of parts.entries()) {
    const { checkpoint, metadata } = index === parts.length - 1 ? step : progress
    const version = await submit(table, organizationId, { checkpoint, metadata, version: reached.version }, part, keys)
    if (version === undefined) return undefined
    reached = { checkpoint, metadata, version }
  }
  return reached
}

/** The keys of those alerts that are stored already; they cannot change while the progress does not. */
async function alertKeys(table: Table, organizationId: Guid, alerts: readonly AlertRecord[]) {
  const found = await inParallel(alerts, readsAtOnce, async ({ id }) => {
    const key = await storedKeyOf(table, 'Alert', organizationId, id)
    return key === undefined ? [] : [[id, key] as const]
  })
  return new Map(found.flat())
}

/** Divides a step into transactions; at least one. All rows of a state entry are in the same. */
function partsOf({ incidents, alerts, entries }: EvaluationStep): Part[] {
  const parts = [emptyPart()]
  const partFor = (rows: number, json: string): Part => {
    const bytes = rows * rowHeadBytes + bytesInRow(json)
    let part = parts.at(-1)
    // One row of each transaction is the progress.
    if (!part || part.rows + rows > transactionRowsMax - 1 || part.bytes + bytes > transactionBytesMax) {
      part = emptyPart()
      parts.push(part)
    }
    part.rows += rows
    part.bytes += bytes
    return part
  }
  for (const incident of incidents) partFor(listedRowsEach, JSON.stringify(incident)).incidents.push(incident)
  for (const alert of alerts) partFor(listedRowsEach, JSON.stringify(alert)).alerts.push(alert)
  for (const change of entries) partFor(entryRowsMax, JSON.stringify(change.after?.text ?? '')).changes.push(change)
  return parts
}

const emptyPart = (): Part => ({ incidents: [], alerts: [], changes: [], rows: 0, bytes: 0 })

/** How long a column's JSON is in a request, where it is text in the JSON of its row. */
const bytesInRow = (json: string): number => Buffer.byteLength(JSON.stringify(json))

/** Makes one transaction and resolves to the progress's new version; undefined when the progress has another version by now. */
async function submit(
  table: Table,
  organizationId: Guid,
  progress: Progress,
  { incidents, alerts, changes }: Part,
  keys: ReadonlyMap<Guid, string>,
): Promise<string | undefined> {
  const partitionKey = partitionOf(organizationId)
  const row = { partitionKey, rowKey: progressKey, ...progressColumns(progress) }
  return fenced(table, row, async (mark) => {
    const actions: TransactionAction[] = [
      replacing({ ...row, ...mark }, progress.version),
      ...incidents.flatMap((incident) => incidentActions(partitionKey, incident)),
      ...alerts.flatMap((alert) => alertActions(partitionKey, alert, keys.get(alert.id))),
      ...changes.flatMap((change) => entryActions(partitionKey, change, change.before?.dueAt)),
    ]
    try {
      return await table.submit(actions)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    // A row to delete is gone: a cut-short run of this step deleted it, or a person did. The fence stays the same.
    return table.submit(await withoutGone(table, partitionKey, actions))
  })
}
