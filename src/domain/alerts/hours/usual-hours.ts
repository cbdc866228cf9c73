// At which hours of the week a person is usually active, learnt from weeks that no late event can change any more. Pure but for the maps handed in.
import type { Guid } from '../../guid.ts'

const hourMs = 3_600_000
const dayHours = 24
const weekHours = 7 * dayHours
/** The weeks before that are looked at: of last week, events may still arrive. */
const weeksBefore = [2, 3, 4, 5] as const
/** In so many of them a person must have been active at that hour, give or take one: clocks change. */
const weeksMin = 2
/** How far back hours are looked at, in days. */
export const usualHoursDays = 36
/** How long hours are stored, in days: rules that learn the past look back from there. */
const retainedDays = 90

/** The hours (UTC) in which a person was active, a bit each, by day since 1970; `lastDay` is the last of them. */
export type ActiveHours = { lastDay: number; readonly days: Map<number, number> }

/**
 * Whether a person is usually active at a time (Unix ms): within an hour of the same hour of the week, in at least two of the
 * four weeks from the second week before on. The same in any order of arrival, as long as no event is over 7 days late.
 */
export function isUsualHour(known: ActiveHours | undefined, at: number): boolean {
  if (!known) return false
  const hour = Math.floor(at / hourMs)
  let weeks = 0
  for (const week of weeksBefore) {
    const then = hour - week * weekHours
    if (isActive(known, then) || isActive(known, then - 1) || isActive(known, then + 1)) weeks += 1
  }
  return weeks >= weeksMin
}

const isActive = ({ days }: ActiveHours, hour: number): boolean => ((days.get(dayOf(hour)) ?? 0) & bitOf(hour)) !== 0

const dayOf = (hour: number): number => Math.floor(hour / dayHours)
const bitOf = (hour: number): number => 1 << (hour - dayOf(hour) * dayHours)

/** Adds an hour in which a user was active (Unix ms). True if that changed anything. */
export function learnHour(all: Map<Guid, ActiveHours>, userId: Guid, at: number): boolean {
  const hour = Math.floor(at / hourMs)
  const day = dayOf(hour)
  const known = all.get(userId) ?? { lastDay: day, days: new Map() }
  if (day <= known.lastDay - retainedDays || isActive(known, hour)) return false
  all.set(userId, known)
  known.days.set(day, (known.days.get(day) ?? 0) | bitOf(hour))
  if (day <= known.lastDay) return true
  known.lastDay = day
  for (const each of known.days.keys()) if (each <= day - retainedDays) known.days.delete(each)
  return true
}

/** When all of it is too old to matter (Unix ms). */
export const hoursExpireAt = ({ lastDay }: ActiveHours): number => (lastDay + retainedDays) * dayHours * hourMs

// A day in bytes: how long before the last one, and its hours.
const dayBytes = 4
const version = 1

/** The hours of a user as text, of 600 UTF-16 units at most. */
export function writeActiveHours(userId: Guid, { lastDay, days }: ActiveHours): string {
  const bytes = Buffer.alloc(days.size * dayBytes)
  const sorted = [...days].sort(([one], [other]) => other - one)
  for (const [index, [day, hours]] of sorted.entries()) {
    bytes.writeUInt8(lastDay - day, index * dayBytes)
    bytes.writeUIntLE(hours, index * dayBytes + 1, 3)
  }
  return [version, userId, lastDay, bytes.toString('base64')].join(' ')
}

/** Reads what `writeActiveHours` wrote of this user; undefined for any other text: nothing is usual then. */
export function readActiveHours(userId: Guid, text: string): ActiveHours | undefined {
  const [written, user, lastDayText, encoded = ''] = text.split(' ')
  const lastDay = Number(lastDayText)
  const bytes = Buffer.from(encoded, 'base64')
  const isRead = written === String(version) && user === userId && Number.isSafeInteger(lastDay)
  if (!isRead || bytes.length === 0 || bytes.length % dayBytes !== 0) return undefined
  const days = new Map<number, number>()
  for (let at = 0; at < bytes.length; at += dayBytes)
    days.set(lastDay - bytes.readUInt8(at), bytes.readUIntLE(at + 1, 3))
  return { lastDay, days }
}
