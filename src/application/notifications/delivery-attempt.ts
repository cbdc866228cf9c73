// What one attempt to deliver comes to: what arrived, what waits again, what failed for good, and how the integration is after it. Pure.
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import { type Health, healthAfter } from '../../domain/notifications/health.ts'
import type { Notification } from '../../domain/notifications/messages/notification.ts'
import { attemptsMax, type Outcome, outcomeOf, retryAfterMs } from '../../domain/notifications/retry.ts'
import { failureText } from '../../domain/notifications/targets/definition/responses.ts'
import type { TargetKind } from '../../domain/notifications/targets/registry.ts'
import type { Delivery, Failed, Waiting } from '../../ports/outbox.ts'
import type { SendOutcome } from '../../ports/sender.ts'
import { restMsMax } from './delivery-times.ts'

/** An attempt that was judged. */
export type Judged = {
  readonly delivery: Delivery
  /**
   * arrived; failed: for good, others may arrive; apart: a batch was refused for what it says, and each of it is to be tried
   * alone; again: the target fails for now, and is left alone until `restsUntil` (Unix ms) at the least; gone.
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
  const judged = tried.map((waiting) => ({ waiting, outcome: outcomeOf(target, sent, waiting.failures + 1, at) }))
  const outcomes = judged.map(({ outcome }) => outcome)
  const decisive = outcomes.find(({ kind }) => kind === 'retry') ?? outcomes[0] ?? { kind: 'delivered' }
  const isApart = decisive.kind === 'failed' && decisive.ofContent && tried.length > 1
  // The last try of one says nothing for the others: they need not fail as fast as they can.
  const isWornOut = decisive.kind === 'failed' && tried.some(({ failures }) => failures + 1 >= attemptsMax)
  const asked = sent.kind === 'response' ? retryAfterMs(sent.retryAfter, at) : 0
  const delivery: Delivery = {
    attempt: {
      at,
      outcome: decisive.kind,
      error: errorOf(decisive),
      latencyMs: sent.kind === 'response' ? sent.latencyMs : null,
      notificationIds: tried.map(({ notification }) => notification.id),
    },
    health: healthAfter(health, decisive, at),
    ...(isApart ? { arrived: [], waiting: [], failed: [] } : sorted(judged, at)),
  }
  return {
    delivery,
    kind: isApart ? 'apart' : isWornOut ? 'again' : kinds[decisive.kind],
    restsUntil: millisecondsOf(at) + (isWornOut ? restMsMax : asked),
  }
}

type Tried = { readonly waiting: Waiting; readonly outcome: Outcome }

/** What arrived, what waits again, and what failed for good. */
function sorted(tried: readonly Tried[], at: Instant): Pick<Delivery, 'arrived' | 'waiting' | 'failed'> {
  const arrived: Notification[] = []
  const again: Waiting[] = []
  const failed: Failed[] = []
  for (const { waiting, outcome } of tried) {
    const after = { ...waiting, failures: waiting.failures + 1, lastError: errorOf(outcome) }
    if (outcome.kind === 'delivered') arrived.push(waiting.notification)
    else if (outcome.kind === 'retry') again.push({ ...after, dueAt: millisecondsOf(outcome.at) })
    else failed.push({ ...after, failedAt: at })
  }
  return { arrived, waiting: again, failed }
}

const kinds = { delivered: 'arrived', retry: 'again', failed: 'failed', gone: 'gone' } as const

const errorOf = (outcome: Outcome): string | null =>
  outcome.kind === 'delivered' ? null : failureText(outcome.failure)

/** What puts away notifications of which none can be sent at all, without a try, and why. */
export const failAll = (waiting: readonly Waiting[], error: string, health: Health, at: Instant): Delivery => ({
  attempt: {
    at,
    outcome: 'failed',
    error,
    latencyMs: null,
    notificationIds: waiting.map(({ notification }) => notification.id),
  },
  health,
  arrived: [],
  waiting: [],
  failed: waiting.map((each) => ({ ...each, lastError: error, failedAt: at })),
})
