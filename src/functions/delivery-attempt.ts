// What one attempt to deliver comes to: what arrived, what waits again, what failed for good, and how the integration is after it. Pure.
import { type Instant, millisecondsOf } from '../domain/instant.ts'
import { type Health, healthAfter } from '../domain/notifications/health.ts'
import { failureInWords, type Reply } from '../domain/notifications/replies.ts'
import { askedWaitMs, type Outcome, outcomeOf } from '../domain/notifications/retry.ts'
import type { TargetKind } from '../domain/notifications/targets.ts'
import type { Delivery, Failed, SendOutcome, Waiting } from '../notification-ports.ts'

/** An attempt that was judged. */
export type Judged = {
  readonly delivery: Delivery
  /**
   * arrived; failed: for good, others may arrive; apart: a batch was refused for what it says, and each of it is to be tried
   * alone; again: later, and others had better wait too, until `restsUntil` (Unix ms) if the target asked for that; gone.
   */
  readonly kind: 'arrived' | 'failed' | 'apart' | 'again' | 'gone'
  readonly restsUntil: number
}

/** Judges the answer to a request that told of all these, the attempt ending at `at`. Each has its own number of tries left. */
export function judge(
  target: TargetKind,
  tried: readonly Waiting[],
  sent: SendOutcome,
  health: Health,
  at: Instant,
): Judged {
  const reply = replyOf(sent)
  const judged = tried.map((waiting) => ({ waiting, outcome: outcomeOf(target, reply, waiting.failures + 1, at) }))
  const outcomes = judged.map(({ outcome }) => outcome)
  const decisive = outcomes.find(({ kind }) => kind === 'retry') ?? outcomes[0] ?? { kind: 'delivered' }
  const isApart = decisive.kind === 'failed' && decisive.ofContent && tried.length > 1
  const delivery: Delivery = {
    attempt: {
      ...{ at, outcome: decisive.kind, error: errorOf(decisive) },
      latencyMs: sent.kind === 'answered' ? sent.latencyMs : null,
      notificationIds: tried.map(({ notification }) => notification.id),
    },
    health: healthAfter(health, decisive, at),
    arrived: judged.flatMap(({ waiting, outcome }) => (outcome.kind === 'delivered' ? [waiting.notification] : [])),
    waiting: judged.flatMap(({ waiting, outcome }) =>
      outcome.kind === 'retry' ? [waitingAgain(waiting, outcome)] : [],
    ),
    failed: isApart
      ? []
      : judged.flatMap(({ waiting, outcome }) =>
          outcome.kind === 'failed' || outcome.kind === 'gone' ? [failedAt(waiting, at, errorOf(outcome))] : [],
        ),
  }
  const asked = reply.kind === 'status' ? askedWaitMs(reply.retryAfter, at) : 0
  return { delivery, kind: isApart ? 'apart' : kinds[decisive.kind], restsUntil: millisecondsOf(at) + asked }
}

const kinds = { delivered: 'arrived', retry: 'again', failed: 'failed', gone: 'gone' } as const

const errorOf = (outcome: Outcome): string | null =>
  outcome.kind === 'delivered' ? null : failureInWords(outcome.failure)

const waitingAgain = (waiting: Waiting, outcome: Extract<Outcome, { kind: 'retry' }>): Waiting => ({
  ...waiting,
  ...{ failures: waiting.failures + 1, dueAt: millisecondsOf(outcome.at), lastError: errorOf(outcome) },
})

const failedAt = (waiting: Waiting, at: Instant, error: string | null): Failed => ({
  ...waiting,
  ...{ failures: waiting.failures + 1, lastError: error, failedAt: at },
})

/** The answer in the words of the domain. */
function replyOf(sent: SendOutcome): Reply {
  if (sent.kind !== 'answered') return sent
  const { status, retryAfter, body } = sent
  return { kind: 'status', status, retryAfter, body }
}

/** Puts away what was never tried, as nothing of it could arrive, and why. The health says so too where it is to blame. */
export const putAway = (waiting: readonly Waiting[], error: string, health: Health, at: Instant): Delivery => ({
  attempt: {
    ...{ at, outcome: 'failed', error, latencyMs: null },
    notificationIds: waiting.map(({ notification }) => notification.id),
  },
  ...{ health, arrived: [], waiting: [] },
  failed: waiting.map((each) => ({ ...each, lastError: error, failedAt: at })),
})
