// Starts deliveries to every integration that has work.
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import { writeDelivery } from './delivery-message.ts'
import { lateEvaluationAt, workAt } from './delivery-times.ts'

const looksAtOnce = 8

/** What starting deliveries needs. */
export type DispatchPorts = {
  readonly outbox: Pick<Outbox, 'nextDue' | 'healthOf'>
  readonly notifications: NotificationQueue
  readonly schedule: Pick<EvaluationSchedule, 'add'>
}

/**
 * Sends a message for each of these integrations that has work now, and schedules an evaluation should any get lost. One
 * whose work is due later only gets the latter: the run that postponed it has sent a message.
 */
export async function dispatchDeliveries(
  { outbox, notifications, schedule }: DispatchPorts,
  organizationId: Guid,
  integrations: readonly Pick<Integration, 'id' | 'state'>[],
  now: number,
): Promise<void> {
  const times = await inParallel(integrations, looksAtOnce, (each) => workAt(outbox, organizationId, each, now))
  const late = new Set(times.flatMap((at) => (at === undefined ? [] : [lateEvaluationAt(at)])))
  await inParallel([...late], looksAtOnce, (at) => schedule.add({ organizationId, at }))
  const due = integrations.filter((_, index) => times[index] === now)
  await inParallel(due, looksAtOnce, ({ id }) =>
    notifications.send(writeDelivery({ organizationId, integrationId: id }), 0),
  )
}
