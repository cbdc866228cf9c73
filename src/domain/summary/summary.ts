// Counts of a day's events by type, by person and by address, and the summary of a range of days. Pure: any batching gives the same counts.
import { type Member, memberStatus } from '../directory/directory.ts'
import type { StoredEvent } from '../events/event.ts'
import { type EventCategory, eventTypeOf, eventTypes } from '../events/event-types.ts'
import type { Guid } from '../guid.ts'
import { millisecondsOf } from '../instant.ts'

/** Most people and addresses that a day counts one by one, first come first; events of others count by type alone. */
export const usersPerDayMax = 1_000
export const addressesPerDayMax = 500
/** Longest text that counts as an address, in UTF-16 units: an IPv6 address with a zone. */
export const addressCharsMax = 64
/** Most people, and most addresses, that a summary lists. */
export const busiestMax = 50
/** Most members that a summary lists as not seen. */
export const notSeenMax = 500
/** Inactivity after which a member counts as not seen, in milliseconds. */
export const notSeenMs = 30 * 86_400_000

/** A day (UTC) as `YYYY-MM-DD`. */
export type Day = string

/** One person's events. `lastAt` (Unix ms) is the latest one, failed logins aside, which may be another person's; null without any. */
export type UserCounts = {
  readonly events: number
  readonly failedLogins: number
  readonly views: number
  readonly copies: number
  readonly lastAt: number | null
}

/** The counts of a day's events. Types that are not in the catalogue count together. */
export type DayCounts = {
  readonly types: ReadonlyMap<number, number>
  readonly unknownTypes: number
  readonly users: ReadonlyMap<Guid, UserCounts>
  readonly addresses: ReadonlyMap<string, number>
}

export const emptyDay: DayCounts = { types: new Map(), unknownTypes: 0, users: new Map(), addresses: new Map() }
const emptyUser: UserCounts = { events: 0, failedLogins: 0, views: 0, copies: 0, lastAt: null }

const typesNamed = (pattern: RegExp): ReadonlySet<number> =>
  new Set(eventTypes.filter(({ name }) => pattern.test(name)).map(({ code }) => code))
/** Wrong passwords and wrong second steps. */
export const failedLoginTypes = typesNamed(/^User_FailedLogIn/)
/** Views of an item or of something secret in it, and reads of a secret of the Secrets Manager. */
export const viewTypes = typesNamed(/^Cipher_Client(Viewed|Toggled\w+Visible)$|^Secret_Retrieved$/)
/** Copies of something secret in an item. Autofill (1114) is neither: the secret stays where it belongs. */
export const copyTypes = typesNamed(/^Cipher_ClientCopied/)

/** The day of an event. */
export const dayOf = ({ date }: Pick<StoredEvent, 'date'>): Day => date.slice(0, 10)

/** How many of these events, from the first on, fall on at most `daysMax` different days. */
export function lengthWithin(events: readonly StoredEvent[], daysMax: number): number {
  const days = new Set<Day>()
  const beyond = events.findIndex((event) => days.add(dayOf(event)).size > daysMax)
  return beyond === -1 ? events.length : beyond
}

/** Counts these events into the days that they fall on. `known` has those days as counted so far; an absent one is empty. */
export function countEvents(known: ReadonlyMap<Day, DayCounts>, events: readonly StoredEvent[]): Map<Day, DayCounts> {
  const byDay = Map.groupBy(events, dayOf)
  return new Map([...byDay].map(([day, ofDay]) => [day, counted(known.get(day) ?? emptyDay, ofDay)]))
}

function counted(day: DayCounts, events: readonly StoredEvent[]): DayCounts {
  const [types, users, addresses] = [new Map(day.types), new Map(day.users), new Map(day.addresses)]
  let { unknownTypes } = day
  for (const event of events) {
    const { type, actingUserId, ipAddress } = event
    if (eventTypeOf(type)) types.set(type, (types.get(type) ?? 0) + 1)
    else unknownTypes += 1
    if (actingUserId && (users.has(actingUserId) || users.size < usersPerDayMax)) {
      users.set(actingUserId, withEvent(users.get(actingUserId) ?? emptyUser, event))
    }
    const isAddress = ipAddress !== undefined && ipAddress !== '' && ipAddress.length <= addressCharsMax
    if (isAddress && (addresses.has(ipAddress) || addresses.size < addressesPerDayMax)) {
      addresses.set(ipAddress, (addresses.get(ipAddress) ?? 0) + 1)
    }
  }
  return { types, unknownTypes, users, addresses }
}

function withEvent(user: UserCounts, { type, date }: StoredEvent): UserCounts {
  const failed = failedLoginTypes.has(type)
  return {
    events: user.events + 1,
    failedLogins: user.failedLogins + (failed ? 1 : 0),
    views: user.views + (viewTypes.has(type) ? 1 : 0),
    copies: user.copies + (copyTypes.has(type) ? 1 : 0),
    lastAt: failed ? user.lastAt : Math.max(user.lastAt ?? 0, millisecondsOf(date)),
  }
}

/** A day's totals; categories without an event are absent, and `other` counts types that are not in the catalogue. */
type DayTotals = {
  readonly events: number
  readonly byCategory: Readonly<Partial<Record<EventCategory | 'other', number>>>
  readonly failedLogins: number
  readonly views: number
  readonly copies: number
}

/** Adds up a day's counts. */
export function totalsOf({ types, unknownTypes }: DayCounts): DayTotals {
  const byCategory = new Map<EventCategory | 'other', number>(unknownTypes > 0 ? [['other', unknownTypes]] : [])
  for (const [code, count] of types) {
    const category = eventTypeOf(code)?.category ?? 'other'
    byCategory.set(category, (byCategory.get(category) ?? 0) + count)
  }
  const sumOf = (some: ReadonlySet<number>) =>
    [...types].reduce((sum, [code, count]) => sum + (some.has(code) ? count : 0), 0)
  return {
    events: [...byCategory.values()].reduce((sum, count) => sum + count, 0),
    byCategory: Object.fromEntries(byCategory),
    failedLogins: sumOf(failedLoginTypes),
    views: sumOf(viewTypes),
    copies: sumOf(copyTypes),
  }
}

/** Adds up each person's counts over these days. */
export function usersOf(days: Iterable<DayCounts>): Map<Guid, UserCounts> {
  const users = new Map<Guid, UserCounts>()
  for (const day of days) {
    for (const [id, counts] of day.users) users.set(id, sumOfTwo(users.get(id) ?? emptyUser, counts))
  }
  return users
}

function sumOfTwo(one: UserCounts, other: UserCounts): UserCounts {
  const lastAt = Math.max(one.lastAt ?? 0, other.lastAt ?? 0)
  return {
    events: one.events + other.events,
    failedLogins: one.failedLogins + other.failedLogins,
    views: one.views + other.views,
    copies: one.copies + other.copies,
    lastAt: one.lastAt === null && other.lastAt === null ? null : lastAt,
  }
}

/** Adds up the events of each address over these days. */
export function addressesOf(days: Iterable<DayCounts>): Map<string, number> {
  const addresses = new Map<string, number>()
  for (const day of days) {
    for (const [address, count] of day.addresses) addresses.set(address, (addresses.get(address) ?? 0) + count)
  }
  return addresses
}

/** The entries with the highest numbers, highest first, equal ones by key; at most `busiestMax`. */
export function busiest<K extends string, T>(entries: ReadonlyMap<K, T>, numberOf: (value: T) => number): [K, T][] {
  return [...entries]
    .sort(([a, one], [b, other]) => numberOf(other) - numberOf(one) || (a < b ? -1 : 1))
    .slice(0, busiestMax)
}

/** A confirmed member without a recent event; `lastAt` (Unix ms) is the time of the last one, null if these days have none. */
type NotSeen = { readonly member: Member; readonly lastAt: number | null }

/** Confirmed members without an event in the `notSeenMs` before `now` (Unix ms), the longest inactive first. */
export function membersNotSeen(
  members: readonly Member[],
  users: ReadonlyMap<Guid, UserCounts>,
  now: number,
): NotSeen[] {
  return members
    .filter(({ status }) => status === memberStatus.confirmed)
    .map((member) => ({ member, lastAt: (member.userId && users.get(member.userId)?.lastAt) || null }))
    .filter(({ lastAt }) => lastAt === null || lastAt <= now - notSeenMs)
    .sort((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0) || (a.member.id < b.member.id ? -1 : 1))
}
