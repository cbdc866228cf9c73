// Which date an event is stored under: its own where it can be believed, else the server's, with the client's kept beside it. Pure.
import { textCharactersMax } from '../events/event.ts'
import { type Instant, millisecondsOf, parseInstant } from '../instant.ts'
import { cleaned } from '../texts.ts'

/** Dates before this are no event's: a clock that was never set. */
export const earliestEventDateMs = Date.UTC(2010, 0, 1)
/** How far ahead of the server a client's clock may be. */
export const clockAheadMaxMs = 5 * 60_000

/** The date to store, and what the client said when that could not stand ('' when it said nothing). */
export type EventDate = { readonly date: Instant; readonly clientDate?: string }

/** Settles an event's date. No date hides an event: missing, unreadable, before 2010 or over 5 minutes ahead means `now`. */
export function settleDate(claimed: unknown, now: Instant): EventDate {
  const date = typeof claimed === 'string' ? parseInstant(claimed) : undefined
  if (date) {
    const ms = millisecondsOf(date)
    if (ms >= earliestEventDateMs && ms <= millisecondsOf(now) + clockAheadMaxMs) return { date }
  }
  return { date: now, clientDate: cleaned(textOf(claimed).slice(0, textCharactersMax)) }
}

/** Dates from this on have no place in the order of a log. */
const endOfEventDatesMs = Date.UTC(9999, 0, 1)

/**
 * The date of an event of which it was decided before, at whatever clock: it stands as it is. Undefined for what no such
 * decision comes to: anything but an instant from 2010 on.
 */
export function decidedDate(decided: unknown): Instant | undefined {
  const date = typeof decided === 'string' ? parseInstant(decided) : undefined
  const ms = date ? millisecondsOf(date) : 0
  return ms >= earliestEventDateMs && ms < endOfEventDatesMs ? date : undefined
}

/** Whole hours since 1970. */
export const hourOf = (instant: Instant): number => Math.floor(millisecondsOf(instant) / 3_600_000)

/** A claimed date as text, for keeping: strings as they are, nothing as '', anything else as JSON. */
export function textOf(claimed: unknown): string {
  if (claimed === null || claimed === undefined) return ''
  return typeof claimed === 'string' ? claimed : JSON.stringify(claimed)
}
