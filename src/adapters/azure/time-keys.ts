// Times as text that sorts: parts of keys and columns.
import { checkTime, timeMsMax } from '../preconditions/times.ts'

/** A time (Unix ms, whole, from 1970 on) as 15 digits that sort; throws a RangeError for any other number. */
export function timeKey(ms: number): string {
  checkTime(ms)
  return String(ms).padStart(15, '0')
}

/** A time (Unix ms, whole; before 1970 counts as 1970) as 15 digits that sort with the latest first. */
export const timeKeyDown = (ms: number): string => timeKey(timeMsMax - Math.max(0, ms))

/** The key before which everything up to this time (Unix ms) sorts; takes any number. */
export const timeKeyAfter = (ms: number): string => `${timeKey(Math.floor(Math.max(0, Math.min(ms, timeMsMax))))}__~`
