// The two months of the corpus: March 2026 to learn from, April to measure, with Good Friday and Easter Monday.

const startMs = Date.UTC(2026, 2, 1)

/** Days of the first month, and of both. Days are counted from 0. */
export const learningDays = 31
export const days = 61
/** Weeks of the measured month. */
export const measuredWeeks = (days - learningDays) / 7

/** Midnight (UTC) before a day, in Unix ms. */
export const dayMs = (day: number): number => startMs + day * 86_400_000

/** Day of the week, 0 is Sunday. */
export const weekdayOf = (day: number): number => new Date(dayMs(day)).getUTCDay()

/** Good Friday and Easter Monday. */
const holidays: ReadonlySet<number> = new Set([33, 36])

/** Whether nobody works on this day. */
export const isHoliday = (day: number): boolean => holidays.has(day)
