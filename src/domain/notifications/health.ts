// Whether an integration works: unhealthy after a day of failures alone, of which others are told once; a success heals it. Pure.
import * as v from 'valibot'
import { formatInstant, Instant, millisecondsOf } from '../instant.ts'
import type { Outcome } from './retry.ts'
import { failureInWords } from './targets/definition/responses.ts'

/** How long nothing but failures make an integration unhealthy. */
export const unhealthyAfterMs = 24 * 3_600_000

/** `failingSince`: the first failure after the last success; `notified`: others were told of it. */
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
  return { ...health, failingSince: health.failingSince ?? now, reason: failureInWords(outcome.failure) }
}

/** Whether it has failed for `unhealthyAfterMs` or longer. */
export const isUnhealthy = ({ failingSince }: Health, now: Instant): boolean =>
  failingSince !== null && millisecondsOf(now) - millisecondsOf(failingSince) >= unhealthyAfterMs

/** Whether others are to be told: once for each time that it becomes unhealthy. Keep `notified` once they are. */
export const isNoticeDue = (health: Health, now: Instant): boolean => !health.notified && isUnhealthy(health, now)

/** The health of an integration of whose failures others were told. */
export const markNotified = (health: Health): Health => ({ ...health, notified: true })

/** Health as answers show it. */
export const healthView = (health: Health, now: Instant) => ({
  status: statusOf(health, now),
  failingSince: health.failingSince && formatInstant(health.failingSince),
  lastSuccessAt: health.lastSuccessAt && formatInstant(health.lastSuccessAt),
  reason: health.reason,
})

function statusOf(health: Health, now: Instant): 'untried' | 'healthy' | 'failing' | 'unhealthy' {
  if (health.failingSince === null) return health.lastSuccessAt === null ? 'untried' : 'healthy'
  return isUnhealthy(health, now) ? 'unhealthy' : 'failing'
}
