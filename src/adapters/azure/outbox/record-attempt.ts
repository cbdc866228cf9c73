// Stores what came of an attempt in the notification table: in one transaction, or in several, each under the lease.

import { attemptsStoredMax } from '../../../domain/notifications/attempts.ts'
import type { Notification } from '../../../domain/notifications/messages/notification.ts'
import type { Delivery, Lease } from '../../../ports/outbox.ts'
import { checkDelivery } from '../../ordering/outbox.ts'
import { rowsIn, transactionRowsMax, transactionsOf } from '../batches.ts'
import type { Table } from '../storage.ts'
import { writeHeld } from './destination.ts'
import { attemptRow, deleting, failedRow, partitionOf, rangeOf, waitingRow, waitingRowKey, writing } from './rows.ts'

/** Most old attempts that go with one settling. */
const attemptsForgottenMax = 5

/**
 * Stores a delivery, in order: what arrived, what waits again, what failed, then the attempt and the health. Most fit into
 * one transaction. Of one that does not, a crash or a lost lease in between leaves the beginning: what was removed stays
 * removed, the others wait as before and are sent again, and the attempt is not among those kept. Made again under the
 * same lease, it comes to the same.
 */
export async function settleDelivery(table: Table, lease: Lease, delivery: Delivery): Promise<Lease | undefined> {
  checkDelivery(lease, delivery)
  const partitionKey = partitionOf(lease.organizationId)
  const attempt = attemptRow(partitionKey, lease.integrationId, delivery.attempt)
  const old = await oldAttempts(table, lease, attempt.rowKey)
  const leaving = (notification: Notification) => deleting(partitionKey, waitingRowKey(notification))
  const groups = [
    ...delivery.arrived.map((notification) => [leaving(notification)]),
    ...delivery.waiting.map((waiting) => [writing(waitingRow(partitionKey, waiting))]),
    ...delivery.failed.map((each) => [writing(failedRow(partitionKey, each)), leaving(each.notification)]),
    [writing(attempt), ...old.map((rowKey) => deleting(partitionKey, rowKey))],
  ]
  const parts = transactionsOf(groups, transactionRowsMax - 1)
  let reached: Lease | undefined = lease
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    reached = reached && (await writeHeld(table, reached, part, isLast ? delivery.health : undefined))
  }
  return reached
}

/** The keys of some attempts that are too many beside this one. */
async function oldAttempts(table: Table, { organizationId, integrationId }: Lease, added: string) {
  const range = { ...rangeOf('Attempt', organizationId, integrationId), columns: ['RowKey'] }
  const rows = await rowsIn(table, range, attemptsStoredMax + attemptsForgottenMax)
  const keys = new Set([...rows.map(({ rowKey }) => rowKey), added])
  return [...keys]
    .sort()
    .slice(attemptsStoredMax, attemptsStoredMax + attemptsForgottenMax)
    .filter((key) => key !== added)
}
