// What time it is for an organization: hour, weekday, and whether people work then. Pure.
import { type AlertingHours, weekdays } from './alerting-hours.ts'
import { offsetsOf } from './time-zones.ts'

const dayMs = 86_400_000
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
