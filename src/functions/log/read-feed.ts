// GET …/events/feed: a log's events in the order they were stored, by a cursor that never ends.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { factsForOrganization, mayNow } from '../../application/directory/facts.ts'
import { readFeedPage } from '../../application/log/read-feed.ts'
import type { Principal } from '../../domain/directory/principal.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { memberView, publicView } from '../../domain/log/event-views.ts'
import { unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { countParameter, readQuery } from '../http/query.ts'
import { invalid, notFound, ok, respondTo } from '../http/responses.ts'
import { expandParameter, invalidSearch, publicExpandParameter, searchParameter } from './list-parameters.ts'
import type { ReadEventsPorts } from './read-events.ts'

/** Most events of one page, which is also the default. */
export const feedEventsMax = 1_000

/** The query of a feed. */
export const FeedQuery = v.strictObject({
  cursor: v.optional(v.string(), 'begin'),
  limit: countParameter(feedEventsMax, feedEventsMax),
  q: searchParameter,
  expand: expandParameter,
})

/** The same of the public API. */
export const PublicFeedQuery = v.strictObject({ ...FeedQuery.entries, expand: publicExpandParameter })

/** The query of a feed, and how its events are shown, by whom the feed is for. */
const audiences = {
  members: { schema: FeedQuery, view: memberView },
  connectors: { schema: PublicFeedQuery, view: publicView },
} as const

/** GET /organizations/{id}/events/feed, for callers who may read the organization's log. */
export const readFeed = (ports: ReadEventsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    return respondWithFeed(request, ports, caller, parseGuid(request.params.id), 'members')
  })

/** GET /public/events/feed, for the organization's API key. */
export const readPublicFeed = (ports: ReadEventsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api.organization')
    if (caller.kind === 'refused') return unauthorized(caller)

    return respondWithFeed(request, ports, caller, caller.organizationId, 'connectors')
  })

async function respondWithFeed(
  request: HttpRequest,
  ports: ReadEventsPorts,
  caller: Principal,
  organizationId: Guid | undefined,
  audience: keyof typeof audiences,
): Promise<HttpResponseInit> {
  if (!organizationId) return notFound()
  const facts = await factsForOrganization(ports.directory, caller, organizationId)
  if (!mayNow(caller, { kind: 'read-organization-log', organizationId }, facts)) return notFound()

  const { schema, view } = audiences[audience]
  const query = readQuery(request, schema)
  if (query.kind === 'invalid') return respondTo(query)
  const { cursor, limit, q, expand } = query.value

  const log = { kind: 'organization', id: organizationId } as const
  const page = await readFeedPage(ports, { log, cursor, limit, search: q, expand })
  if (page.kind === 'refused') {
    return respondTo(page.reason === 'search-invalid' ? invalidSearch(page.problems) : cursorUnusable)
  }
  const data = page.events.map((event) => view(event, page.names, expand))
  return ok({ object: 'list', data, cursor: page.cursor, more: page.more })
}

const cursorUnusable = invalid({ cursor: ['is no cursor of this feed, and neither begin, end nor a date'] })
