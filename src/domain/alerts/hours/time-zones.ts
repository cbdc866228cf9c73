// Local time in time zones, with daylight saving. Pure: offsets follow from the zone and the instant by the time zone data that Node contains.
import { boundedMap } from '../../bounded-map.ts'

const dayMs = 86_400_000
const quarterMs = 15 * 60_000
/** Most zones whose offsets are cached, and most days and quarters of an hour of each. */
const zonesMax = 64
const spansMax = 2_000

/** How far local time is ahead of UTC at a Unix time, both in milliseconds. */
type OffsetAt = (ms: number) => number

const namePattern = /^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/

/** Whether this is a zone of the IANA time zone database that Node knows, such as `Europe/Berlin`; an offset such as `+02:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!namePattern.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const known = boundedMap<string, OffsetAt>({ entriesMax: zonesMax })

/** The offsets of a zone; those of UTC for one that Node does not know. */
export function offsetsOf(timeZone: string): OffsetAt {
  const offsets = known.get(timeZone) ?? makeOffsets(timeZone)
  if (!known.has(timeZone)) known.set(timeZone, offsets)
  return offsets
}

/**
 * `Intl.DateTimeFormat` takes microseconds: an offset that is the same at both ends of a UTC day is that of the whole day; on
 * a day on which clocks change, of a quarter of an hour.
 */
function makeOffsets(timeZone: string): OffsetAt {
  if (timeZone === 'UTC' || !isTimeZone(timeZone)) return () => 0
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const ofDays = offsetsOfSpans(format, dayMs)
  const ofQuarters = offsetsOfSpans(format, quarterMs)
  return (ms) => ofDays(ms) ?? ofQuarters(ms) ?? offsetIn(format, ms)
}

/** The offset of the span of this length that a time is in; null if it changes within. The last span is at hand. */
function offsetsOfSpans(format: Intl.DateTimeFormat, lengthMs: number): (ms: number) => number | null {
  const known = boundedMap<number, number | null>({ entriesMax: spansMax })
  const read = (span: number): number | null => {
    const offset = offsetIn(format, span * lengthMs)
    const constant = offset === offsetIn(format, (span + 1) * lengthMs) ? offset : null
    known.set(span, constant)
    return constant
  }
  const find = (span: number): number | null => (known.has(span) ? (known.get(span) ?? null) : read(span))
  let last: { readonly span: number; readonly offset: number | null } = { span: Number.NaN, offset: null }
  return (ms) => {
    const span = Math.floor(ms / lengthMs)
    if (span !== last.span) last = { span, offset: find(span) }
    return last.offset
  }
}

/** The offset that the format writes: `GMT`, `GMT-03:30`, or with seconds for times before zones had whole minutes. */
function offsetIn(format: Intl.DateTimeFormat, ms: number): number {
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(ms)) ?? []
  const length = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 + Number(seconds ?? 0) * 1_000
  return sign === '-' ? -length : length
}
