// What time it is for an organization: hour, weekday, and whether people work then. Pure.
import { type AlertingHours, weekdays } from './alerting-hours.ts'
import { offsetsOf } from './time-zones.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000
const dayMinutes = 1_440
/** 1970 began on a Thursday; a multiple of seven more, so that earlier days count as well. */
const firstWeekday = 3 + 7 * 30_000

/** The local time of an instant. `offHours`: outside working hours, which a holiday has none of. */
type LocalTime = {
  readonly hourOfDay: number
  readonly weekday: (typeof weekdays)[number]
  readonly offHours: boolean
}

/** The local time of a Unix time in milliseconds. */
export type LocalClock = (ms: number) => LocalTime

/** The clock of an organization with these hours. */
export function localClock({ timeZone, workingHours, holidays }: AlertingHours): LocalClock {
  const offsetAt = offsetsOf(timeZone)
  const spans = weekdays.map((weekday) => spanOf(workingHours[weekday]))
  const daysOff = new Set(holidays.map(({ date }) => Date.parse(`${date}T00:00Z`) / dayMs))
  /** Whether the work that begins on a day goes on at this many minutes after its midnight. */
  const isWorked = (day: number, minute: number): boolean => {
    const span = spans[(day + firstWeekday) % 7]
    return span !== undefined && span.start <= minute && minute < span.end && !daysOff.has(day)
  }
  return (ms) => {
    const local = ms + offsetAt(ms)
    const day = Math.floor(local / dayMs)
    const minute = Math.floor((local - day * dayMs) / minuteMs)
    return {
      hourOfDay: Math.floor(minute / 60),
      weekday: weekdays[(day + firstWeekday) % 7] ?? 'Monday',
      offHours: !isWorked(day, minute) && !isWorked(day - 1, minute + dayMinutes),
    }
  }
}

/** Minutes after the midnight with which a working day begins. */
function spanOf(day: { readonly start: string; readonly end: string } | null) {
  if (!day) return undefined
  const start = minutesOf(day.start)
  const end = minutesOf(day.end)
  return { start, end: end > start ? end : end + dayMinutes }
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** A day on the clock of a zone: times are `HH:MM`, instants Unix ms. */
export function localDay(timeZone: string) {
  const offsetAt = offsetsOf(timeZone)
  const startOf = (ms: number) => Math.floor((ms + offsetAt(ms)) / dayMs) * dayMs
  /** The instant of a local time in ms since 1970: the first one if clocks show it twice, a time just as long after the gap if never. */
  const instantOf = (local: number, near: number): number => {
    const guess = local - offsetAt(near)
    const instant = local - offsetAt(guess)
    return offsetAt(instant) === offsetAt(guess) ? instant : Math.max(guess, instant)
  }
  return {
    /** The next instant after `ms` at which the clock shows the time. */
    next: (time: string, ms: number): number => {
      const first = startOf(ms) + minutesOf(time) * minuteMs
      const days = [first, first + dayMs, first + 2 * dayMs].map((local) => instantOf(local, ms))
      return days.find((instant) => instant > ms) ?? ms + dayMs
    },
    /** The next full hour on the clock after `ms`. */
    nextHour: (ms: number): number => (Math.floor((ms + offsetAt(ms)) / hourMs) + 1) * hourMs - offsetAt(ms),
    /** Whether the clock shows a time from `from`, included, to `to`, excluded; past midnight if `to` is earlier. */
    isWithin: ({ from, to }: { readonly from: string; readonly to: string }, ms: number): boolean => {
      const minute = Math.floor((ms + offsetAt(ms) - startOf(ms)) / minuteMs)
      const [begin, end] = [minutesOf(from), minutesOf(to)]
      return begin < end ? begin <= minute && minute < end : begin <= minute || minute < end
    },
  }
}
