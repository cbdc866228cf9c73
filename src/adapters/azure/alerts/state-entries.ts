// The state of evaluation in the alert table: the progress, state entries, when each is due; and how all of it is deleted.
import { inParallel } from '../../../concurrency/parallel.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Progress, StateEntry } from '../../../ports/alerts/evaluation-state.ts'
import { Damaged } from '../../../ports/errors.ts'
import { clearFenced } from '../compare-and-swap.ts'
import { readable, readableRows } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { Table } from '../table.ts'
import { dueRange, entryKey, entryRange, progressKey, stateRange } from './row-keys.ts'
import { anew, checkpointIn, type Due, dueIn, entryIn, metadataIn, nameIn, progressColumns } from './rows.ts'

const readsAtOnce = 32
const deletesAtOnce = 8

/** How far the evaluation is. Throws `Damaged` where the checkpoint cannot be read; metadata that cannot be read is null. */
export async function progressOf(table: Table, organizationId: Guid): Promise<Progress> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: progressKey }
  const row = await table.row(keys)
  if (!row) {
    // The progress of this state was deleted by hand: evaluating from the start on it would count events twice.
    const state = await table.rows({ partitionKey: keys.partitionKey, ...stateRange, columns: [] }, 1)
    if (state.length > 0) throw damaged(table)
    return { checkpoint: null, metadata: '', version: null }
  }
  const checkpoint = await readable(table, keys, () => checkpointIn(row))
  if (checkpoint === undefined || checkpoint === anew) throw damaged(table)
  const metadata = (await readable(table, keys, () => metadataIn(row))) ?? null
  return { checkpoint, metadata, version: row.etag }
}

const damaged = ({ store }: Table) => new Damaged(store, new Error('how far evaluation is cannot be read'))

/** Deletes all state and begins a progress without a checkpoint. Without effect when another run is faster. */
export function startAnew(table: Table, organizationId: Guid): Promise<void> {
  const partitionKey = partitionOf(organizationId)
  const clearing = progressColumns({ checkpoint: anew, metadata: '' })
  const cleared = progressColumns({ checkpoint: null, metadata: '' })
  const progress = { partitionKey, rowKey: progressKey }
  return clearFenced(table, progress, { partitionKey, ...stateRange }, { clearing, cleared })
}

/** The state entries of these names. One that cannot be read is missing: the next change writes it whole. */
export async function entriesNamed(
  table: Table,
  organizationId: Guid,
  names: readonly string[],
): Promise<Map<string, StateEntry>> {
  const partitionKey = partitionOf(organizationId)
  const found = await inParallel([...new Set(names)], readsAtOnce, async (name) => {
    const keys = { partitionKey, rowKey: entryKey(name) }
    const row = await table.row(keys)
    const entry = row && (await readable(table, keys, () => entryIn(row)))
    return entry ? [[name, entry] as const] : []
  })
  return new Map(found.flat())
}

/** The first times up to `at` (Unix ms), `limit` at most. */
export async function dueTimes(table: Table, organizationId: Guid, at: number, limit: number): Promise<Due[]> {
  if (at < 0) return []
  const range = { partitionKey: partitionOf(organizationId), ...dueRange(at), columns: [] }
  return (await readableRows(table, range, limit, dueIn)).map(({ value }) => value)
}

/**
 * The state entries that are due. A time that differs from its entry's is left from an entry that could not be read, and is
 * deleted; or a commit moved the entry between the two reads: then the row of the time is gone already, or another.
 */
export async function dueEntries(table: Table, organizationId: Guid, at: number, limit: number) {
  for (;;) {
    const due = await dueTimes(table, organizationId, at, limit)
    const names = due.map(({ name }) => name)
    const entries = await entriesNamed(table, organizationId, names)
    const isInForce = ({ name, dueAt }: Due) => entries.get(name)?.dueAt === dueAt
    const stale = due.filter((each) => !isInForce(each))
    await inParallel(stale, deletesAtOnce, ({ rowKey, etag }) =>
      table.remove({ partitionKey: partitionOf(organizationId), rowKey }, etag),
    )
    const found = due.filter(isInForce).map(({ name, dueAt }) => ({ name, dueAt, text: entries.get(name)?.text ?? '' }))
    if (found.length > 0 || due.length < Math.max(1, limit)) return found
  }
}

/** Every name with a prefix, with the time at which it is due. */
export async function entryNames(table: Table, organizationId: Guid, prefix: string) {
  const range = { partitionKey: partitionOf(organizationId), ...entryRange(prefix), columns: ['DueAt'] }
  return (await readableRows(table, range, Number.POSITIVE_INFINITY, nameIn)).map(({ value }) => value)
}
