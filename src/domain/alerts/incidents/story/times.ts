// Times in the sentence of a story, by the clocks of the organization's time zone: "at 02:31 UTC on 25 November". Pure.
import { type Instant, instantAt, millisecondsOf } from '../../../instant.ts'
import { offsetsOf } from '../../hours/time-zones.ts'

/** Longest span that is said as one time, in milliseconds. */
const oneTimeMs = 3_600_000

/** "at 02:31 Europe/Berlin on 25 November"; `timeZone` is a name of the IANA time zone database. */
export const atTime = (date: Instant, timeZone: string): string => `at ${timeOf(date, timeZone)}`

/** When something was: at a time, or from when to when if that is more than an hour. */
export function spanOf(from: Instant, to: Instant, timeZone: string): string {
  if (millisecondsOf(to) - millisecondsOf(from) <= oneTimeMs) return atTime(from, timeZone)
  const [first, last] = [localOf(from, timeZone), localOf(to, timeZone)]
  const begin = dayOf(first) === dayOf(last) ? clockOf(first) : timeOf(from, timeZone)
  return `from ${begin} to ${timeOf(to, timeZone)}`
}

function timeOf(date: Instant, timeZone: string): string {
  const local = localOf(date, timeZone)
  return `${clockOf(local)} ${timeZone} on ${dayOf(local)}`
}

function localOf(date: Instant, timeZone: string): Instant {
  const ms = millisecondsOf(date)
  return instantAt(ms + offsetsOf(timeZone)(ms))
}

const clockOf = (local: Instant): string => local.slice(11, 16)
const dayOf = (local: Instant): string => `${Number(local.slice(8, 10))} ${months[Number(local.slice(5, 7)) - 1] ?? ''}`

const months = 'January February March April May June July August September October November December'.split(' ')
