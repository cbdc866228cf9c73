// Reads a range of dates page by page, newest first, and says which events a page alone does not count. Pure.
import { type Instant, instantAt, millisecondsOf, parseInstant } from '../instant.ts'
import { type EventsPage, isDateToken } from './pages.ts'

/** Longest range of one request, in milliseconds: the API takes 367 days. */
export const rangeMsMax = 366 * 86_400_000
/** Most events of earlier pages that are kept, to see them again. */
const seenMax = 1_000
/** Pages in a row without a new event after which a token is given up. */
const idleMax = 3
/** Empty pages in a row, each with a token, after which the server is at fault. */
const emptyMax = 50

/**
 * A reading of the dates from `start` to `end`. Of these, everything after `reached` is read, and what is dated `reached` in
 * part: a reading that is cut short begins again with it.
 */
export type Reading = {
  readonly start: Instant
  readonly end: Instant
  readonly token: string | null
  readonly reached: Instant
  /** The contents of the pages since the reading began or began again, with their times (Unix ms). */
  readonly seen: ReadonlyMap<string, number>
  readonly idle: number
  readonly empty: number
}

/** A reading of a range, both ends included, that has not begun. */
export const readingOf = (start: Instant, end: Instant): Reading => ({
  start,
  end,
  token: null,
  reached: end,
  seen: new Map(),
  idle: 0,
  empty: 0,
})

/**
 * What follows a page. `next` is how to go on; null: the range is read; 'stuck': the server leads nowhere. `doubtful` are the
 * times (Unix ms) whose events must be counted by themselves. Equal events may stand on two pages, or a page may have moved
 * while it was read: then the same content comes again, and the two pages do not say how often it is there. `crowded` is a
 * date that fills a page by itself, on a server whose token skips the rest of it.
 */
type AfterPage = {
  readonly next: Reading | null | 'stuck'
  readonly doubtful: readonly number[]
  readonly crowded: Instant | undefined
}

/** What follows this page of a reading. */
export function afterPage(reading: Reading, page: EventsPage): AfterPage {
  const doubtful = new Set(page.events.flatMap(({ content }) => reading.seen.get(content) ?? []))
  const { token, last } = page
  const crowded =
    token !== null && last !== undefined && hasOneDate(page) && isDateToken(token, last) ? last : undefined
  return { next: nextOf(reading, page), doubtful: [...doubtful], crowded }
}

const hasOneDate = ({ oldest, newest }: EventsPage): boolean => oldest === newest

function nextOf(reading: Reading, page: EventsPage): Reading | null | 'stuck' {
  const { token, last, oldest } = page
  if (token === null) return null
  if (page.events.length === 0 && page.unreadable.length === 0) {
    return reading.empty >= emptyMax ? 'stuck' : { ...reading, token, empty: reading.empty + 1 }
  }
  const reached = oldest !== undefined && oldest < reading.reached ? oldest : reading.reached
  if (last !== undefined && !hasOneDate(page) && last < reading.end && isDateToken(token, last)) {
    return readingOf(reading.start, last)
  }
  if (last !== undefined && endsAmidMs(page, last)) return readingOf(reading.start, endOfMs(last))
  const isNew = page.events.some(({ content }) => !reading.seen.has(content))
  const idle = isNew ? 0 : reading.idle + 1
  // The token leads nowhere. Without it, the next page begins where this one ends; or a millisecond before, if it began there too.
  if (idle >= idleMax) return readingOf(reading.start, reached < reading.end ? reached : before(reached))
  return { ...reading, token, reached, seen: seenWith(reading, page), idle, empty: 0 }
}

/**
 * Whether a page ends with several events of one millisecond, after others: the next one then begins with all of them again, so
 * that one response counts them.
 */
const endsAmidMs = ({ events, newest }: EventsPage, last: Instant): boolean =>
  msOf(events.at(-2)?.date) === msOf(last) && msOf(newest) !== msOf(last)

const msOf = (date: Instant | undefined) => date?.slice(0, 23)

const before = (instant: Instant): Instant => instantAt(millisecondsOf(instant) - 1)

function seenWith({ seen }: Reading, { events }: EventsPage): ReadonlyMap<string, number> {
  const added = events.flatMap(({ content, date }) => (date ? [[content, millisecondsOf(date)] as const] : []))
  return new Map([...seen, ...added].slice(-seenMax))
}

/** The range of a millisecond. */
export const rangeOfMs = (ms: number): Reading => {
  const start = instantAt(ms)
  return readingOf(start, endOfMs(start))
}

/** The last instant of this one's millisecond. */
const endOfMs = (instant: Instant): Instant => parseInstant(instant.replace(/\d{4}Z$/, '9999Z')) ?? instant
