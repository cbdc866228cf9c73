// Notices to an organization's other integrations that one of them fails. Pure.
import type { Instant } from '../instant.ts'
import type { Health } from './health.ts'
import type { Integration } from './integration.ts'
import { type Notification, notificationId } from './messages/notification.ts'

/**
 * A notice for every other active integration; none while nothing fails. For the same failure, they are the same each
 * time, except for `at`.
 */
export function noticesOf(
  integrations: readonly Integration[],
  failing: Pick<Integration, 'id' | 'name'>,
  { failingSince, reason }: Health,
  at: Instant,
): readonly Notification[] {
  if (failingSince === null) return []
  const about = { id: failing.id, name: failing.name }
  const content = { kind: 'notice', about, failingSince, reason: reason ?? 'unknown' } as const
  return integrations
    .filter(({ id, state }) => id !== failing.id && state.kind === 'active')
    .map(({ id }) => ({ id: notificationId(id, content), at, integrationId: id, content }))
}
