// Attempts to deliver, as an integration's history shows them. Pure.
import * as v from 'valibot'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'

/** Attempts stored for an integration at most; the oldest go first. */
export const attemptsStoredMax = 100

/** One request to deliver some notifications. */
export const Attempt = v.object({
  at: Instant,
  outcome: v.picklist(['delivered', 'retry', 'failed', 'gone']),
  /** Why it failed, in words for people; null if it did not. */
  error: v.nullable(v.string()),
  /** How long the response took; null without one. */
  latencyMs: v.nullable(v.number()),
  notificationIds: v.pipe(v.array(Guid), v.readonly()),
  /** Of a target that takes replies: the message to which those of this thread reply, in the target's own terms. */
  message: v.optional(v.object({ thread: Guid, id: v.string() })),
})
export type Attempt = Readonly<v.InferOutput<typeof Attempt>>
