// The retry schedule, and what follows from an attempt to deliver: delivered, retried later, failed for good, or gone. Pure.
import { httpDateMs } from '../http-date.ts'
import { type Instant, instantAt, millisecondsOf } from '../instant.ts'
import type { Failure, RequestOutcome } from './targets/definition/responses.ts'
import type { TargetKind } from './targets/registry.ts'
import { verdictOf } from './targets/targets.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** How long after each failed attempt the next follows; after the last of these a notification has failed for good. */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]
/** Attempts of one notification at most. */
export const attemptsMax = retryDelaysMs.length + 1
/** Longest wait that a target can ask for. */
export const retryAfterMaxMs = 24 * hourMs

/**
 * What follows from an attempt. failed: for good, stored for people to replay; `ofContent`: the target refused what the
 * request said, so each notification of a batch must be tried alone. gone: disable the integration, store the notification.
 */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: Instant; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly ofContent: boolean }
  | { readonly kind: 'gone'; readonly failure: Failure }

/**
 * What follows from the `attempt`th attempt (counted from 1), which ended at `now`. The next is never sooner than the
 * schedule says, nor than the target asks for (`Retry-After`, RFC 9110 section 10.2.3), up to `retryAfterMaxMs`.
 */
export function outcomeOf(target: TargetKind, result: RequestOutcome, attempt: number, now: Instant): Outcome {
  const verdict = verdictOf(target, result)
  if (verdict.kind === 'delivered' || verdict.kind === 'gone') return verdict
  const { failure } = verdict
  if (verdict.kind === 'final') return { kind: 'failed', failure, ofContent: verdict.ofContent }

  const delayMs = retryDelaysMs[attempt - 1]
  if (delayMs === undefined) return { kind: 'failed', failure, ofContent: false }
  const askedMs = result.kind === 'response' ? retryAfterMs(result.retryAfter, now) : 0
  return { kind: 'retry', at: instantAt(millisecondsOf(now) + Math.max(delayMs, askedMs)), failure }
}

/** How long a `Retry-After` asks to wait, in milliseconds: it is seconds or an HTTP date in any form. `retryAfterMaxMs` at most; 0 for any other text, or a past date. */
export function retryAfterMs(retryAfter: string | null, now: Instant): number {
  const text = retryAfter?.trim() ?? ''
  return Math.min(Math.max(askedMs(text, now), 0), retryAfterMaxMs)
}

function askedMs(text: string, now: Instant): number {
  if (/^\d+$/.test(text)) return Number(text) * secondMs
  return (httpDateMs(text, now) ?? 0) - millisecondsOf(now)
}
