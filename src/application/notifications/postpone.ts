// What becomes of an evaluation or a delivery that an outage has cut short: it comes again by a delayed message, whatever the host does.

import { Unavailable } from '../../ports/errors.ts'
import type { NotificationQueue } from '../../ports/outbox.ts'
import type { EvaluationQueue, EvaluationSchedule } from '../../ports/schedule.ts'
import { type EvaluationMessage, fallbackOf, writeEvaluation } from '../alerts/evaluation-times.ts'
import { faultOf } from '../fault.ts'
import { jittered, nextRetrySeconds } from '../ingest/retry.ts'
import { type DeliveryMessage, lateEvaluationAt, lateMs, writeDelivery } from './delivery-times.ts'

type Clocked = { readonly now: () => number }
/** Where a line for operators goes. */
type Log = { readonly warn: (line: string) => void }

/**
 * Sends an evaluation's message again, to be delivered later, and has the schedule entry that stands for it follow: so there is one of
 * either, however long the outage lasts. Rejects when the queue is out of reach, too: then the host delivers the message again.
 */
export async function postponeEvaluation(
  {
    schedule,
    evaluations,
    now,
  }: Clocked & {
    readonly schedule: Pick<EvaluationSchedule, 'add' | 'cancel'>
    readonly evaluations: Pick<EvaluationQueue, 'send'>
  },
  asked: EvaluationMessage,
  error: Unavailable,
  log: Log,
): Promise<void> {
  const { organizationId } = asked
  const retriedAfter = nextRetrySeconds(asked.retriedAfter ?? 0)
  const delaySeconds = jittered(retriedAfter, organizationId)
  const entry = { organizationId, at: fallbackOf(now() + delaySeconds * 1_000, now()) }
  const fallback = (await unlessOut(() => schedule.add(entry))) ?? asked.fallback
  await evaluations.send(writeEvaluation({ ...asked, retriedAfter, fallback }), delaySeconds)
  // Should the old one stay, there is one evaluation too many.
  const old = asked.fallback
  if (old && old !== fallback) await unlessOut(() => schedule.cancel([{ organizationId, ...old }]))
  log.warn(`evaluation of organization ${organizationId} put off for ${delaySeconds} s: ${faultOf(error)}`)
}

/**
 * Sends a delivery's message again, to be delivered later; of an outage that lasts, the organization's next evaluation does,
 * for which a schedule entry is noted, so that messages do not add up. Rejects when the queue is out of reach, too.
 */
export async function postponeDelivery(
  {
    schedule,
    notifications,
    now,
  }: Clocked & {
    readonly schedule: Pick<EvaluationSchedule, 'add'>
    readonly notifications: Pick<NotificationQueue, 'send'>
  },
  asked: DeliveryMessage,
  error: Unavailable,
  log: Log,
): Promise<void> {
  const { organizationId, integrationId, failingSince = now() } = asked
  const about = `delivery to integration ${integrationId} of organization ${organizationId}`
  const lasts = now() - failingSince >= 2 * lateMs
  if (lasts && (await unlessOut(() => schedule.add({ organizationId, at: lateEvaluationAt(now()) })))) {
    return log.warn(`${about} left to the next evaluation: ${faultOf(error)}`)
  }
  const retriedAfter = nextRetrySeconds(asked.retriedAfter ?? 0)
  const delaySeconds = jittered(retriedAfter, integrationId)
  await notifications.send(writeDelivery({ ...asked, failingSince, retriedAfter }), delaySeconds)
  log.warn(`${about} put off for ${delaySeconds} s: ${faultOf(error)}`)
}

/** What work resolves to; undefined when what it needs is out of reach. */
async function unlessOut<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Unavailable) return undefined
    throw error
  }
}
