// Reads a log's feed: events in the order they were stored, from a cursor on. A poller misses nothing and sees nothing twice.
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { millisecondsOf, parseInstant } from '../../domain/instant.ts'
import { readFeedCursor, writeFeedCursor } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { type EventStore, feedStart } from '../../ports/events.ts'
import { namesForEvents } from '../directory/facts.ts'
import type { EventListPorts } from './list-events.ts'

type FeedRequest = {
  readonly log: EventLog
  /** `begin`, `end` (what is stored from now on), a date (what was stored then or later), or a cursor. */
  readonly cursor: string
  readonly limit: number
  /** Whether names of people and things are wanted. */
  readonly expands: boolean
}

type FeedPage = {
  readonly kind: 'feed'
  readonly events: readonly StoredEvent[]
  readonly names: Names | undefined
  readonly cursor: string
  readonly more: boolean
}

/** The page that is asked for. The caller must be allowed to read the log. */
export async function readFeedPage(
  { store, directory }: Pick<EventListPorts, 'store' | 'directory'>,
  { log, cursor, limit, expands }: FeedRequest,
): Promise<FeedPage | { readonly kind: 'refused'; readonly reason: 'cursor-unusable' }> {
  const after = await cursorIn(cursor, log, store)
  const page = after === undefined ? undefined : await store.feed(log, limit, after)
  if (!page) return { kind: 'refused', reason: 'cursor-unusable' }

  const names = expands && page.events.length > 0 ? await namesForEvents(directory, log, page.events) : undefined
  return { kind: 'feed', events: page.events, names, cursor: writeFeedCursor(log, page.next), more: page.more }
}

async function cursorIn(text: string, log: EventLog, store: EventStore): Promise<Cursor | undefined> {
  if (text === 'begin') return feedStart
  if (text === 'end') return store.end(log)
  const date = parseInstant(text)
  return date ? store.cursorAt(log, millisecondsOf(date)) : readFeedCursor(text, log)
}
