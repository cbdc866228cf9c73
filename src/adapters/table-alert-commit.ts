// Stores an evaluation step in the alert table: in one transaction, or in several that each fence others off.
import type { TableClient, TransactionAction } from '@azure/data-tables'
import type { AlertRecord } from '../domain/alerts/alert.ts'
import type { Guid } from '../domain/guid.ts'
import { inParallel } from '../parallel.ts'
import type { EvaluationStep, KeptChange, Progress } from '../ports.ts'
import { checkStep } from './alert-keys.ts'
import { bounded, isNotFound } from './azure-storage.ts'
import { fenced, type WriteMark } from './fenced-writes.ts'
import {
  alertActions,
  alertIdKey,
  alertKeyIn,
  alertRowsEach,
  dueIn,
  keptActions,
  keptKey,
  keptRowsMax,
  partitionOf,
  progressAction,
  progressKey,
} from './table-alert-rows.ts'
import { rowOf } from './table-json.ts'

/** Rows of a step in one transaction: the service's 100, less the progress. */
const transactionRowsMax = 99
/** Longest transaction, in bytes: the service takes 4 MiB. */
const transactionBytesMax = 3_500_000
/** What a row of a transaction has beside its content, in bytes, at most. */
const rowHeadBytes = 2_000
const readsAtOnce = 32

/** What goes into one transaction. */
type Part = { readonly alerts: AlertRecord[]; readonly kept: KeptChange[]; rows: number; bytes: number }

/**
 * Stores a step, alerts first. Every transaction writes the progress row under the version that the one before gave it,
 * and all but the last as it was: whoever has read something in between is refused, and a step that is cut short leaves the old
 * place, from which it is made again. Resolves to the progress after it; undefined when another was faster.
 */
export async function commitStep(
  table: TableClient,
  organizationId: Guid,
  progress: Progress,
  step: EvaluationStep,
): Promise<Progress | undefined> {
  checkStep(step)
  const parts = partsOf(step)
  const placed = await alertKeys(table, organizationId, step.alerts)
  let reached = progress
  for (const [index, part] of parts.entries()) {
    const { place, memo } = index === parts.length - 1 ? step : progress
    const version = await submit(table, organizationId, { place, memo, version: reached.version }, part, placed)
    if (version === undefined) return undefined
    reached = { place, memo, version }
  }
  return reached
}

/** Where those of the alerts are that are stored already; it cannot change while the progress does not. */
async function alertKeys(table: TableClient, organizationId: Guid, alerts: readonly AlertRecord[]) {
  const found = await inParallel(alerts, readsAtOnce, async ({ id }) => {
    const row = await rowOf(table, partitionOf(organizationId), alertIdKey(id))
    return row ? [[id, alertKeyIn(row)] as const] : []
  })
  return new Map(found.flat())
}

/** Divides a step into transactions; at least one. All rows of a kept text are in the same. */
function partsOf({ alerts, kept }: EvaluationStep): Part[] {
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
  for (const change of kept) partFor(keptRowsMax, JSON.stringify(change.after?.text ?? '')).kept.push(change)
  return parts
}

const emptyPart = (): Part => ({ alerts: [], kept: [], rows: 0, bytes: 0 })

/** How long a column's JSON is on its way, where it is text in the JSON of its row. */
const bytesInRow = (json: string): number => Buffer.byteLength(JSON.stringify(json))

/** Makes one transaction and gives the progress's new version; undefined when the progress is not as it was. */
async function submit(
  table: TableClient,
  organizationId: Guid,
  progress: Progress,
  part: Part,
  placed: ReadonlyMap<Guid, string>,
) {
  const partitionKey = partitionOf(organizationId)
  const believed = part.kept.map(({ before }) => before?.dueAt)
  return fenced(table, { partitionKey, rowKey: progressKey, store: 'alert store' }, async (mark) => {
    const submitGiven = async (dueBefore: readonly (number | undefined)[]) => {
      const actions = actionsOf(partitionKey, progress, part, dueBefore, placed, mark)
      return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
    }
    try {
      return await submitGiven(believed)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    // A row to delete is gone, so the step is wrong about what was there: then the rows say it, under the same fence.
    const rows = await inParallel(part.kept, readsAtOnce, ({ name }) =>
      rowOf(table, partitionKey, keptKey(name), ['DueAt']),
    )
    return submitGiven(rows.map((row) => row && dueIn(row)))
  })
}

const actionsOf = (
  partitionKey: string,
  progress: Progress,
  { alerts, kept }: Part,
  dueBefore: readonly (number | undefined)[],
  placed: ReadonlyMap<Guid, string>,
  mark: WriteMark,
): TransactionAction[] => [
  progressAction(partitionKey, progress, mark),
  ...alerts.flatMap((alert) => alertActions(partitionKey, alert, placed.get(alert.id))),
  ...kept.flatMap((change, index) => keptActions(partitionKey, change, dueBefore[index])),
]
