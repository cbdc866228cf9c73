// Points in time to 100 nanoseconds, as text that sorts in order of time. Pure: "now" is always an argument.
import * as v from 'valibot'

/**
 * A UTC instant as `YYYY-MM-DDTHH:mm:ss.fffffffZ`: always seven fraction digits (the resolution of the reference's
 * database), so that comparing two texts compares two times. Years 1601 to 9999, the range of Azure Table storage.
 */
export const Instant = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/), v.brand('Instant'))
export type Instant = v.InferOutput<typeof Instant>

/** The earliest instant, in Unix milliseconds. */
export const earliestInstantMs = Date.UTC(1601, 0, 1)
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const date = String.raw`(\d{4})-(\d\d)-(\d\d)`
const time = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`
// A blank before an offset is a plus sign after URL decoding.
const zone = String.raw`\s?(?:[Zz]|([-+ ])(\d\d)(?::?(\d\d))?)`
const form = new RegExp(`^${date}(?:[Tt ]${time}(?:${zone})?)?$`)

/**
 * Reads a time in any form that clients and connectors send (RFC 3339 and its relatives): `T` or a blank between date
 * and time, seconds and up to nine fraction digits optional (those past the seventh are cut), `Z`, an offset such as
 * `+05:30`, `+0530` or `+05` (also with its `+` decoded to a blank) or no zone, which means UTC; a date alone is its 00:00
 * UTC. A leap second, which is always 23:59:60 UTC, becomes the last instant before midnight, so that it stays in its day.
 * Undefined for anything else, and for dates that do not exist.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = form.exec(text.trim())
  if (!match) return undefined

  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', sign, offsetHour, offsetMinute] =
    match
  const leaps = second === '60'
  const local = `${year}-${month}-${day}T${hour}:${minute}:${leaps ? '59' : second}`
  const localMs = Date.parse(`${local}Z`)
  if (Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 19) !== local) return undefined
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined

  const offsetMs = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000 * (sign === '-' ? -1 : 1)
  const ms = localMs - offsetMs
  if (ms < earliestInstantMs || ms > latestMs) return undefined
  const utc = offsetMs === 0 ? local : new Date(ms).toISOString().slice(0, 19)
  if (leaps && !utc.endsWith('23:59:59')) return undefined
  return v.parse(Instant, `${utc}.${leaps ? '9999999' : fraction.slice(0, 7).padEnd(7, '0')}Z`)
}

/** The instant of a Unix time in milliseconds. Throws a RangeError outside the years 1601 to 9999. */
export function instantAt(ms: number): Instant {
  if (!(ms >= earliestInstantMs && ms <= latestMs)) throw new RangeError('instant out of range')
  return v.parse(Instant, new Date(ms).toISOString().replace('Z', '0000Z'))
}

/** The Unix time in whole milliseconds, rounded towards the past. Each event's date is read several times, mostly of one day. */
export function millisecondsOf(instant: Instant): number {
  const day = numberAt(instant, 0, 4) * 10_000 + numberAt(instant, 5, 2) * 100 + numberAt(instant, 8, 2)
  if (day !== lastDay.day) {
    lastDay = { day, ms: Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100) }
  }
  const minutes = numberAt(instant, 11, 2) * 60 + numberAt(instant, 14, 2)
  return lastDay.ms + minutes * 60_000 + numberAt(instant, 17, 2) * 1_000 + numberAt(instant, 20, 3)
}

/** The day of the date that was read last, as the number YYYYMMDD, and its beginning in Unix ms. */
let lastDay = { day: 19_700_101, ms: 0 }

/** The decimal number of these many digits at an offset; this takes half the time of `Date.parse`. */
function numberAt(text: string, offset: number, digits: number): number {
  let number = 0
  for (let index = offset; index < offset + digits; index++) number = number * 10 + text.charCodeAt(index) - 48
  return number
}

/** The instant as in responses: RFC 3339 in UTC with `Z`, three to seven fraction digits, without loss. */
export const formatInstant = (instant: Instant): string => instant.replace(/0{1,4}Z$/, 'Z')

/** The instant as people read it, to the minute: "2026-12-22 00:00 UTC". */
export const minuteOf = (instant: Instant): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`

/** The last instant before this one; undefined for the first that there is. */
export function instantBefore(instant: Instant): Instant | undefined {
  const [seconds, ticks] = [instant.slice(0, 20), Number(instant.slice(20, 27))]
  if (ticks > 0) return v.parse(Instant, `${seconds}${String(ticks - 1).padStart(7, '0')}Z`)
  const ms = millisecondsOf(instant) - 1
  return ms < earliestInstantMs ? undefined : v.parse(Instant, instantAt(ms).replace('0000Z', '9999Z'))
}
