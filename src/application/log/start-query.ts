// Where a list or an export begins: its search is found, its range read, its continuation token checked.

import { formatInstant } from '../../domain/instant.ts'
import { type Continued, type EventsAsked, readEventContinuation } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { type PageAsked, type PageRefusal, pageStartOf } from '../../domain/log/page-start.ts'
import type { EventQuery } from '../../domain/log/query.ts'
import { bothTraits, type SearchFilters } from '../../domain/log/search/found-search.ts'
import type { SearchProblem } from '../../domain/log/search/tokens.ts'
import { findSearch, type SearchPorts } from './find-search.ts'

type Start = { readonly kind: 'page'; readonly query: EventQuery; readonly cursor: Cursor | null }
/** Why a search finds nothing to list. */
export type SearchRefusal = {
  readonly kind: 'refused'
  readonly reason: 'search-invalid'
  readonly problems: readonly SearchProblem[]
}

const noSearch: SearchFilters = { filters: [], traits: {}, from: undefined, to: undefined }

/** The query that is asked for, and the cursor of its page. The times of a search take the place of `start` and `end`. */
export async function startQuery(
  ports: SearchPorts & { readonly now: () => number },
  asked: EventsAsked,
  page: PageAsked,
  of: Continued,
): Promise<Start | PageRefusal | SearchRefusal> {
  const { log, filters, traits, search } = asked
  const found = search === undefined ? noSearch : await findSearch(ports, log, search)
  if ('problems' in found) return refused(found.problems)
  const ownRange = found.from !== undefined || found.to !== undefined
  if (ownRange && (page.start ?? page.end) !== undefined) return refused([twoRanges])

  const range = ownRange
    ? { start: found.from && formatInstant(found.from), end: found.to && formatInstant(found.to) }
    : {}
  const start = pageStartOf({ ...page, ...range }, ports.now(), (token) => readEventContinuation(token, asked, of))
  if (start.kind === 'refused') return ownRange && start.reason === 'range-too-long' ? refused([tooLong]) : start
  return {
    kind: 'page',
    query: { log, filters: [...filters, ...found.filters], traits: bothTraits(traits, found.traits), ...start.range },
    cursor: start.cursor,
  }
}

const refused = (problems: readonly SearchProblem[]): SearchRefusal => ({
  kind: 'refused',
  reason: 'search-invalid',
  problems,
})

const problem = (message: string): SearchProblem => ({ from: 0, to: 0, message })
const twoRanges = problem('after: and before: do not go with start and end; write one or the other')
const tooLong = problem('the range is longer than 367 days; write after: and before:')
