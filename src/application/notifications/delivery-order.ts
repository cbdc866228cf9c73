// Keeps the end of a thread behind its beginning, at targets that keep incidents: one that is ended first is opened after it, for ever.
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { Health } from '../../domain/notifications/health.ts'
import { type Notification, stageOf, threadOf } from '../../domain/notifications/messages/notification.ts'
import type { TargetKind } from '../../domain/notifications/targets/registry.ts'
import { keepsIncidents } from '../../domain/notifications/targets/targets.ts'
import type { Waiting } from '../../ports/outbox.ts'
import type { Judged } from './delivery-attempt.ts'

/** Whether a notification must not be sent to this kind of target as long as what opened its thread waits. */
export const followsOpener = (kind: TargetKind, { content }: Notification): boolean =>
  keepsIncidents(kind) && stageOf(content) === 'ends'

/** What opens the thread of a notification, or raises its level, if it is among these that wait. */
export const openerAmong = (waiting: readonly Waiting[], follower: Notification): Waiting | undefined =>
  waiting.find(
    ({ notification }) =>
      ['opens', 'continues'].includes(stageOf(notification.content) ?? '') &&
      threadOf(notification) === threadOf(follower),
  )

const waitsForOpener = 'waits until what it ends has arrived'

/** Postpones a notification until right after its opener is due, without an attempt of its own. */
export function postponedBehind(opener: Waiting, follower: Waiting, health: Health, at: Instant): Judged {
  const dueAt = Math.max(opener.dueAt, millisecondsOf(at)) + 1
  const notificationIds = [follower.notification.id]
  return {
    delivery: {
      attempt: { at, outcome: 'retry', error: waitsForOpener, latencyMs: null, notificationIds },
      health,
      arrived: [],
      waiting: [{ ...follower, dueAt, lastError: waitsForOpener }],
      failed: [],
    },
    kind: 'failed',
    restsUntil: 0,
  }
}
