// The ports of events: the queue that leads to the store, and the store with its lists and its feed.
import type { AcceptedEvent, EventLog, StoredEvent } from '../domain/events/event.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { EventQuery } from '../domain/log/query.ts'
import type { HealthCheck } from './health-check.ts'

/** Events on their way to the store. Delivers each message at least once, in no certain order. */
export type EventQueue = HealthCheck & {
  /**
   * Resolves once every message is kept durably, to be delivered no earlier than in so many seconds (0 to `delaySecondsMax`;
   * absent: 0). A message lives until it is taken, however long that takes.
   */
  readonly enqueue: (messages: readonly string[], delaySeconds?: number) => Promise<void>
  /** Dead-letters a message that cannot be processed: keeps it, its bytes untouched, until somebody looks at it. */
  readonly deadLetter: (message: string | Uint8Array) => Promise<void>
  /** How many messages are dead letters, about: a message that is being moved may count or not. */
  readonly deadLetters: () => Promise<number>
}

/** Events found by a list, and where it goes on; null when nothing is left. */
export type EventPage = { readonly events: readonly StoredEvent[]; readonly next: Cursor | null }

/**
 * Events of the feed in order of arrival, the place after them, and whether more may be there already. `storedAt` is when
 * each event was stored (Unix ms), in the order of `events` and never falling.
 */
export type FeedPage = {
  readonly events: readonly StoredEvent[]
  readonly storedAt: readonly number[]
  readonly next: Cursor
  readonly more: boolean
}

/** Every event, once, for good. */
export type EventStore = HealthCheck & {
  /**
   * Resolves once every event is stored durably in its log, its indexes and its feed. An event whose id its log already
   * has is left as it is. Each event is stored whole or not at all, also when the call fails: repeat it then. An event that
   * cannot be stored fails the call, and no other event.
   */
  readonly append: (events: readonly AcceptedEvent[]) => Promise<void>
  /**
   * The events a query asks for, newest first to the millisecond (then by id), from after `after` on. Holds at most
   * `limit`; may hold fewer or, of a query with filters, none while `next` is there: reading ends after a bounded number of
   * events, wanted or not. An unknown log is an empty one.
   * Returns undefined when `after` is no position of this store.
   */
  readonly list: (query: EventQuery, limit: number, after: Cursor | null) => Promise<EventPage | undefined>
  /**
   * Events of a log in the order they were stored, from after `after` on: at most `limit`, maybe fewer, but never none while
   * there are more. Each event has a number, from 1 on without gaps, and none can be seen before those of lower numbers: so
   * whoever follows the feed passes over nothing and is given nothing twice. What `append` resolved for can be seen.
   * Returns undefined when `after` is no place in this log's feed.
   */
  readonly feed: (log: EventLog, limit: number, after: Cursor) => Promise<FeedPage | undefined>
  /** The place after the last event of a log that is stored now. */
  readonly end: (log: EventLog) => Promise<Cursor>
  /** The place before everything that was stored at this time (Unix ms) or later, by the clocks of those who stored it. */
  readonly cursorAt: (log: EventLog, ms: number) => Promise<Cursor>
}

/** The place before the first event of every feed. A place is the number of the last event before it, in decimal digits. */
export const feedStart: Cursor = '0'
