// What evaluation keeps in the alert table: texts, when each is due, and the progress; and how all of that is forgotten.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import type { Guid } from '../../../domain/guid.ts'
import { Damaged } from '../../../ports/errors.ts'
import type { Progress, StateEntry } from '../../../ports/evaluation-state.ts'
import { checkName, timeKeyAfter } from '../../ordering/alerts.ts'
import { eachRow, rowsIn, transactionRowsMax } from '../batches.ts'
import { fenced } from '../compare-and-swap.ts'
import { readable } from '../damaged-rows.ts'
import { rowOf } from '../rows.ts'
import { bounded, isNotFound, isOutdated, type Table } from '../storage.ts'
import {
  anew,
  type Due,
  dueIn,
  duePrefix,
  keptIn,
  keptKey,
  keptNameIn,
  keptPrefix,
  memoIn,
  partitionOf,
  placeIn,
  progressAction,
  progressKey,
} from './rows.ts'

const readsAtOnce = 32
const deletesAtOnce = 8
const what = 'alert store'

/** How far the evaluation is. Throws `Damaged` where the place cannot be read; of the metadata alone, it says so. */
export async function progressOf(table: Table, organizationId: Guid): Promise<Progress> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: progressKey }
  const row = await rowOf(table, keys.partitionKey, keys.rowKey)
  if (!row) {
    // What is kept without a progress is of one that somebody deleted: gone on with, the same events would be counted twice.
    if ((await keptRows(table, organizationId, 1)).length > 0) throw damaged()
    return { checkpoint: null, metadata: '', version: null }
  }
  const place = await readable(table, keys, () => placeIn(row))
  if (place === undefined || place === anew) throw damaged()
  const memo = (await readable(table, keys, () => memoIn(row))) ?? null
  return { checkpoint: place, metadata: memo, version: v.parse(v.string(), row.etag) }
}

const damaged = () => new Damaged(what, new Error('how far evaluation is cannot be read'))

/** The first rows of what is kept, texts and times: their keys lie together. */
const keptRows = (table: Table, organizationId: Guid, limit: number) => {
  const partitionKey = partitionOf(organizationId)
  return rowsIn(table, { partitionKey, from: duePrefix, before: `${keptPrefix}~`, columns: ['RowKey'] }, limit)
}

/**
 * Deletes everything that is kept, each time with the progress, which says `anew` until nothing is left: whoever has read the
 * progress before is refused, and what is cut short goes on from there. Without effect when another run is faster.
 */
export async function startAnew(table: Table, organizationId: Guid): Promise<void> {
  const partitionKey = partitionOf(organizationId)
  const known = (await rowOf(table, partitionKey, progressKey, ['RowKey']))?.etag
  let version = typeof known === 'string' ? known : null
  for (;;) {
    const rows = await keptRows(table, organizationId, transactionRowsMax - 1)
    const progress = { checkpoint: rows.length > 0 ? anew : null, metadata: '', version }
    const written = await fenced(table, { partitionKey, rowKey: progressKey, store: what }, async (mark) => {
      const deletes = rows.map(({ rowKey }): TransactionAction => ['delete', { partitionKey, rowKey }])
      const actions = [progressAction(partitionKey, progress, mark), ...deletes]
      return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
    })
    if (written === undefined || rows.length === 0) return
    version = written
  }
}

/** The texts kept under these names; those that cannot be read are left out: whoever writes one anew writes it whole. */
export async function keptUnder(
  table: Table,
  organizationId: Guid,
  names: readonly string[],
): Promise<Map<string, StateEntry>> {
  const partitionKey = partitionOf(organizationId)
  const found = await inParallel([...new Set(names)], readsAtOnce, async (name) => {
    const rowKey = keptKey(name)
    const row = await rowOf(table, partitionKey, rowKey)
    const kept = row && (await readable(table, { partitionKey, rowKey }, () => keptIn(row)))
    return kept ? [[name, kept] as const] : []
  })
  return new Map(found.flat())
}

/** The first times up to `at` (Unix ms), `limit` at most. */
export async function dueTimes(table: Table, organizationId: Guid, at: number, limit: number): Promise<Due[]> {
  const found: Due[] = []
  if (at < 0 || limit < 1) return found
  const partitionKey = partitionOf(organizationId)
  const range = { partitionKey, from: duePrefix, before: duePrefix + timeKeyAfter(at), columns: ['RowKey'] }
  for await (const row of eachRow(table, range, limit)) {
    const due = await readable(table, { partitionKey, rowKey: row.rowKey }, () => dueIn(row))
    if (due) found.push(due)
    if (found.length === limit) break
  }
  return found
}

/**
 * The texts that are due. A time that no text says is left behind by one that could not be read, and forgotten; or a commit moved the
 * text between the two readings: then the row is gone already, or another.
 */
export async function keptDue(table: Table, organizationId: Guid, at: number, limit: number) {
  for (;;) {
    const due = await dueTimes(table, organizationId, at, limit)
    const kept = await keptUnder(
      table,
      organizationId,
      due.map(({ name }) => name),
    )
    const isSaid = ({ name, dueAt }: Due) => kept.get(name)?.dueAt === dueAt
    await inParallel(
      due.filter((each) => !isSaid(each)),
      deletesAtOnce,
      (each) => forgetTime(table, organizationId, each),
    )
    const found = due.filter(isSaid).map(({ name, dueAt }) => ({ name, dueAt, text: kept.get(name)?.text ?? '' }))
    if (found.length > 0 || due.length < Math.max(1, limit)) return found
  }
}

async function forgetTime(table: Table, organizationId: Guid, { rowKey, etag }: Due): Promise<void> {
  try {
    await table.deleteEntity(partitionOf(organizationId), rowKey, { etag, ...bounded() })
  } catch (error) {
    if (!isNotFound(error) && !isOutdated(error)) throw error
  }
}

/** Every name that begins so, with the time it is due. */
export async function namesKept(table: Table, organizationId: Guid, prefix: string) {
  checkName(prefix)
  const partitionKey = partitionOf(organizationId)
  const first = keptPrefix + prefix
  const names: { readonly name: string; readonly dueAt: number }[] = []
  for await (const row of eachRow(table, {
    partitionKey,
    from: first,
    before: `${first}~`,
    columns: ['RowKey', 'DueAt'],
  })) {
    const named = await readable(table, { partitionKey, rowKey: row.rowKey }, () => keptNameIn(row))
    if (named) names.push(named)
  }
  return names
}
