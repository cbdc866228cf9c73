// The response of every list of events.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { type EventListPorts, listEvents } from '../../application/log/list-events.ts'
import type { EventLog } from '../../domain/events/event.ts'
import { listOf, memberView, publicView } from '../../domain/log/event-views.ts'
import type { IdFilter } from '../../domain/log/query.ts'
import { readQuery } from '../http/query.ts'
import { ok, respondTo } from '../http/responses.ts'
import { filtersOf, invalidList, PublicListQuery, SearchedListQuery, traitsOf } from './list-parameters.ts'

/** The query of a list, and how its events are shown, by whom the list is for. */
const audiences = {
  members: { schema: SearchedListQuery, view: memberView },
  connectors: { schema: PublicListQuery, view: publicView },
} as const

/** What a route lists: a log, the filters its path sets, whether it takes a search, and whom it is for. */
export type EventList = {
  readonly log: EventLog
  readonly filters?: readonly IdFilter[]
  readonly searched?: boolean
  readonly audience: keyof typeof audiences
}

/** The page that a request asks for. The caller must be allowed to read the log. */
export async function respondWithList(
  request: HttpRequest,
  ports: EventListPorts,
  { log, filters = [], searched = false, audience }: EventList,
): Promise<HttpResponseInit> {
  const { schema, view } = audiences[audience]
  const query = readQuery(request, schema)
  if (query.kind === 'invalid') return respondTo(query)

  const { value } = query
  const search = searched && 'q' in value ? value.q : undefined
  const page = await listEvents(ports, {
    asked: { log, filters: [...filters, ...filtersOf(value)], traits: traitsOf(value), search },
    page: value,
    pageSize: value.pageSize,
    expand: value.expand,
  })
  if (page.kind === 'refused') return respondTo(invalidList(page))
  return ok(
    listOf(
      page.events.map((event) => view(event, page.names, value.expand)),
      page.token,
    ),
  )
}
