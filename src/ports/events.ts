// The ports of events: the queue that feeds the store, and the store with its lists and its feed.
import type { AcceptedEvent, EventLog, StoredEvent } from '../domain/events/event.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { EventQuery } from '../domain/log/query.ts'
import type { IndexedId } from '../domain/log/search/find-named.ts'
import type { HealthCheck } from './health-check.ts'

/** Events on their way to the store. Delivers each message at least once, in no certain order. */
export type EventQueue = HealthCheck & {
  /**
   * Resolves once every message is durable. Delivers no earlier than after `delaySeconds` (0 to `delaySecondsMax`; absent:
   * 0). Messages never expire.
   */
  readonly enqueue: (messages: readonly string[], delaySeconds?: number) => Promise<void>
  /** Dead-letters a message that cannot be processed: stores its bytes unchanged for an operator. */
  readonly deadLetter: (message: string | Uint8Array) => Promise<void>
  /** The approximate number of dead letters: a message that moves right now may count or not. */
  readonly deadLetters: () => Promise<number>
}

/** A page of a list, and the cursor of the next one; null at the end. */
export type EventPage = { readonly events: readonly StoredEvent[]; readonly next: Cursor | null }

/**
 * A page of the feed in the order of storing, the cursor after it, and whether more may be there already. `numbers` and
 * `storedAt` have the number of each event and the time that it was stored at (Unix ms), in the order of `events`: numbers
 * rise, and times never fall.
 */
export type FeedPage = {
  readonly events: readonly StoredEvent[]
  readonly numbers: readonly number[]
  readonly storedAt: readonly number[]
  readonly next: Cursor
  readonly more: boolean
}

/** Stores every event once, and never changes it. */
export type EventStore = HealthCheck & {
  /**
   * Resolves once every event is durable in its log, its indexes and its feed. No effect on an event whose id its log
   * already has. Each event is stored whole or not at all, also when the call fails: then repeat it. An event that cannot be
   * stored fails the call, and no other event.
   */
  readonly append: (events: readonly AcceptedEvent[]) => Promise<void>
  /**
   * The events that a query asks for after the cursor, newest first to the millisecond, then by id. Has at most `limit`;
   * with filters it may have fewer or none while `next` is there: a call reads a bounded number of events, matching or not.
   * An unknown log is empty. Undefined if `after` is no cursor of this store.
   */
  readonly list: (query: EventQuery, limit: number, after: Cursor | null) => Promise<EventPage | undefined>
  /**
   * The ids that begin with these digits (eight or more of a GUID, in lower case) in the indexes of a log, and the field of
   * each; `idsBeginningMax` a field at most. Of fields without an index, none.
   */
  readonly idsBeginning: (log: EventLog, digits: string) => Promise<readonly IndexedId[]>
  /**
   * The events of a log after the cursor, in the order of storing: at most `limit`, maybe fewer, but at least one while there
   * are more. Events have numbers, from 1 on without gaps, and appear in order of their numbers: a reader of the feed misses
   * no event and gets none twice. Events appear before `append` resolves. Undefined if `after` is no cursor of this feed.
   */
  readonly feed: (log: EventLog, limit: number, after: Cursor) => Promise<FeedPage | undefined>
  /** The cursor after the last event of a log that is stored now. */
  readonly end: (log: EventLog) => Promise<Cursor>
  /** The cursor before every event that was stored at this time (Unix ms) or later, by the clocks of the storing processes. */
  readonly cursorAt: (log: EventLog, ms: number) => Promise<Cursor>
}

/** The cursor before the first event of every feed. A feed's cursor is the number of the last event before it, in decimal digits. */
export const feedStart: Cursor = '0'
