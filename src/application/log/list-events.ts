// Lists events: one page of a log, newest first, and the continuation token of the next.
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { readEventContinuation, writeEventContinuation } from '../../domain/log/continuation.ts'
import { type PageAsked, type PageRefusal, pageStartOf, tokenUnusable } from '../../domain/log/page-start.ts'
import type { EventQuery, IdFilter, TraitFilter } from '../../domain/log/query.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { namesForEvents } from '../directory/facts.ts'

export type EventListPorts = {
  readonly store: EventStore
  readonly directory: DirectoryReader
  readonly now: () => number
}

type ListRequest = {
  readonly log: EventLog
  readonly filters: readonly IdFilter[]
  readonly traits: TraitFilter
  readonly page: PageAsked
  readonly pageSize: number
  /** Whether names of people and things are wanted. */
  readonly expands: boolean
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
  { store, directory, now }: EventListPorts,
  { log, filters, traits, page: asked, pageSize, expands }: ListRequest,
): Promise<EventPage | PageRefusal> {
  const asks = { log, filters, traits }
  const start = pageStartOf(asked, now(), (token) => readEventContinuation(token, asks))
  if (start.kind === 'refused') return start

  const query: EventQuery = { ...asks, ...start.range }
  const page = await store.list(query, pageSize, start.cursor)
  if (!page) return tokenUnusable
  const names = expands && page.events.length > 0 ? await namesForEvents(directory, log, page.events) : undefined
  const token = page.next === null ? null : writeEventContinuation(query, page.next)
  return { kind: 'events', events: page.events, names, token }
}
