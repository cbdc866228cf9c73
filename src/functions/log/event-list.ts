// The response of every list of events.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { type EventListPorts, listEvents } from '../../application/log/list-events.ts'
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { IdFilter } from '../../domain/log/query.ts'
import { readQuery } from '../http/query.ts'
import { ok, respondTo } from '../http/responses.ts'
import { filtersOf, invalidList, SearchedListQuery, traitsOf } from './list-parameters.ts'

/** What a route lists: a log, the filters its path sets, whether it takes a search, and how events are shown. */
export type EventList = {
  readonly log: EventLog
  readonly filters?: readonly IdFilter[]
  readonly searched?: boolean
  readonly view: (event: StoredEvent, names?: Names) => unknown
}

/** The page that a request asks for. The caller must be allowed to read the log. */
export async function respondWithList(
  request: HttpRequest,
  ports: EventListPorts,
  { log, filters = [], searched = false, view }: EventList,
): Promise<HttpResponseInit> {
  const query = readQuery(request, SearchedListQuery)
  if (query.kind === 'invalid') return respondTo(query)

  const { value } = query
  const search = searched ? value.q : undefined
  const page = await listEvents(ports, {
    asked: { log, filters: [...filters, ...filtersOf(value)], traits: traitsOf(value), search },
    page: value,
    pageSize: value.pageSize,
    expands: value.expand === 'names',
  })
  if (page.kind === 'refused') return respondTo(invalidList(page))
  return ok(
    listOf(
      page.events.map((event) => view(event, page.names)),
      page.token,
    ),
  )
}
