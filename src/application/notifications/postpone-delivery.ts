// Postpones a delivery that an outage cut short, by a delayed message: the host's own redelivery would end in a poison queue.

import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import { type Unavailable, unlessUnavailable } from '../../ports/errors.ts'
import type { NotificationQueue } from '../../ports/outbox.ts'
import { faultOf } from '../fault.ts'
import { jittered, nextRetrySeconds } from '../outage-backoff.ts'
import { type DeliveryMessage, writeDelivery } from './delivery-message.ts'
import { lateEvaluationAt, lateMs } from './delivery-times.ts'

type PostponePorts = {
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly notifications: Pick<NotificationQueue, 'send'>
  readonly now: () => number
}

/**
 * Sends a delivery's message again, delayed. If the outage lasts, it leaves the delivery to the organization's next
 * evaluation, for which it adds a schedule entry, so that messages do not add up. Rejects if the queue is out as well.
 */
export async function postponeDelivery(
  { schedule, notifications, now }: PostponePorts,
  asked: DeliveryMessage,
  error: Unavailable,
  log: { readonly warn: (line: string) => void },
): Promise<void> {
  const { organizationId, integrationId, failingSince = now() } = asked
  const delivery = `delivery to integration ${integrationId} of organization ${organizationId}`
  const lasts = now() - failingSince >= 2 * lateMs
  if (lasts && (await unlessUnavailable(schedule.add({ organizationId, at: lateEvaluationAt(now()) })))) {
    return log.warn(`${delivery} left to the next evaluation: ${faultOf(error)}`)
  }
  const retriedAfter = nextRetrySeconds(asked.retriedAfter ?? 0)
  const delaySeconds = jittered(retriedAfter, integrationId)
  await notifications.send(writeDelivery({ ...asked, failingSince, retriedAfter }), delaySeconds)
  log.warn(`${delivery} put off for ${delaySeconds} s: ${faultOf(error)}`)
}
