// The ports of notifications on their way: the outbox and its queue.
import type { Guid } from '../domain/guid.ts'
import type { Instant } from '../domain/instant.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { Health } from '../domain/notifications/health.ts'
import type { Notification } from '../domain/notifications/messages/notification.ts'
import type { HealthCheck } from './health-check.ts'

/** A notification that has not arrived; due at `dueAt` (Unix ms), after so many failed tries, the last of which said why. */
export type Waiting = {
  readonly notification: Notification
  readonly failures: number
  readonly dueAt: number
  readonly lastError: string | null
}

/** A notification that failed for good, kept until it is replayed or its integration is taken away. */
export type Failed = Waiting & { readonly failedAt: Instant }

/** One try to deliver some notifications: what came of it, in the words for people, and how long it took. */
export type Attempt = {
  readonly at: Instant
  readonly outcome: 'delivered' | 'retry' | 'failed' | 'gone'
  /** Why it failed; null when it did not. */
  readonly error: string | null
  readonly latencyMs: number | null
  readonly notificationIds: readonly Guid[]
}

/** Most attempts that are kept of an integration; the oldest go first. */
export const attemptsStoredMax = 100

/** The right to deliver to an integration, for whoever took it and until a time; opaque. */
export type Lease = { readonly organizationId: Guid; readonly integrationId: Guid; readonly version: string }

/**
 * What an attempt changes. Stored whole or not at all while it fits in one transaction; of a larger one that is cut short,
 * what arrived may be gone and the rest still waits: it is sent again.
 */
export type Delivery = {
  readonly attempt: Attempt
  readonly health: Health
  /** Of those that were tried: what arrived, what waits again, and what failed for good. */
  readonly arrived: readonly Notification[]
  readonly waiting: readonly Waiting[]
  readonly failed: readonly Failed[]
}

/** What waits for the integrations of every organization, and what became of it. */
export type Outbox = HealthCheck & {
  /** Resolves once all of them wait durably, due at their own `at`. One that waits for its integration already, by `at` and id, is left as it is. */
  readonly add: (organizationId: Guid, notifications: readonly Notification[]) => Promise<void>
  /** When the first notification that waits for an integration is due (Unix ms); undefined when none waits. */
  readonly nextDue: (organizationId: Guid, integrationId: Guid) => Promise<number | undefined>
  /** What is due for an integration at this time (Unix ms) or before, in order of `at`, then id; `limit` at most. */
  readonly due: (organizationId: Guid, integrationId: Guid, at: number, limit: number) => Promise<readonly Waiting[]>
  /** Takes the right to deliver until `until`; undefined while somebody else has it at `now` (both Unix ms). */
  readonly acquireLease: (
    organizationId: Guid,
    integrationId: Guid,
    now: number,
    until: number,
  ) => Promise<Lease | undefined>
  /** The integrations of an organization that somebody has the right to deliver to at `now` (Unix ms). */
  readonly leased: (organizationId: Guid, now: number) => Promise<readonly Guid[]>
  /** Gives the right back; without effect when it was lost. */
  readonly releaseLease: (lease: Lease) => Promise<void>
  /** Resolves once what came of an attempt is stored, to the lease to go on with; undefined, and nothing stored, when it was lost. */
  readonly recordAttempt: (lease: Lease, delivery: Delivery) => Promise<Lease | undefined>
  readonly healthOf: (organizationId: Guid, integrationId: Guid) => Promise<Health>
  /** Keeps that others were told of an integration's failures. */
  readonly recordNotified: (organizationId: Guid, integrationId: Guid) => Promise<void>
  /** The last attempts, newest first. */
  readonly attemptsOf: (organizationId: Guid, integrationId: Guid) => Promise<readonly Attempt[]>
  /** What failed for good, newest first, from after `after` on; undefined when that is no position. */
  readonly failedOf: (
    organizationId: Guid,
    integrationId: Guid,
    limit: number,
    after: Cursor | null,
  ) => Promise<{ readonly failed: readonly Failed[]; readonly next: Cursor | null } | undefined>
  /** Lets one notification that failed for good wait again, due now and with no failures, or all of them; resolves to how many. */
  readonly replay: (organizationId: Guid, integrationId: Guid, id: Guid | 'all', now: number) => Promise<number>
  /** Resolves once nothing of an integration is left: what waits, what failed, its attempts and its health. */
  readonly forget: (organizationId: Guid, integrationId: Guid) => Promise<void>
}

/** Integrations on their way to be delivered to. Delivers each message at least once. */
export type NotificationQueue = HealthCheck & {
  /** Resolves once the message is kept durably; it is delivered no earlier than in so many seconds (0 to 7 days). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}
