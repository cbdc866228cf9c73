// The answer of every list of events: one page of a log, newest first, and the token of the next.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { readContinuation, writeContinuation } from '../domain/continuation.ts'
import type { EventLog, StoredEvent } from '../domain/event.ts'
import { instantAt, parseInstant } from '../domain/instant.ts'
import { type EventQuery, type IdFilter, rangeOf } from '../domain/query.ts'
import { listOf } from '../domain/views.ts'
import type { EventStore } from '../ports.ts'
import { badRequest, ok } from './answers.ts'
import { filtersOf, type Parameters, pageSizeOf, parametersOf } from './list-parameters.ts'

export type EventListPorts = { readonly store: EventStore; readonly now: () => number }

/** What a route lists: a log, the filters its path sets, and how events are shown. */
export type EventList = {
  readonly log: EventLog
  readonly filters?: readonly IdFilter[]
  readonly view: (event: StoredEvent) => unknown
}

/** Answers the page that a request asks for. The caller must be allowed to read the log. */
export async function answerList(
  request: HttpRequest,
  { store, now }: EventListPorts,
  { log, filters: given = [], view }: EventList,
): Promise<HttpResponseInit> {
  const parameters = parametersOf(request)
  const pageSize = pageSizeOf(parameters)
  if (typeof pageSize !== 'number') return badRequest({ [pageSize.parameter]: [pageSize.problem] })
  const asked = filtersOf(parameters)
  if ('kind' in asked) return badRequest({ [asked.parameter]: [asked.problem] })
  const filters = [...given, ...asked]
  const place = placeOf(parameters, { log, filters }, now())
  if ('answer' in place) return place.answer

  const query: EventQuery = { log, filters, ...place.range }
  const page = await store.list(query, pageSize, place.position)
  if (!page) return badRequest(badToken)
  const token = page.next === null ? null : writeContinuation(query, page.next)
  return ok(listOf(page.events.map(view), token))
}

const badToken = { continuationToken: ['is damaged or belongs to another query'] }
const problems = {
  'start-unreadable': { start: ['is not a date'] },
  'end-unreadable': { end: ['is not a date'] },
  'range-too-long': { end: ['is more than 367 days from start'] },
} as const

/** Where the page begins: after the token's position, in the token's range, else at the top of the range asked for. */
function placeOf(parameters: Parameters, query: Pick<EventQuery, 'log' | 'filters'>, nowMs: number) {
  const [start, end, token] = [parameters('start'), parameters('end'), parameters('continuationToken')]
  const range = rangeOf(start, end, instantAt(nowMs))
  if ('kind' in range) return { answer: badRequest(problems[range.reason]) }
  if (token === null) return { range, position: null }

  const place = readContinuation(token, query)
  const bounds = place && [place.range.from, place.range.to]
  const repeats = (text: string | null) => text === null || bounds?.some((bound) => bound === parseInstant(text))
  return place && repeats(start) && repeats(end) ? place : { answer: badRequest(badToken) }
}
