// Lets notifications that failed for good wait again, and forgets all of an integration, in the notification table.
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import type { Guid } from '../../../domain/guid.ts'
import { Damaged, Unavailable } from '../../../ports/errors.ts'
import type { Failed } from '../../../ports/outbox.ts'
import { type RowRange, rowsIn, rowsThere, transactionsOf } from '../batches.ts'
import { readableRows } from '../damaged-rows.ts'
import { wasRetried } from '../retried-requests.ts'
import { bounded, isNotFound, type Table } from '../storage.ts'
import { deleting, destinationKey, failedIn, partitionOf, rangeOf, waitingRow, writing } from './rows.ts'

/** Most notifications that are replayed in one transaction, which has two rows of each. */
const replayedAtOnce = 49
/** Most rows of a kind that are read at once to be deleted. */
const forgottenAtOnce = 1_000
/** How often rows are read again because some of them were moved meanwhile. */
const triesMax = 10

/**
 * Lets one notification, or all, wait again, the last to fail first; each is moved or stays as it is. What fails while this
 * goes on stays, and so does what cannot be read. Resolves to how many were moved. Throws `Damaged` for one that cannot be read.
 */
export async function replay(
  table: Table,
  organizationId: Guid,
  integrationId: Guid,
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
      const isThere = id !== 'all' && replayed.size === 0 && (await rowsIn(table, range, 1)).length > 0
      if (isThere) throw new Damaged('outbox', new Error('the notification cannot be read'))
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
  throw new Unavailable('outbox', new Error(`what failed was moved meanwhile, ${triesMax} times`))
}

/** Makes a transaction of moves; one that was made again and finds nothing to move took effect the first time. */
async function move(table: TableClient, partitionKey: string, actions: readonly TransactionAction[]): Promise<void> {
  try {
    await table.submitTransaction([...actions], bounded())
  } catch (error) {
    if (!isNotFound(error) || !wasRetried(error)) throw error
    const there = await rowsThere(
      table,
      partitionKey,
      actions.filter(([kind]) => kind === 'delete'),
    )
    if (there.size > 0) throw error
  }
}

type FailedRow = { readonly rowKey: string; readonly value: Failed }

/** The actions that move each of these; one that failed more than once, having been added again, waits once. */
function movesOf(partitionKey: string, rows: readonly FailedRow[], now: number): TransactionAction[][] {
  const moved = new Set<string>()
  return rows.map(({ rowKey, value: { notification } }) => {
    const waiting = waitingRow(partitionKey, { notification, failures: 0, dueAt: now, lastError: null })
    const taken = deleting(partitionKey, rowKey)
    if (moved.has(waiting.rowKey)) return [taken]
    moved.add(waiting.rowKey)
    return [writing(waiting), taken]
  })
}

/** Deletes all of an integration, the right to deliver to it first, until nothing is found any more. */
export async function forget(table: TableClient, organizationId: Guid, integrationId: Guid): Promise<void> {
  const destination = destinationKey(integrationId)
  const ranges: readonly RowRange[] = [
    { partitionKey: partitionOf(organizationId), from: destination, before: `${destination}~` },
    ...(['Waiting', 'Failed', 'Attempt'] as const).map((kind) => rangeOf(kind, organizationId, integrationId)),
  ]
  let found: number
  do {
    found = 0
    for (const range of ranges) found += await deleteSome(table, range)
  } while (found > 0)
}

/** Deletes the first rows of a range; resolves to how many it found, some of which others may have deleted meanwhile. */
async function deleteSome(table: TableClient, range: RowRange): Promise<number> {
  const rows = await rowsIn(table, { ...range, columns: ['RowKey'] }, forgottenAtOnce)
  const deletes = rows.map(({ rowKey }) => [deleting(range.partitionKey, rowKey)])
  try {
    for (const part of transactionsOf(deletes)) await table.submitTransaction(part, bounded())
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return rows.length
}
