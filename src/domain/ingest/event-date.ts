// The date that an event is stored under: the client's if it is plausible, else the server's, with the client's beside it. Pure.
import { textCharactersMax } from '../events/event.ts'
import { type Instant, millisecondsOf, parseInstant } from '../instant.ts'
import { cleaned } from '../texts.ts'

/** Earliest plausible date, in Unix milliseconds: an earlier one comes from a clock that was never set. */
export const earliestEventDateMs = Date.UTC(2010, 0, 1)
/** How far ahead of the server a client's clock may be. */
export const clockAheadMaxMs = 5 * 60_000

/** The date to store. `clientDate` is there if the client's date was not usable: its text, '' if there was none. */
export type EventDate = { readonly date: Instant; readonly clientDate?: string }

/**
 * Normalizes an event's date: a missing or unreadable one, one before 2010 and one more than 5 minutes ahead of `now` become
 * `now`, so that no date hides an event.
 */
export function normalizeDate(claimed: unknown, now: Instant): EventDate {
  const date = typeof claimed === 'string' ? parseInstant(claimed) : undefined
  if (date) {
    const ms = millisecondsOf(date)
    if (ms >= earliestEventDateMs && ms <= millisecondsOf(now) + clockAheadMaxMs) return { date }
  }
  return { date: now, clientDate: cleaned(textOf(claimed).slice(0, textCharactersMax)) }
}

/** The keys of a log have no order for dates from this one on, in Unix milliseconds. */
const endOfEventDatesMs = Date.UTC(9999, 0, 1)

/**
 * Reads a date that was normalized when its event was accepted, and is not normalized again. Undefined for anything but an
 * instant from 2010 on.
 */
export function acceptedDate(written: unknown): Instant | undefined {
  const date = typeof written === 'string' ? parseInstant(written) : undefined
  const ms = date ? millisecondsOf(date) : 0
  return ms >= earliestEventDateMs && ms < endOfEventDatesMs ? date : undefined
}

/** Whole hours since 1970. */
export const hourOf = (instant: Instant): number => Math.floor(millisecondsOf(instant) / 3_600_000)

/** A client's date as text: a string as it is, '' for none, anything else as JSON. */
export function textOf(claimed: unknown): string {
  if (claimed === null || claimed === undefined) return ''
  return typeof claimed === 'string' ? claimed : JSON.stringify(claimed)
}
