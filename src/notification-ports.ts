// What notifications need of the world, with the promises each part must keep: integrations, what waits for them, a sender, and a box for secrets.
import type { Position } from './domain/continuation.ts'
import type { Guid } from './domain/guid.ts'
import type { Instant } from './domain/instant.ts'
import type { Health } from './domain/notifications/health.ts'
import type { Integration, IntegrationsChange } from './domain/notifications/integration.ts'
import type { Notification } from './domain/notifications/notification.ts'
import type { Checked } from './ports.ts'

/** The integrations of every organization. */
export type Integrations = Checked & {
  /**
   * An organization's integrations in the order they were made; none for an unknown organization. What was changed is read at
   * once. Damaged ones are left out, and stay as they are when others are changed.
   */
  readonly integrationsOf: (organizationId: Guid) => Promise<readonly Integration[]>
  /** An organization's integrations that are stored and cannot be read. */
  readonly damagedOf: (organizationId: Guid) => Promise<readonly Guid[]>
  /** Resolves once a damaged integration is gone; any other is left alone. */
  readonly removeDamaged: (organizationId: Guid, id: Guid) => Promise<void>
  /**
   * Resolves once the integrations are durably what `change` made of them, and with what it said; a refusal changes
   * nothing. `change` is asked again, with the newer ones, when another call was faster: no change undoes another. When
   * this fails, the change may have been made.
   */
  readonly change: (
    organizationId: Guid,
    change: (known: readonly Integration[]) => IntegrationsChange,
  ) => Promise<IntegrationsChange>
}

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
export const attemptsKeptMax = 100

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
export type Outbox = Checked & {
  /** Resolves once all of them wait durably, due at their own `at`. One that waits for its integration already, by `at` and id, is left as it is. */
  readonly add: (organizationId: Guid, notifications: readonly Notification[]) => Promise<void>
  /** When the first notification that waits for an integration is due (Unix ms); undefined when none waits. */
  readonly nextDue: (organizationId: Guid, integrationId: Guid) => Promise<number | undefined>
  /** What is due for an integration at this time (Unix ms) or before, in order of `at`, then id; `limit` at most. */
  readonly due: (organizationId: Guid, integrationId: Guid, at: number, limit: number) => Promise<readonly Waiting[]>
  /** Takes the right to deliver until `until`; undefined while somebody else has it at `now` (both Unix ms). */
  readonly lease: (organizationId: Guid, integrationId: Guid, now: number, until: number) => Promise<Lease | undefined>
  /** The integrations of an organization that somebody has the right to deliver to at `now` (Unix ms). */
  readonly leased: (organizationId: Guid, now: number) => Promise<readonly Guid[]>
  /** Gives the right back; without effect when it was lost. */
  readonly release: (lease: Lease) => Promise<void>
  /** Resolves once what came of an attempt is stored, to the lease to go on with; undefined, and nothing stored, when it was lost. */
  readonly settle: (lease: Lease, delivery: Delivery) => Promise<Lease | undefined>
  readonly healthOf: (organizationId: Guid, integrationId: Guid) => Promise<Health>
  /** Keeps that others were told of an integration's failures. */
  readonly noteNoticed: (organizationId: Guid, integrationId: Guid) => Promise<void>
  /** The last attempts, newest first. */
  readonly attemptsOf: (organizationId: Guid, integrationId: Guid) => Promise<readonly Attempt[]>
  /** What failed for good, newest first, from after `after` on; undefined when that is no position. */
  readonly failedOf: (
    organizationId: Guid,
    integrationId: Guid,
    limit: number,
    after: Position | null,
  ) => Promise<{ readonly failed: readonly Failed[]; readonly next: Position | null } | undefined>
  /** Lets one notification that failed for good wait again, due now and with no failures, or all of them; resolves to how many. */
  readonly replay: (organizationId: Guid, integrationId: Guid, id: Guid | 'all', now: number) => Promise<number>
  /** Resolves once nothing of an integration is left: what waits, what failed, its attempts and its health. */
  readonly forget: (organizationId: Guid, integrationId: Guid) => Promise<void>
}

/** Integrations on their way to be delivered to. Delivers each message at least once. */
export type NotificationQueue = Checked & {
  /** Resolves once the message is kept durably; it is delivered no earlier than in so many seconds (0 to 7 days). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}

/** A request to a destination that somebody named. */
export type SendRequest = {
  readonly method: 'POST'
  readonly url: string
  /** Everything but `host`, `content-length` and the like, which are the sender's to say. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Why a request was not sent at all; trying again changes it only when the name's addresses do. */
export type SendRefusal =
  | 'url-invalid'
  | 'not-https'
  | 'credentials-in-url'
  | 'address-not-public'
  /** A header's name or value that would not arrive as the one header it is, or one that is the sender's to say. */
  | 'header-invalid'

/** What came of a request. None of it but the answer itself is made of texts of the request or of its target. */
export type SendOutcome =
  | {
      readonly kind: 'answered'
      /** Any status at all, redirects among them: nothing is followed. */
      readonly status: number
      /** The header as it came. */
      readonly retryAfter: string | null
      /** The first `answerBytesMax` bytes at most, or fewer when the rest did not come; what is no UTF-8 in them is replaced. */
      readonly body: string
      readonly latencyMs: number
    }
  /** No answer's head came; `code` is an error code of Node, OpenSSL or the resolver, `UNKNOWN` without one. */
  | { readonly kind: 'network'; readonly code: string }
  /** The time ran out before an answer's head was there; the target may have taken the request. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'refused-address'; readonly reason: SendRefusal }

/** Most bytes that are read of an answer's body. */
export const answerBytesMax = 4_096

/** Sends to addresses that anybody may name, and so to none that only we can reach. */
export type Sender = {
  /**
   * Sends once, in 15 s at most, and says what came of it. Never rejects, whatever the target does. Only https, and only
   * where every address of the host is a public one at that moment.
   */
  readonly send: (request: SendRequest) => Promise<SendOutcome>
}

/** Keeps texts that nobody must read where they are stored. Everything in it is synchronous and needs nothing but its keys. */
export type SecretBox = {
  /**
   * A text that only this box opens, and only for the same `context`: name in it whose secret this is and which one, so
   * that no sealed text does in another's place. Sealed twice, the same secret gives two texts.
   */
  readonly seal: (plain: string, context: string) => string
  /** What was sealed; undefined when the text is damaged, was sealed for another context, or its key is not here any more. */
  readonly open: (sealed: string, context: string) => string | undefined
  /** Whether a text was sealed with the key that seals now; others should be opened and sealed again. */
  readonly isCurrent: (sealed: string) => boolean
}
