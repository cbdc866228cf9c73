// When evaluations happen: the times of schedule entries, and the message that sends one on its way.
import * as v from 'valibot'
import { Guid } from '../../domain/guid.ts'

/** EvaluationSchedule are due at whole multiples of this, so that many events of an organization make few schedule entries. */
export const bucketMs = 10_000

/** The first bucket's end at this time (Unix ms) or later. */
export const bucketEnd = (ms: number): number => Math.ceil(ms / bucketMs) * bucketMs

/** How long after an evaluation was sent on its way it is sent again, unless it was done. */
export const fallbackMs = 10 * 60_000
/** Evaluations of an organization that are sent within one such time have one schedule entry that stands for them. */
const fallbackBucketMs = 60_000

/**
 * The time of the schedule entry that stands for an evaluation due at `at` while it is on its way; both in Unix ms, as `now`. Beside
 * the whole buckets, so that it is told from the schedule entry of an evaluation that waits for its time.
 */
export const fallbackOf = (at: number, now: number): number =>
  Math.floor(Math.max(at, now) / fallbackBucketMs) * fallbackBucketMs + fallbackMs + 5

/** Asks for an evaluation at `at` (Unix ms) or later; when it is done, the schedule entry that stands for it is forgotten. */
export const EvaluationMessage = v.object({
  organizationId: Guid,
  at: v.optional(v.pipe(v.number(), v.safeInteger()), 0),
  fallback: v.optional(v.nullable(v.object({ at: v.pipe(v.number(), v.safeInteger()), version: v.string() })), null),
  /** How long it waited for this try, after an outage kept it from being done (seconds). */
  retriedAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
})
export type EvaluationMessage = v.InferOutput<typeof EvaluationMessage>

export const writeEvaluation = (message: EvaluationMessage): string => JSON.stringify(message)
