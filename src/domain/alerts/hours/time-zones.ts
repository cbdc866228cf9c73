// Local time in time zones, with daylight saving. Pure: offsets follow from the zone and the instant by the time zone data that Node contains.
import { boundedMap } from '../../bounded-map.ts'

const dayMs = 86_400_000
/** Most zones whose offsets are cached, and most days of each. */
const zonesMax = 64
const daysMax = 2_000

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

/** `Intl.DateTimeFormat` takes microseconds: an offset that is the same at both ends of a UTC day is that of the whole day. */
function makeOffsets(timeZone: string): OffsetAt {
  if (timeZone === 'UTC' || !isTimeZone(timeZone)) return () => 0
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const ofDays = boundedMap<number, number | 'changes'>({ entriesMax: daysMax })
  const ofDay = (day: number): number | 'changes' => {
    const offset = offsetIn(format, day * dayMs)
    const offsetOrChanges = offset === offsetIn(format, (day + 1) * dayMs) ? offset : 'changes'
    ofDays.set(day, offsetOrChanges)
    return offsetOrChanges
  }
  let last = { day: Number.NaN, offset: ofDay(0) }
  return (ms) => {
    const day = Math.floor(ms / dayMs)
    if (day !== last.day) last = { day, offset: ofDays.get(day) ?? ofDay(day) }
    const { offset } = last
    return offset === 'changes' ? offsetIn(format, ms) : offset
  }
}

/** The offset that the format writes: `GMT`, `GMT-03:30`, or with seconds for times before zones had whole minutes. */
function offsetIn(format: Intl.DateTimeFormat, ms: number): number {
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(ms)) ?? []
  const length = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 + Number(seconds ?? 0) * 1_000
  return sign === '-' ? -length : length
}
