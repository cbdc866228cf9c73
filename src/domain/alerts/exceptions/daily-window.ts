// Hours of the day in a time zone, such as those of a nightly job, and whether a time lies within them. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** Whether a text names a time zone of the IANA database, such as `Europe/Berlin`. An offset is no name. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const time = v.pipe(
  v.string(),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day from 00:00 to 24:00'),
)

/**
 * From `from`, included, to `to`, excluded, by the clocks of `zone`, on each of `weekdays`. If `to` is not later, the window
 * ends on the next day, and belongs to the weekday on which it begins.
 */
export const DailyWindow = v.pipe(
  v.strictObject({
    from: time,
    to: time,
    weekdays: v.optional(v.pipe(boundedArray(v.picklist(weekdays), weekdays.length), v.minLength(1)), [...weekdays]),
    zone: v.optional(v.pipe(v.string(), v.maxLength(64), v.check(isTimeZone, 'is no time zone')), 'UTC'),
  }),
  v.check(
    ({ from, to }) => from !== to && from !== '24:00' && to !== '00:00',
    'must begin before 24:00, and end at another time: at 24:00, not 00:00',
  ),
)
export type DailyWindow = v.InferOutput<typeof DailyWindow>

const dayNames: readonly string[] = weekdays
const dayMinutes = 24 * 60
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** A test of times in Unix milliseconds. An hour that a change of clocks repeats lies within both times, a skipped one never. */
export function isWithinDaily({ from, to, weekdays: days, zone }: DailyWindow): (ms: number) => boolean {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
  })
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  const begins = new Set(days.map((day) => weekdays.indexOf(day)))
  return (ms) => {
    const {
      weekday = '',
      hour,
      minute,
    } = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]))
    const day = dayNames.indexOf(weekday)
    const now = Number(hour) * 60 + Number(minute)
    if (begin < end) return begins.has(day) && begin <= now && now < end
    const dayBefore = (day + 6) % 7
    return (begins.has(day) && begin <= now && now < dayMinutes) || (begins.has(dayBefore) && now < end)
  }
}
