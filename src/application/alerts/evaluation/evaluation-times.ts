// When evaluations happen: the times of schedule entries, and the message that starts an evaluation.
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'

/** Schedule entries are due at whole multiples of this, so that many events of an organization make few entries. */
const bucketMs = 10_000

/** The first bucket's end at this time (Unix ms) or later. */
export const bucketEnd = (ms: number): number => Math.ceil(ms / bucketMs) * bucketMs

/** How long after its message was sent an evaluation is started again, unless it was done. */
const fallbackMs = 10 * 60_000
/** Messages for an organization that are sent within one such time share one fallback entry. */
const fallbackBucketMs = 60_000

/**
 * The time of the schedule entry that starts an evaluation due at `at` again if its message is lost; all in Unix ms. It lies
 * beside the whole buckets, which distinguishes it from the entry of an evaluation that waits for its time.
 */
export const fallbackOf = (at: number, now: number): number =>
  Math.floor(Math.max(at, now) / fallbackBucketMs) * fallbackBucketMs + fallbackMs + 5

/** Asks for an evaluation at `at` (Unix ms) or later; once it is done, its fallback entry is cancelled. */
export const EvaluationMessage = v.object({
  organizationId: Guid,
  at: v.optional(v.pipe(v.number(), v.safeInteger()), 0),
  fallback: v.optional(v.nullable(v.object({ at: v.pipe(v.number(), v.safeInteger()), version: v.string() })), null),
  /** How long it waited for this attempt after an outage (seconds). */
  retriedAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
})
export type EvaluationMessage = v.InferOutput<typeof EvaluationMessage>

export const writeEvaluation = (message: EvaluationMessage): string => JSON.stringify(message)
