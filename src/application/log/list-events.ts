// Lists events: one page of a log, newest first, and the continuation token of the next.
import type { Names } from '../../domain/directory/names.ts'
import type { StoredEvent } from '../../domain/events/event.ts'
import { type EventsAsked, writeEventContinuation } from '../../domain/log/continuation.ts'
import type { Expansion } from '../../domain/log/event-views.ts'
import { type PageAsked, type PageRefusal, tokenUnusable } from '../../domain/log/page-start.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { namesForEvents } from '../directory/facts.ts'
import { type SearchRefusal, startQuery } from './start-query.ts'

export type EventListPorts = {
  readonly store: EventStore
  readonly directory: DirectoryReader
  readonly now: () => number
}

type ListRequest = {
  readonly asked: EventsAsked
  readonly page: PageAsked
  readonly pageSize: number
  readonly expand: Expansion
}

type EventPage = {
  readonly kind: 'events'
  readonly events: readonly StoredEvent[]
  readonly names: Names | undefined
  /** The continuation token of the next page; null on the last. */
  readonly token: string | null
}

/** The page that is asked for. The caller must be allowed to read the log. */
export async function listEvents(
  ports: EventListPorts,
  { asked, page, pageSize, expand }: ListRequest,
): Promise<EventPage | PageRefusal | SearchRefusal> {
  const start = await startQuery(ports, asked, page, 'list')
  if (start.kind === 'refused') return start

  const { query, cursor } = start
  const found = await ports.store.list(query, pageSize, cursor)
  if (!found) return tokenUnusable
  const { events, next } = found
  const names = await namesForEvents(ports.directory, asked.log, events, expand)
  const token = next === null ? null : writeEventContinuation(asked, query, next)
  return { kind: 'events', events, names, token }
}
