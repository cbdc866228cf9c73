// The answer of every list of events: one page of a log, newest first, and the token of the next.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { namesForLog } from '../../application/directory/facts.ts'
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { type Instant, instantAt, parseInstant } from '../../domain/instant.ts'
import {
  type Continuation,
  type Continued,
  readEventContinuation,
  writeEventContinuation,
} from '../../domain/log/continuation.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { type EventQuery, type IdFilter, parseEnd, rangeOf } from '../../domain/log/query.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { isWrong, listParametersOf, type Parameters, parametersOf, wrongParameter } from '../http/parameters.ts'
import { badRequest, ok } from '../http/responses.ts'

export type EventListPorts = {
  readonly store: EventStore
  readonly directory: DirectoryReader
  readonly now: () => number
}

/** What a route lists: a log, the filters its path sets, and how events are shown. */
export type EventList = {
  readonly log: EventLog
  readonly filters?: readonly IdFilter[]
  readonly view: (event: StoredEvent, names?: Names) => unknown
}

/** Answers the page that a request asks for. The caller must be allowed to read the log. */
export async function answerList(
  request: HttpRequest,
  { store, directory, now }: EventListPorts,
  { log, filters: given = [], view }: EventList,
): Promise<HttpResponseInit> {
  const parameters = parametersOf(request)
  const asked = listParametersOf(parameters)
  if (isWrong(asked)) return wrongParameter(asked)
  const { pageSize, traits, expands } = asked
  const filters = [...given, ...asked.filters]
  const place = placeOf(parameters, { log, filters, traits }, now())
  if ('answer' in place) return place.answer

  const query: EventQuery = { log, filters, traits, ...place.range }
  const page = await store.list(query, pageSize, place.cursor)
  if (!page) return badRequest(badToken)
  const names = expands && page.events.length > 0 ? await namesForLog(directory, log) : undefined
  const token = page.next === null ? null : writeEventContinuation(query, page.next)
  return ok(
    listOf(
      page.events.map((event) => view(event, names)),
      token,
    ),
  )
}

/** What a token that cannot be followed is told. */
export const badToken = { continuationToken: ['is damaged or belongs to another query'] }
/** What a range that cannot be is told. */
export const rangeProblems = {
  'start-unreadable': { start: ['is not a date'] },
  'end-unreadable': { end: ['is not a date'] },
  'range-too-long': { end: ['is more than 367 days from start'] },
} as const

/** Where the page of a list of events begins. */
export const placeOf = (
  parameters: Parameters,
  query: Omit<EventQuery, 'from' | 'to'>,
  nowMs: number,
  of: Continued = 'list',
) => placeBy(parameters, nowMs, (token) => readEventContinuation(token, query, of))

/** Where a page begins: after the position of the token that `read` reads, in its range, else at the top of the range asked for. */
export function placeBy(parameters: Parameters, nowMs: number, read: (token: string) => Continuation | undefined) {
  const asked = rangeOf(parameters('start'), parameters('end'), instantAt(nowMs))
  if (asked.kind === 'refused') return { answer: badRequest(rangeProblems[asked.reason]) }
  const token = parameters('continuationToken')
  if (token === null) return { range: asked.range, cursor: null }

  const place = read(token)
  const bounds = place && [place.range.from, place.range.to]
  const repeats = (name: string, readBound: (text: string) => Instant | undefined) => {
    const text = parameters(name)
    return text === null || bounds?.some((bound) => bound === readBound(text))
  }
  return place && repeats('start', parseInstant) && repeats('end', parseEnd) ? place : { answer: badRequest(badToken) }
}
