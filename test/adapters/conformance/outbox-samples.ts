// Notifications and what comes of them, for tests of outboxes: short to write, whole in form.
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Attempt } from '../../../src/domain/notifications/attempts.ts'
import type { Health } from '../../../src/domain/notifications/health.ts'
import type { Content, Notification } from '../../../src/domain/notifications/messages/notification.ts'
import type { Delivery, Failed, Outbox, Waiting } from '../../../src/ports/outbox.ts'
import { event, guid } from '../../support/events.ts'

/** When the tests' time starts, in Unix ms. */
export const start = Date.UTC(2026, 10, 20)
/** Later than anything that waits in tests. */
export const never = Date.UTC(9000, 0)

let organizations = 0x4000
/** An organization that no other test uses. */
export const newOrganization = (): Guid => guid(++organizations, 'c')
export const slack = guid(1, '6')
export const splunk = guid(2, '6')

export const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)

/** The notification of this number, made so many ms after the start, for Slack unless the test says otherwise. */
export const notification = (number: number, members: Partial<Notification> = {}): Notification => ({
  id: guid(number, '5'),
  at: instantAt(start + number),
  integrationId: slack,
  content: { kind: 'test' },
  ...members,
})

/** A content with this text in it. */
export const saying = (userName: string): Content => {
  return { kind: 'event', facts: { event: event(), fields: { type: 1107 }, userName, userEmail: null, userRole: null } }
}

/** A notification as it waits when it was added, unless the test says otherwise. */
export const waiting = (number: number, members: Partial<Waiting> = {}): Waiting => ({
  notification: notification(number),
  failures: 0,
  dueAt: start + number,
  lastError: null,
  ...members,
})

/** A notification that failed for good, so many ms after the start. */
export const failed = (number: number, failedAt = number, members: Partial<Failed> = {}): Failed => ({
  ...waiting(number, { failures: 10, lastError: 'the target answered 400' }),
  failedAt: instantAt(start + failedAt),
  ...members,
})

export const attempt = (ms: number, members: Partial<Attempt> = {}): Attempt => ({
  at: instantAt(start + ms),
  outcome: 'delivered',
  error: null,
  latencyMs: 25,
  notificationIds: [guid(1, '5')],
  message: { thread: guid(1, '3'), id: '1503435956.000247' },
  ...members,
})

export const failing: Health = {
  failingSince: instantAt(start),
  lastSuccessAt: null,
  reason: 'the target answered 500',
  notified: false,
}

/** A delivery of nothing, so many ms after the start, unless the test says otherwise. */
export const delivery = (ms: number, members: Partial<Delivery> = {}): Delivery => ({
  attempt: attempt(ms),
  health: failing,
  arrived: [],
  waiting: [],
  failed: [],
  ...members,
})

/** Takes the lease of an integration, which must be free, for a minute from the start on. */
export async function leased(outbox: Outbox, organizationId: Guid, integrationId = slack) {
  const lease = await outbox.acquireLease(organizationId, integrationId, start, start + 60_000)
  if (!lease) throw new Error('another process has the lease')
  return lease
}

/** Takes the lease, stores a delivery and gives the lease back. */
export async function recorded(outbox: Outbox, organizationId: Guid, made: Delivery, integrationId = slack) {
  const lease = await outbox.recordAttempt(await leased(outbox, organizationId, integrationId), made)
  if (!lease) throw new Error('the lease was lost')
  await outbox.releaseLease(lease)
}

/** All that failed for good, page by page. */
export async function allFailed(outbox: Outbox, organizationId: Guid, limit = 1_000, integrationId = slack) {
  const pages: (readonly Failed[])[] = []
  let after: string | null = null
  do {
    const page = await outbox.failedOf(organizationId, integrationId, limit, after)
    if (!page) throw new Error('no cursor')
    pages.push(page.failed)
    after = page.next
  } while (after !== null)
  return pages
}

/** All that an outbox says of an integration, but for who may deliver to it. */
export async function contentOf(outbox: Outbox, organizationId: Guid, integrationId = slack) {
  return {
    waiting: await outbox.due(organizationId, integrationId, never, 10_000),
    failed: (await allFailed(outbox, organizationId, 1_000, integrationId)).flat(),
    attempts: await outbox.attemptsOf(organizationId, integrationId),
    health: await outbox.healthOf(organizationId, integrationId),
  }
}
