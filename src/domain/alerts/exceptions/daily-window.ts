// Hours of the day in a time zone, such as those of a nightly job, and whether a time lies within them. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'
import { weekdays } from '../hours/alerting-hours.ts'
import { isTimeZone, offsetsOf } from '../hours/time-zones.ts'

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
    zone: v.optional(
      v.pipe(v.string(), v.maxLength(64), v.check(isTimeZone, 'must be a time zone such as Europe/Berlin')),
      'UTC',
    ),
  }),
  v.check(({ from }) => from !== '24:00', 'must begin before 24:00'),
  v.check(({ from, to }) => from !== to, 'must end at another time than they begin; a whole day is 00:00 to 24:00'),
  v.check(({ from, to }) => from === to || to !== '00:00', 'must end at 24:00, not 00:00'),
)
export type DailyWindow = v.InferOutput<typeof DailyWindow>

const [dayMinutes, minuteMs] = [24 * 60, 60_000]
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
/** 1970 began on a Thursday; a multiple of seven more, so that earlier days count as well. */
const firstWeekday = 3 + 7 * 30_000

/** A test of times in Unix milliseconds. An hour that a change of clocks repeats lies within both times, a skipped one never. */
export function isWithinDaily({ from, to, weekdays: days, zone }: DailyWindow): (ms: number) => boolean {
  const offsetAt = offsetsOf(zone)
  const begin = minutesOf(from)
  const end = minutesOf(to) > begin ? minutesOf(to) : minutesOf(to) + dayMinutes
  const begins = new Set(days.map((day) => weekdays.indexOf(day)))
  const isWithin = (day: number, minute: number): boolean =>
    begins.has((day + firstWeekday) % 7) && begin <= minute && minute < end
  return (ms) => {
    const minutes = Math.floor((ms + offsetAt(ms)) / minuteMs)
    const day = Math.floor(minutes / dayMinutes)
    const minute = minutes - day * dayMinutes
    return isWithin(day, minute) || isWithin(day - 1, minute + dayMinutes)
  }
}
