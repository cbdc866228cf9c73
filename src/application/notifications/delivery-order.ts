// Keeps the notifications of a thread in order, at targets that keep incidents: one that is ended first is opened after it, for ever. And what replies to what.

import type { Guid } from '../../domain/guid.ts'
import { type Instant, millisecondsOf } from '../../domain/instant.ts'
import type { Health } from '../../domain/notifications/health.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { Content, Notification } from '../../domain/notifications/messages/notification.ts'
import { isFollowUp, stageOf, threadOf } from '../../domain/notifications/messages/threads.ts'
import type { TargetKind } from '../../domain/notifications/targets/registry.ts'
import { keepsIncidents, takesReplies } from '../../domain/notifications/targets/targets.ts'
import type { Outbox, Waiting } from '../../ports/outbox.ts'
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

/**
 * The message that these reply to at a target that takes replies: that of their thread, as far as recent attempts know it; undefined if
 * they open a thread, are several, or were tried before: the message may be gone.
 */
export async function repliedTo(
  outbox: Pick<Outbox, 'attemptsOf'>,
  { organizationId, integration }: { readonly organizationId: Guid; readonly integration: Integration },
  [first, ...others]: readonly Waiting[],
): Promise<string | undefined> {
  if (!first || others.length > 0 || first.failures > 0) return undefined
  if (!takesReplies(integration.target.kind) || !isFollowUp(first.notification.content)) return undefined
  const thread = threadOf(first.notification)
  const attempts = await outbox.attemptsOf(organizationId, integration.id)
  return attempts.find(({ message }) => message?.thread === thread)?.message?.id
}

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
