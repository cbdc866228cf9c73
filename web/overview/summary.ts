// An organization's days in numbers, as GET /organizations/{id}/summary answers them. Pure.
import { type JsonRecord, list, number, record, recordAt, text, textOrNull } from '../api/read.ts'

/** How much of one day (UTC, `YYYY-MM-DD`) the log has. */
export type Day = {
  readonly date: string
  readonly events: number
  readonly byCategory: Readonly<Record<string, number>>
  readonly failedLogins: number
  readonly views: number
  readonly copies: number
}

/** What one person did within the range. */
export type User = {
  readonly userId: string
  readonly name: string | null
  readonly email: string | null
  readonly events: number
  readonly failedLogins: number
  readonly views: number
  readonly copies: number
  readonly lastSeen: string | null
}

export type Address = { readonly ipAddress: string; readonly events: number }

/** A member who did nothing in the log's last 30 days; `lastSeen` is null for one who never did. */
export type Unseen = {
  readonly memberId: string
  readonly userId: string | null
  readonly name: string | null
  readonly email: string | null
  readonly lastSeen: string | null
}

export type Summary = {
  readonly days: readonly Day[]
  readonly users: readonly User[]
  readonly addresses: readonly Address[]
  /** The first of them. */
  readonly membersNotSeen: readonly Unseen[]
  readonly membersNotSeenTotal: number
  /** Up to when events are counted; null while none is. */
  readonly upTo: string | null
}

/** Reads the answer of the route. */
export function summaryOf(json: unknown): Summary {
  const from = record(json)
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
  const from = record(json)
  const categories = recordAt(from, 'byCategory')
  return {
    date: text(from, 'date'),
    events: number(from, 'events'),
    byCategory: Object.fromEntries(Object.keys(categories).map((name) => [name, number(categories, name)])),
    ...secretsOf(from),
  }
}

function userOf(json: unknown): User {
  const from = record(json)
  const events = number(from, 'events')
  return { userId: text(from, 'userId'), ...personOf(from), events, ...secretsOf(from) }
}

function addressOf(json: unknown): Address {
  const from = record(json)
  return { ipAddress: text(from, 'ipAddress'), events: number(from, 'events') }
}

function unseenOf(json: unknown): Unseen {
  const from = record(json)
  return { memberId: text(from, 'memberId'), userId: textOrNull(from, 'userId'), ...personOf(from) }
}

const secretsOf = (from: JsonRecord) => ({
  failedLogins: number(from, 'failedLogins'),
  views: number(from, 'views'),
  copies: number(from, 'copies'),
})

const personOf = (from: JsonRecord) => ({
  name: textOrNull(from, 'name'),
  email: textOrNull(from, 'email'),
  lastSeen: textOrNull(from, 'lastSeen'),
})
