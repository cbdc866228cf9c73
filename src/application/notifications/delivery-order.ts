// Keeps the notifications of a thread in order, at targets that keep incidents: one that is ended first is opened after it, for ever.
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { Health } from '../../domain/notifications/health.ts'
import { type Content, type Notification, stageOf, threadOf } from '../../domain/notifications/messages/notification.ts'
import type { TargetKind } from '../../domain/notifications/targets/registry.ts'
import { keepsIncidents } from '../../domain/notifications/targets/targets.ts'
import type { Waiting } from '../../ports/outbox.ts'
import type { Judged } from './delivery-attempt.ts'

/** Whether a notification must not be sent to this kind of target as long as others of its thread wait. */
export const followsOpener = (kind: TargetKind, { content }: Notification): boolean =>
  keepsIncidents(kind) && isFollower(content)

const isFollower = (content: Content): boolean => ['acknowledges', 'ends', 'reopens'].includes(stageOf(content) ?? '')

/**
 * What a notification must wait for, if it is among these: what opens its thread or raises the level, which quiet hours may have
 * held, and what people did to it before.
 */
export const openerAmong = (waiting: readonly Waiting[], { notification: follower }: Waiting): Waiting | undefined =>
  waiting.find(({ notification: other }) => {
    if (other.id === follower.id || threadOf(other) !== threadOf(follower)) return false
    return !isFollower(other.content) || other.at + other.id < follower.at + follower.id
  })

const waitsForOpener = 'waits until what comes before it in its thread has arrived'

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
