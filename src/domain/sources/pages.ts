// Pages of the public API's events: what a response holds, and what its continuation token is. Pure.
import * as v from 'valibot'
import type { Instant } from '../instant.ts'
import { type PulledEvent, readEntry } from './pulled-events.ts'

/** Most events of a page, by the reference. */
export const pageEvents = 50

/** A page as read; `unreadable` are its entries that are no events. Dates are those that can be read. */
export type EventsPage = {
  readonly events: readonly PulledEvent[]
  readonly unreadable: readonly unknown[]
  readonly token: string | null
  readonly newest: Instant | undefined
  readonly oldest: Instant | undefined
  /** The date of the last entry. */
  readonly last: Instant | undefined
}

const Page = v.looseObject({
  data: v.pipe(v.array(v.unknown()), v.maxLength(10_000)),
  continuationToken: v.optional(v.nullable(v.union([v.string(), v.pipe(v.number(), v.transform(String))])), null),
})

/** Reads the body of a page; undefined for any other. An empty token is none. */
export function readPage(body: unknown): EventsPage | undefined {
  const read = v.safeParse(Page, body)
  if (!read.success) return undefined
  const { data, continuationToken } = read.output
  const entries = data.map((entry) => ({ entry, event: readEntry(entry) }))
  const events = entries.flatMap(({ event }) => event ?? [])
  const dates = events.flatMap(({ date }) => date ?? []).sort()
  return {
    events,
    unreadable: entries.flatMap(({ entry, event }) => (event ? [] : [entry])),
    token: continuationToken || null,
    newest: dates.at(-1),
    oldest: dates[0],
    last: events.at(-1)?.date,
  }
}

/** 1970 in .NET's ticks: units of 100 nanoseconds since the year 1. */
const ticksOf1970 = 621_355_968_000_000_000n

/**
 * Whether a token is this date as .NET's `DateTime.ToBinary` writes it, with any kind of time in its two highest bits. Such
 * a token leads to the dates before, so it skips the events of the same date that the page did not show.
 */
export function isDateToken(token: string, date: Instant): boolean {
  if (!/^-?\d{15,20}$/.test(token)) return false
  const ticks = ticksOf1970 + BigInt(Date.parse(`${date.slice(0, 23)}Z`)) * 10_000n + BigInt(date.slice(23, 27))
  return BigInt.asUintN(62, BigInt(token)) === ticks
}
