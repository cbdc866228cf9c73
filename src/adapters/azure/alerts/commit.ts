// Stores an evaluation step in the alert table: in one transaction, or in several that each fence others off.

import { inParallel } from '../../../concurrency/parallel.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { EvaluationStep, Progress, StateChange } from '../../../ports/evaluation-state.ts'
import { checkStep } from '../../ordering/alerts.ts'
import { rowsThere } from '../batches.ts'
import { fenced } from '../compare-and-swap.ts'
import { bounded, isNotFound, type Table } from '../storage.ts'
import { alertPlace } from './reading.ts'
import {
  alertActions,
  alertRowsEach,
  keptActions,
  keptRowsMax,
  partitionOf,
  progressAction,
  progressKey,
} from './rows.ts'

/** Rows of a step in one transaction: the service's 100, less the progress. */
const transactionRowsMax = 99
/** Longest transaction, in bytes: the service takes 4 MiB. */
const transactionBytesMax = 3_500_000
/** What a row of a transaction has beside its content, in bytes, at most. */
const rowHeadBytes = 2_000
const readsAtOnce = 32

/** What goes into one transaction. */
type Part = { readonly alerts: AlertRecord[]; readonly kept: StateChange[]; rows: number; bytes: number }

/**
 * Stores a step, alerts first. Every transaction writes the progress row under the version that the one before gave it,
 * and all but the last as it was: whoever has read something in between is refused, and a step that is cut short leaves the old
 * place, from which it is made again. Resolves to the progress after it; undefined when another was faster.
 */
export async function commitStep(
  table: Table,
  organizationId: Guid,
  progress: Progress,
  step: EvaluationStep,
): Promise<Progress | undefined> {
  checkStep(step)
  const parts = partsOf(step)
  const placed = await alertKeys(table, organizationId, step.alerts)
  let reached = progress
  for (const [index, part] of parts.entries()) {
    const { checkpoint, metadata } = index === parts.length - 1 ? step : progress
    const version = await submit(
      table,
      organizationId,
      { checkpoint, metadata, version: reached.version },
      part,
      placed,
    )
    if (version === undefined) return undefined
    reached = { checkpoint, metadata, version }
  }
  return reached
}

/** Where those of the alerts are that are stored already; it cannot change while the progress does not. */
async function alertKeys(table: Table, organizationId: Guid, alerts: readonly AlertRecord[]) {
  const found = await inParallel(alerts, readsAtOnce, async ({ id }) => {
    const place = await alertPlace(table, organizationId, id)
    return place === undefined ? [] : [[id, place] as const]
  })
  return new Map(found.flat())
}

/** Divides a step into transactions; at least one. All rows of a kept text are in the same. */
function partsOf({ alerts, entries }: EvaluationStep): Part[] {
  const parts = [emptyPart()]
  const partFor = (rows: number, json: string): Part => {
    const bytes = rows * rowHeadBytes + bytesInRow(json)
    let part = parts.at(-1)
    if (!part || part.rows + rows > transactionRowsMax || part.bytes + bytes > transactionBytesMax) {
      part = emptyPart()
      parts.push(part)
    }
    part.rows += rows
    part.bytes += bytes
    return part
  }
  for (const alert of alerts) partFor(alertRowsEach, JSON.stringify(alert)).alerts.push(alert)
  for (const change of entries) partFor(keptRowsMax, JSON.stringify(change.after?.text ?? '')).kept.push(change)
  return parts
}

const emptyPart = (): Part => ({ alerts: [], kept: [], rows: 0, bytes: 0 })

/** How long a column's JSON is on its way, where it is text in the JSON of its row. */
const bytesInRow = (json: string): number => Buffer.byteLength(JSON.stringify(json))

/** Makes one transaction and gives the progress's new version; undefined when the progress is not as it was. */
async function submit(
  table: Table,
  organizationId: Guid,
  progress: Progress,
  { alerts, kept }: Part,
  placed: ReadonlyMap<Guid, string>,
): Promise<string | undefined> {
  const partitionKey = partitionOf(organizationId)
  return fenced(table, { partitionKey, rowKey: progressKey, store: 'alert store' }, async (mark) => {
    const actions = [
      progressAction(partitionKey, progress, mark),
      ...alerts.flatMap((alert) => alertActions(partitionKey, alert, placed.get(alert.id))),
      ...kept.flatMap((change) => keptActions(partitionKey, change, change.before?.dueAt)),
    ]
    try {
      return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    // A row to delete is gone: this step was begun before, or somebody deleted it. The fence stays the same.
    const deletes = actions.filter(([kind]) => kind === 'delete')
    const there = await rowsThere(table, partitionKey, deletes)
    const possible = actions.filter(([kind, { rowKey }]) => kind !== 'delete' || there.has(rowKey))
    return (await table.submitTransaction(possible, bounded())).subResponses[0]?.etag
  })
}
