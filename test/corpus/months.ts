// The two months of the corpus by the clocks of several places: days are counted from 0, and summer time begins and ends.

/** Spans of time, in milliseconds. */
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const dayLength = 24 * hour

/** Days of the first month, which rules only learn from, and of both; both are whole weeks that begin on a Monday. */
export const learningDays = 28
export const days = 56
/** Weeks of the measured month. */
export const measuredWeeks = (days - learningDays) / 7

/** A clock: minutes ahead of UTC in winter, and when summer time is. */
export type Zone = { readonly minutes: number; readonly summer: 'none' | 'europe' | 'america' }

/** Places where organizations have sites. */
export const zones: readonly Zone[] = [
  { minutes: 60, summer: 'europe' },
  { minutes: 0, summer: 'europe' },
  { minutes: -300, summer: 'america' },
  { minutes: -480, summer: 'america' },
  { minutes: 330, summer: 'none' },
  { minutes: 540, summer: 'none' },
  { minutes: -180, summer: 'none' },
]

/** Midnight by a clock before a day that begins at `utcMs` in UTC, in Unix ms. */
export const localMidnight = ({ minutes, summer }: Zone, utcMs: number): number =>
  utcMs - minutes * minute - (isSummer(summer, utcMs) ? hour : 0)

/** Day of the week, 0 is Sunday; day 0 is a Monday. */
export const weekdayOf = (day: number): number => (((day + 1) % 7) + 7) % 7

/** Whether summer time has begun on a day, and not ended. To the day: at the night of the change nobody looks at a clock. */
function isSummer(summer: Zone['summer'], utcMs: number): boolean {
  const year = new Date(utcMs).getUTCFullYear()
  if (summer === 'europe') return utcMs > lastSunday(year, 2) && utcMs <= lastSunday(year, 9)
  if (summer === 'america') return utcMs > firstSunday(year, 2) + 7 * dayLength && utcMs <= firstSunday(year, 10)
  return false
}

function lastSunday(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0))
  return lastDay.getTime() - lastDay.getUTCDay() * dayLength
}

function firstSunday(year: number, month: number): number {
  const firstDay = new Date(Date.UTC(year, month, 1))
  return firstDay.getTime() + ((7 - firstDay.getUTCDay()) % 7) * dayLength
}
