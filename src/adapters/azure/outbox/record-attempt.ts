// Stores the result of an attempt in the notification table: in one transaction, or in several, each under the lease.
import type { TransactionAction } from '@azure/data-tables'
import { attemptsStoredMax } from '../../../domain/notifications/attempts.ts'
import type { Delivery, Lease } from '../../../ports/outbox.ts'
import { checkDelivery } from '../../preconditions/delivery.ts'
import { deleting, transactionRowsMax, transactionsOf, writing } from '../batches.ts'
import { partitionOf } from '../partitions.ts'
import type { Table } from '../table.ts'
import { writeUnderLease } from './lease.ts'
import { rangeOf, waitingKey } from './row-keys.ts'
import { attemptRow, failedRow, waitingRow } from './rows.ts'

/** Most old attempts that are deleted with one that is recorded. */
const oldAttemptsMax = 5

/**
 * Records an attempt; resolves to the lease to go on with, undefined when it was lost. Most fit into one transaction, which is stored
 * whole or not at all. A larger one takes several, in this order, and a process may die, or lose the lease, after each:
 *
 * 1. What arrived is deleted from what waits. The rest still waits as before.
 * 2. What waits again has its new time and its count of failures. What failed still waits as before.
 * 3. What failed moves, each in one transaction, from waiting to failed. It is never in both, or in none.
 * 4. The attempt and the health. Before this step, neither shows that anything was tried.
 *
 * After a crash, what still waits is sent again: at least once, with the same id. Recorded again under the same lease, as after a lost
 * response, an attempt leaves the same rows: a row that is gone is not deleted again, and every other write has the same content.
 */
export async function recordAttempt(table: Table, lease: Lease, delivery: Delivery): Promise<Lease | undefined> {
  checkDelivery(lease, delivery)
  const parts = transactionsOf(await changesOf(table, lease, delivery), transactionRowsMax - 1)
  let reached: Lease | undefined = lease
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    reached = reached && (await writeUnderLease(table, reached, part, isLast ? delivery.health : undefined))
  }
  return reached
}

/** The changes of an attempt, in order; those of a group stay in one transaction. */
async function changesOf(table: Table, lease: Lease, delivery: Delivery): Promise<TransactionAction[][]> {
  const partitionKey = partitionOf(lease.organizationId)
  const attempt = attemptRow(partitionKey, lease.integrationId, delivery.attempt)
  const old = await oldAttempts(table, lease, attempt.rowKey)
  const removal = (notification: Delivery['arrived'][number]) =>
    deleting({ partitionKey, rowKey: waitingKey(notification) })
  return [
    ...delivery.arrived.map((notification) => [removal(notification)]),
    ...delivery.waiting.map((waiting) => [writing(waitingRow(partitionKey, waiting))]),
    ...delivery.failed.map((each) => [writing(failedRow(partitionKey, each)), removal(each.notification)]),
    [writing(attempt), ...old.map((rowKey) => deleting({ partitionKey, rowKey }))],
  ]
}

/** The keys of some attempts that are too many beside this one. */
async function oldAttempts(table: Table, { organizationId, integrationId }: Lease, added: string) {
  const range = { ...rangeOf('Attempt', organizationId, integrationId), columns: [] }
  const rows = await table.rows(range, attemptsStoredMax + oldAttemptsMax)
  const keys = new Set([...rows.map(({ rowKey }) => rowKey), added])
  return [...keys]
    .sort()
    .slice(attemptsStoredMax, attemptsStoredMax + oldAttemptsMax)
    .filter((key) => key !== added)
}
