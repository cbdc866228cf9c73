// Whether an integration works: unhealthy after a day of nothing but failures, of which others are notified once. Pure.
import * as v from 'valibot'
import { Instant, millisecondsOf } from '../instant.ts'
import type { Outcome } from './retry.ts'
import { failureText } from './targets/definition/responses.ts'

/** How long an integration must do nothing but fail to be unhealthy. */
export const unhealthyAfterMs = 24 * 3_600_000

/** `failingSince`: the first failure after the last success; `notified`: the other integrations were notified of it. */
export const Health = v.object({
  failingSince: v.nullable(Instant),
  lastSuccessAt: v.nullable(Instant),
  /** The last failure since then, in words. */
  reason: v.nullable(v.string()),
  notified: v.boolean(),
})
export type Health = Readonly<v.InferOutput<typeof Health>>

/** The health of an integration that was never used. */
export const untried: Health = { failingSince: null, lastSuccessAt: null, reason: null, notified: false }

/** The health after an attempt that ended at `now`. */
export function healthAfter(health: Health, outcome: Outcome, now: Instant): Health {
  if (outcome.kind === 'delivered') return { failingSince: null, lastSuccessAt: now, reason: null, notified: false }
  return { ...health, failingSince: health.failingSince ?? now, reason: failureText(outcome.failure) }
}

/** Whether it has failed for `unhealthyAfterMs` or longer. */
export const isUnhealthy = ({ failingSince }: Health, now: Instant): boolean =>
  failingSince !== null && millisecondsOf(now) - millisecondsOf(failingSince) >= unhealthyAfterMs

/** Whether the other integrations must be notified: once each time it becomes unhealthy. Store `markNotified` afterwards. */
export const isNoticeDue = (health: Health, now: Instant): boolean => !health.notified && isUnhealthy(health, now)

/** The health of an integration once the others were notified of its failures. */
export const markNotified = (health: Health): Health => ({ ...health, notified: true })
