// Deliveries as responses show them: an attempt, and a notification that failed for good. Pure.
import { eventTypeOf } from '../events/event-types.ts'
import type { Guid } from '../guid.ts'
import { formatInstant, type Instant } from '../instant.ts'
import type { Attempt } from './attempts.ts'
import type { Content, Notification } from './messages/notification.ts'

/** A notification that failed for good, and why. */
type Failed = {
  readonly notification: Notification
  readonly failures: number
  readonly failedAt: Instant
  readonly lastError: string | null
}

/** An attempt as responses show it. */
export const attemptView = ({ at, outcome, error, latencyMs, notificationIds }: Attempt) => ({
  object: 'delivery',
  at: formatInstant(at),
  outcome,
  error,
  latencyMs,
  notificationIds,
})

/** A failed notification as responses show it: its subject, and why it did not arrive. */
export const failedView = ({ notification: { id, at, content }, failures, failedAt, lastError }: Failed) => ({
  object: 'failedNotification',
  id,
  kind: content.kind,
  ...aboutOf(content),
  at: formatInstant(at),
  failedAt: formatInstant(failedAt),
  failures,
  error: lastError,
})

/** The alert, event or integration that a notification is about. */
function aboutOf(content: Content): { readonly aboutId: Guid | null; readonly aboutName: string | null } {
  switch (content.kind) {
    case 'alert':
    case 'resolved':
      return { aboutId: content.alert.id, aboutName: content.alert.title }
    case 'incident':
      return { aboutId: content.incident.id, aboutName: content.incident.title }
    case 'event': {
      const { id, type } = content.facts.event
      return { aboutId: id, aboutName: eventTypeOf(type)?.name ?? null }
    }
    case 'notice':
      return { aboutId: content.about.id, aboutName: content.about.name }
    case 'test':
      return { aboutId: null, aboutName: null }
  }
}
