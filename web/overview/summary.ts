// An organization's days in numbers, read from the response of GET /organizations/{id}/summary. Pure.
import { type Immutable, list, number, record, text, textOrNull, type Unread } from '../api/read.ts'
import type * as Api from '../api/types.ts'

/** How much of one day (UTC, `YYYY-MM-DD`) the log has; a newer app may count categories that the page does not know. */
export type Day = Immutable<Omit<Api.Summary['days'][number], 'byCategory'>> & {
  readonly byCategory: Readonly<Record<string, number>>
}

/** What one person did within the range. */
export type User = Immutable<Api.Summary['users'][number]>

type Address = Immutable<Api.Summary['addresses'][number]>

/** A member who did nothing in the last 30 days of the log; `lastSeen` is null for one who never did. */
type Unseen = Immutable<Api.Summary['membersNotSeen'][number]>

/** `membersNotSeen` are the first of `membersNotSeenTotal`; events are counted up to `upTo`, null while none is. */
export type Summary = Immutable<
  Pick<Api.Summary, 'users' | 'addresses' | 'membersNotSeen' | 'membersNotSeenTotal' | 'upTo'>
> & {
  readonly days: readonly Day[]
}

/** Reads the response of the route. */
export function summaryOf(json: unknown): Summary {
  const from = record<Api.Summary>(json)
  return {
    days: list(from, 'days', dayOf),
    users: list(from, 'users', userOf),
    addresses: list(from, 'addresses', addressOf),
    membersNotSeen: list(from, 'membersNotSeen', unseenOf),
    membersNotSeenTotal: number(from, 'membersNotSeenTotal'),
    upTo: textOrNull(from, 'upTo'),
  }
}

function dayOf(json: unknown): Day {
  const from = record<Day>(json)
  const categories = record(from.byCategory)
  return {
    date: text(from, 'date'),
    events: number(from, 'events'),
    byCategory: Object.fromEntries(Object.keys(categories).map((name) => [name, number(categories, name)])),
    ...countsOf(from),
  }
}

function userOf(json: unknown): User {
  const from = record<User>(json)
  const events = number(from, 'events')
  return { userId: text(from, 'userId'), ...personOf(from), events, ...countsOf(from) }
}

function addressOf(json: unknown): Address {
  const from = record<Address>(json)
  return { ipAddress: text(from, 'ipAddress'), events: number(from, 'events') }
}

function unseenOf(json: unknown): Unseen {
  const from = record<Unseen>(json)
  return { memberId: text(from, 'memberId'), userId: textOrNull(from, 'userId'), ...personOf(from) }
}

const countsOf = (from: Unread<Pick<Day, 'failedLogins' | 'views' | 'copies'>>) => ({
  failedLogins: number(from, 'failedLogins'),
  views: number(from, 'views'),
  copies: number(from, 'copies'),
})

const personOf = (from: Unread<Pick<User, 'name' | 'email' | 'lastSeen'>>) => ({
  name: textOrNull(from, 'name'),
  email: textOrNull(from, 'email'),
  lastSeen: textOrNull(from, 'lastSeen'),
})
