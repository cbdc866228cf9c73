// Moves notifications that failed for good back to those that wait, and deletes all of an integration, in the notification table.
import { odata, type TransactionAction } from '@azure/data-tables'
import type { Guid } from '../../../domain/guid.ts'
import { Damaged, Unavailable } from '../../../ports/errors.ts'
import type { Failed } from '../../../ports/outbox.ts'
import { deleting, rowsThere, transactionsOf, writing } from '../batches.ts'
import { readableRows } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import { wasRetried } from '../retried-requests.ts'
import type { RowRange } from '../rows.ts'
import { isNotFound } from '../storage.ts'
import type { Table } from '../table.ts'
import type { IntegrationIds } from './lease.ts'
import { integrationKey, rangeOf } from './row-keys.ts'
import { failedIn, waitingRow } from './rows.ts'

/** Most notifications that are replayed in one transaction, which has two rows of each. */
const replayedAtOnce = 49
/** Most rows of a kind that are read at once to be deleted. */
const deletedAtOnce = 1_000
/** How often rows are read again because some of them were moved meanwhile. */
const triesMax = 10

/**
 * Lets one notification, or all, wait again, the last to fail first; each is moved or stays as it is. What fails meanwhile
 * stays, and so does what cannot be read. Resolves to how many were moved. Throws `Damaged` for one that cannot be read.
 */
export async function replay(
  table: Table,
  { organizationId, integrationId }: IntegrationIds,
  id: Guid | 'all',
  now: number,
): Promise<number> {
  const partitionKey = partitionOf(organizationId)
  const replayed = new Set<string>()
  const all: RowRange = rangeOf('Failed', organizationId, integrationId)
  let range = id === 'all' ? all : { ...all, also: odata`Id eq ${id}` }
  for (let tries = 0; tries < triesMax; ) {
    const rows = await readableRows(table, range, replayedAtOnce, failedIn)
    const last = rows.at(-1)
    if (!last) {
      const isThere = id !== 'all' && replayed.size === 0 && (await table.rows(range, 1)).length > 0
      if (isThere) throw new Damaged(table.store, new Error('the notification cannot be read'))
      return replayed.size
    }
    try {
      for (const part of transactionsOf(movesOf(partitionKey, rows, now))) {
        await move(table, partitionKey, part)
        for (const [kind, { rowKey }] of part) if (kind === 'upsert') replayed.add(rowKey)
      }
      range = { ...range, from: `${last.rowKey}~` }
    } catch (error) {
      if (!isNotFound(error)) throw error
      tries += 1
    }
  }
  throw new Unavailable(table.store, new Error(`what failed was moved meanwhile, ${triesMax} times`))
}

/** Makes a transaction of moves. After a retry, one that finds nothing to move took effect the first time. */
async function move(table: Table, partitionKey: string, actions: readonly TransactionAction[]): Promise<void> {
  try {
    await table.submit(actions)
  } catch (error) {
    if (!isNotFound(error) || !wasRetried(error)) throw error
    const deletes = actions.filter(([kind]) => kind === 'delete')
    if ((await rowsThere(table, partitionKey, deletes)).size > 0) throw error
  }
}

type FailedRow = { readonly rowKey: string; readonly value: Failed }

/** The actions that move each of these; one that failed more than once, having been added again, waits once. */
function movesOf(partitionKey: string, rows: readonly FailedRow[], now: number): TransactionAction[][] {
  const moved = new Set<string>()
  return rows.map(({ rowKey, value: { notification } }) => {
    const waiting = waitingRow(partitionKey, { notification, failures: 0, dueAt: now, lastError: null })
    const taken = deleting({ partitionKey, rowKey })
    if (moved.has(waiting.rowKey)) return [taken]
    moved.add(waiting.rowKey)
    return [writing(waiting), taken]
  })
}

/** Deletes all of an integration, the lease first, until nothing is found any more. */
export async function forget(table: Table, { organizationId, integrationId }: IntegrationIds): Promise<void> {
  const key = integrationKey(integrationId)
  const ranges: readonly RowRange[] = [
    { partitionKey: partitionOf(organizationId), from: key, before: `${key}~` },
    ...(['Waiting', 'Failed', 'Attempt'] as const).map((kind) => rangeOf(kind, organizationId, integrationId)),
  ]
  let found: number
  do {
    found = 0
    for (const range of ranges) found += await deleteSome(table, range)
  } while (found > 0)
}

/** Deletes the first rows of a range; resolves to how many it found, some of which others may have deleted meanwhile. */
async function deleteSome(table: Table, range: RowRange): Promise<number> {
  const { partitionKey } = range
  const rows = await table.rows({ ...range, columns: [] }, deletedAtOnce)
  const deletes = rows.map(({ rowKey }) => [deleting({ partitionKey, rowKey })])
  try {
    for (const part of transactionsOf(deletes)) await table.submit(part)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return rows.length
}
