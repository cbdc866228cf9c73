// GET …/events/feed: a log's events in the order they were stored, by a cursor that never ends. A poller misses nothing and sees nothing twice.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { factsForOrganization, mayNow, namesForLog } from '../../application/directory/facts.ts'
import type { Names } from '../../domain/directory/names.ts'
import type { Principal } from '../../domain/directory/principal.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { millisecondsOf, parseInstant } from '../../domain/instant.ts'
import { readFeedCursor, writeFeedCursor } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { memberView, publicView } from '../../domain/log/event-views.ts'
import { feedStart } from '../../ports/events.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import {
  expandsNames,
  feedLimitOf,
  isWrong,
  parametersOf,
  unknownParameter,
  wrongParameter,
} from '../http/parameters.ts'
import { badRequest, notFound, ok } from '../http/responses.ts'
import type { EventListPorts } from './event-list.ts'

export type FeedPorts = EventListPorts & {
  readonly authenticate: Authenticate
}

/** GET /organizations/{id}/events/feed, for whoever reads the organization's log. */
export const readFeed = (ports: FeedPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    return answerFeed(request, ports, caller, parseGuid(request.params.id), memberView)
  })

/** GET /public/events/feed, for the organization's API key. */
export const readPublicFeed = (ports: FeedPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api.organization')
    if (caller.kind === 'refused') return unauthorized(caller)

    return answerFeed(request, ports, caller, caller.organizationId, publicView)
  })

async function answerFeed(
  request: HttpRequest,
  { store, directory }: FeedPorts,
  caller: Principal,
  organizationId: Guid | undefined,
  view: (event: StoredEvent, names?: Names) => unknown,
): Promise<HttpResponseInit> {
  if (!organizationId) return notFound()
  const facts = await factsForOrganization(directory, caller, organizationId)
  if (!mayNow(caller, { kind: 'read-organization-log', organizationId }, facts)) return notFound()

  const log: EventLog = { kind: 'organization', id: organizationId }
  const unknown = unknownParameter(request, ['cursor', 'limit', 'expand'])
  if (unknown) return wrongParameter(unknown)
  const parameters = parametersOf(request)
  const limit = feedLimitOf(parameters)
  if (isWrong(limit)) return wrongParameter(limit)
  const expands = expandsNames(parameters)
  if (isWrong(expands)) return wrongParameter(expands)

  const place = await placeOf(parameters('cursor') ?? 'begin', log, store)
  const page = place === undefined ? undefined : await store.feed(log, limit, place)
  if (!page) return badRequest({ cursor: ['is no cursor of this feed, and neither begin, end nor a date'] })

  const names = expands && page.events.length > 0 ? await namesForLog(directory, log) : undefined
  const data = page.events.map((event) => view(event, names))
  return ok({ object: 'list', data, cursor: writeFeedCursor(log, page.next), more: page.more })
}

/** `begin`, `end` (what is stored from now on), a date (what was stored then or later), or a cursor. */
async function placeOf(cursor: string, log: EventLog, store: FeedPorts['store']): Promise<Cursor | undefined> {
  if (cursor === 'begin') return feedStart
  if (cursor === 'end') return store.end(log)
  const date = parseInstant(cursor)
  return date ? store.cursorAt(log, millisecondsOf(date)) : readFeedCursor(cursor, log)
}
