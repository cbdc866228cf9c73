// Postpones an evaluation that an outage cut short, by a delayed message: the host's own redelivery would end in a poison queue.

import type { EvaluationQueue, EvaluationSchedule } from '../../../ports/alerts/schedule.ts'
import { type Unavailable, unlessUnavailable } from '../../../ports/errors.ts'
import { faultOf } from '../../fault.ts'
import { jittered, nextRetrySeconds } from '../../outage-backoff.ts'
import { type EvaluationMessage, fallbackOf, writeEvaluation } from './evaluation-times.ts'

type PostponePorts = {
  readonly schedule: Pick<EvaluationSchedule, 'add' | 'cancel'>
  readonly evaluations: Pick<EvaluationQueue, 'send'>
  readonly now: () => number
}

/**
 * Sends an evaluation's message again, delayed, and moves its fallback entry in the schedule along: there is one of either,
 * however long the outage lasts. Rejects if the queue is out as well: then the host delivers the message again.
 */
export async function postponeEvaluation(
  { schedule, evaluations, now }: PostponePorts,
  asked: EvaluationMessage,
  error: Unavailable,
  log: { readonly warn: (line: string) => void },
): Promise<void> {
  const { organizationId } = asked
  const retriedAfter = nextRetrySeconds(asked.retriedAfter ?? 0)
  const delaySeconds = jittered(retriedAfter, organizationId)
  const entry = { organizationId, at: fallbackOf(now() + delaySeconds * 1_000, now()) }
  const fallback = (await unlessUnavailable(schedule.add(entry))) ?? asked.fallback
  await evaluations.send(writeEvaluation({ ...asked, retriedAfter, fallback }), delaySeconds)
  // If the old entry stays, there is one evaluation too many.
  const old = asked.fallback
  if (old && old !== fallback) await unlessUnavailable(schedule.cancel([{ organizationId, ...old }]))
  log.warn(`evaluation of organization ${organizationId} put off for ${delaySeconds} s: ${faultOf(error)}`)
}
