// The ports of notifications until they are delivered: the outbox by its roles, and the queue that starts deliveries.
import type { Guid } from '../domain/guid.ts'
import type { Instant } from '../domain/instant.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { Attempt } from '../domain/notifications/attempts.ts'
import type { Health } from '../domain/notifications/health.ts'
import type { Notification } from '../domain/notifications/messages/notification.ts'
import type { HealthCheck } from './health-check.ts'

/** A notification that has not been delivered: due at `dueAt` (Unix ms), after so many failed attempts; `lastError` is the last failure. */
export type Waiting = {
  readonly notification: Notification
  readonly failures: number
  readonly dueAt: number
  readonly lastError: string | null
}

/** A notification that failed for good, stored until it is replayed or its integration is removed. */
export type Failed = Waiting & { readonly failedAt: Instant }

/** The right to deliver to an integration, until a time; opaque. */
export type Lease = { readonly organizationId: Guid; readonly integrationId: Guid; readonly version: string }

/**
 * What an attempt changes. It is stored whole or not at all as long as it fits in one transaction; if a larger one is cut
 * short, some delivered notifications may be gone while the rest still waits and is sent again.
 */
export type Delivery = {
  readonly attempt: Attempt
  readonly health: Health
  /** Of the notifications of the attempt: which were delivered, which wait for another attempt, and which failed for good. */
  readonly arrived: readonly Notification[]
  readonly waiting: readonly Waiting[]
  readonly failed: readonly Failed[]
}

/** The notifications that wait for each integration. */
type OutboxQueue = {
  /** Resolves once all of them wait durably, each due at its own `at`. One that waits already, by integration, `at` and id, stays as it is. */
  readonly add: (organizationId: Guid, notifications: readonly Notification[]) => Promise<void>
  /** When the first notification that waits for an integration is due (Unix ms); undefined if none waits. */
  readonly nextDue: (organizationId: Guid, integrationId: Guid) => Promise<number | undefined>
  /** What is due for an integration by this time (Unix ms), in order of `at`, then id; `limit` at most. */
  readonly due: (organizationId: Guid, integrationId: Guid, at: number, limit: number) => Promise<readonly Waiting[]>
}

/** Who may deliver: one process at a time to each integration. */
type DeliveryLeases = {
  /** Takes the lease until `until`; undefined if another process holds it at `now` (both Unix ms). */
  readonly acquireLease: (
    organizationId: Guid,
    integrationId: Guid,
    now: number,
    until: number,
  ) => Promise<Lease | undefined>
  /** The integrations of an organization whose lease is held at `now` (Unix ms). */
  readonly leased: (organizationId: Guid, now: number) => Promise<readonly Guid[]>
  /** Gives the lease back; without effect if it was lost. */
  readonly releaseLease: (lease: Lease) => Promise<void>
}

/** What came of each attempt to deliver. */
type DeliveryAttempts = {
  /** Resolves once the attempt is stored, to the lease to go on with; undefined, and nothing stored, if the lease was lost. */
  readonly recordAttempt: (lease: Lease, delivery: Delivery) => Promise<Lease | undefined>
  /** The last attempts, newest first; `limit` at most, or without one all that are stored (`attemptsStoredMax`). */
  readonly attemptsOf: (organizationId: Guid, integrationId: Guid, limit?: number) => Promise<readonly Attempt[]>
  /** What failed for good, newest first, starting after `after`; undefined if that is no cursor of this list. */
  readonly failedOf: (
    organizationId: Guid,
    integrationId: Guid,
    limit: number,
    after: Cursor | null,
  ) => Promise<{ readonly failed: readonly Failed[]; readonly next: Cursor | null } | undefined>
  /** Lets one notification that failed for good wait again, due at `now` and with no failures, or all of them; resolves to how many. */
  readonly replay: (organizationId: Guid, integrationId: Guid, id: Guid | 'all', now: number) => Promise<number>
}

/** Whether each integration works. */
type IntegrationHealth = {
  /** The health stored by the last attempt; `untried` without one. */
  readonly healthOf: (organizationId: Guid, integrationId: Guid) => Promise<Health>
  /** Resolves once it is stored that the others were notified of an integration's failures. */
  readonly recordNotified: (organizationId: Guid, integrationId: Guid) => Promise<void>
}

/** Everything about the notifications of every organization's integrations. */
export type Outbox = HealthCheck &
  OutboxQueue &
  DeliveryLeases &
  DeliveryAttempts &
  IntegrationHealth & {
    /** Resolves once nothing of an integration is left: neither notifications nor attempts nor health. */
    readonly forget: (organizationId: Guid, integrationId: Guid) => Promise<void>
  }

/** Integrations to deliver to. Delivers each message at least once. */
export type NotificationQueue = HealthCheck & {
  /** Resolves once the message is stored durably; it is delivered no earlier than in so many seconds (0 to 7 days). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}
