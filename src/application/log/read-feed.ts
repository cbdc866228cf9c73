// Reads a log's feed: events in the order they were stored, from a cursor on. A poller misses nothing and sees nothing twice.
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { millisecondsOf, parseInstant } from '../../domain/instant.ts'
import { readFeedCursor, writeFeedCursor } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { Expansion } from '../../domain/log/event-views.ts'
import { passesSearch } from '../../domain/log/search/found-search.ts'
import { type EventStore, feedStart } from '../../ports/events.ts'
import { namesForEvents } from '../directory/facts.ts'
import { findSearch } from './find-search.ts'
import type { EventListPorts } from './list-events.ts'
import type { SearchRefusal } from './start-query.ts'

type FeedRequest = {
  readonly log: EventLog
  /** `begin`, `end` (what is stored from now on), a date (what was stored then or later), or a cursor. */
  readonly cursor: string
  readonly limit: number
  /** A search that the events must pass; a page may then be empty while there are more. */
  readonly search: string | undefined
  readonly expand: Expansion
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
  { log, cursor, limit, search, expand }: FeedRequest,
): Promise<FeedPage | SearchRefusal | { readonly kind: 'refused'; readonly reason: 'cursor-unusable' }> {
  const found = search === undefined ? undefined : await findSearch({ store, directory }, log, search)
  if (found?.kind === 'invalid') return { kind: 'refused', reason: 'search-invalid', problems: found.problems }
  const after = await cursorIn(cursor, log, store)
  const page = after === undefined ? undefined : await store.feed(log, limit, after)
  if (!page) return { kind: 'refused', reason: 'cursor-unusable' }

  const events = found ? page.events.filter((event) => passesSearch(event, found)) : page.events
  const names = await namesForEvents(directory, log, events, expand)
  return { kind: 'feed', events, names, cursor: writeFeedCursor(log, page.next), more: page.more }
}

async function cursorIn(text: string, log: EventLog, store: EventStore): Promise<Cursor | undefined> {
  if (text === 'begin') return feedStart
  if (text === 'end') return store.end(log)
  const date = parseInstant(text)
  return date ? store.cursorAt(log, millisecondsOf(date)) : readFeedCursor(text, log)
}
