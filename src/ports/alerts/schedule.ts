// The ports that start evaluations: the schedule, and the queue.
import type { Guid } from '../../domain/guid.ts'
import type { HealthCheck } from '../health-check.ts'

/** An organization that must be looked at at this time (Unix ms). */
export type ScheduledEvaluation = { readonly organizationId: Guid; readonly at: number }

/** A schedule entry as it was noted; noted again, it has another version. */
export type ScheduleEntry = ScheduledEvaluation & { readonly version: string }

/** When each organization's alerts must be evaluated next. */
export type EvaluationSchedule = {
  /** Resolves once the organization is durably due at this time. Noted twice is noted once, under the later version. */
  readonly add: (entry: ScheduledEvaluation) => Promise<ScheduleEntry>
  /** What is due at this time (Unix ms) or before, earliest first, `limit` at most. */
  readonly due: (at: number, limit: number) => Promise<readonly ScheduleEntry[]>
  /** Resolves once these are not due any more; one that was noted again meanwhile stays due. */
  readonly cancel: (entries: readonly ScheduleEntry[]) => Promise<void>
}

/** Longest time that a message can wait, in seconds: 7 days. */
export const delaySecondsMax = 7 * 24 * 60 * 60

/** Organizations on their way to be evaluated. Delivers each message at least once, in no certain order; none expires. */
export type EvaluationQueue = HealthCheck & {
  /** Resolves once the message is kept durably; it is delivered no earlier than in so many seconds (0 to `delaySecondsMax`). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}
