// The result of one attempt to deliver: what arrived, what waits again, what failed for good, and the integration's health. Pure.
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import { type Health, healthAfter } from '../../domain/notifications/health.ts'
import type { Notification } from '../../domain/notifications/messages/notification.ts'
import { threadOf } from '../../domain/notifications/messages/threads.ts'
import { attemptsMax, type Outcome, outcomeOf, retryAfterMs } from '../../domain/notifications/retry.ts'
import { failureText } from '../../domain/notifications/targets/definition/responses.ts'
import type { TargetKind } from '../../domain/notifications/targets/registry.ts'
import { messageIdIn } from '../../domain/notifications/targets/targets.ts'
import type { Delivery, Failed, Waiting } from '../../ports/outbox.ts'
import type { SendOutcome } from '../../ports/sender.ts'
import { restMsMax } from './delivery-times.ts'

/** An attempt and what follows from it. */
export type Judged = {
  readonly delivery: Delivery
  /**
   * failed: for good, or postponed, but others may arrive; apart: the target refused a batch for its content, so each notification of it
   * is tried alone; again: the target fails for now, and rests until `restsUntil` (Unix ms) at least.
   */
  readonly kind: 'arrived' | 'failed' | 'apart' | 'again' | 'gone'
  readonly restsUntil: number
}

/**
 * Judges what came of a request with these notifications, at `at`. Each of them has its own number of attempts left. `replyTo` is the
 * message that they replied to.
 */
export function judge(
  target: TargetKind,
  tried: readonly Waiting[],
  sent: SendOutcome,
  health: Health,
  at: Instant,
  replyTo?: string,
): Judged {
  const judged = tried.map((waiting) => ({ waiting, outcome: outcomeOf(target, sent, waiting.failures + 1, at) }))
  const outcomes = judged.map(({ outcome }) => outcome)
  const decisive = outcomes.find(({ kind }) => kind === 'retry') ?? outcomes[0] ?? { kind: 'delivered' }
  const isApart = decisive.kind === 'failed' && decisive.ofContent && tried.length > 1
  // The last attempt of one says nothing about the others: they must not use up theirs in a row.
  const isWornOut = decisive.kind === 'failed' && tried.some(({ failures }) => failures + 1 >= attemptsMax)
  const asked = sent.kind === 'response' ? retryAfterMs(sent.retryAfter, at) : 0
  const delivery: Delivery = {
    attempt: {
      at,
      outcome: decisive.kind,
      error: errorOf(decisive),
      latencyMs: sent.kind === 'response' ? sent.latencyMs : null,
      notificationIds: tried.map(({ notification }) => notification.id),
      ...(decisive.kind === 'delivered' && messageOf(target, tried, sent, replyTo)),
    },
    health: healthAfter(health, decisive, at),
    ...(isApart ? { arrived: [], waiting: [], failed: [] } : sorted(judged, sent, at)),
  }
  return {
    delivery,
    kind: isApart ? 'apart' : isWornOut ? 'again' : kinds[decisive.kind],
    restsUntil: millisecondsOf(at) + (isWornOut ? restMsMax : asked),
  }
}

/** The message to which others of its thread reply, at a target that takes replies: the one that this one replied to, or itself. */
function messageOf(
  target: TargetKind,
  [first, ...others]: readonly Waiting[],
  sent: SendOutcome,
  replyTo: string | undefined,
): Pick<Delivery['attempt'], 'message'> {
  if (!first || others.length > 0 || sent.kind !== 'response') return {}
  const id = replyTo ?? messageIdIn(target, sent.body)
  return id === undefined ? {} : { message: { thread: threadOf(first.notification), id } }
}

type Tried = { readonly waiting: Waiting; readonly outcome: Outcome }

/** What arrived, what waits again, and what failed for good. */
function sorted(
  tried: readonly Tried[],
  sent: SendOutcome,
  at: Instant,
): Pick<Delivery, 'arrived' | 'waiting' | 'failed'> {
  const arrived: Notification[] = []
  const again: Waiting[] = []
  const failed: Failed[] = []
  for (const { waiting, outcome } of tried) {
    const notification = leftOf(waiting.notification, sent)
    const after = { ...waiting, notification, failures: waiting.failures + 1, lastError: errorOf(outcome) }
    if (outcome.kind === 'delivered') arrived.push(waiting.notification)
    else if (outcome.kind === 'retry') again.push({ ...after, dueAt: millisecondsOf(outcome.at) })
    else failed.push({ ...after, failedAt: at })
  }
  return { arrived, waiting: again, failed }
}

/** A notification for those whom it has not reached: a mail server may have refused some of its recipients alone. */
const leftOf = (notification: Notification, sent: SendOutcome): Notification =>
  sent.kind === 'response' && sent.refused ? { ...notification, recipients: [...sent.refused] } : notification

const kinds = { delivered: 'arrived', retry: 'again', failed: 'failed', gone: 'gone' } as const

const errorOf = (outcome: Outcome): string | null =>
  outcome.kind === 'delivered' ? null : failureText(outcome.failure)

/** Fails all of these without an attempt, since none can be sent; `error` says why. */
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
