// What callers hand back to read on: continuation tokens of lists and cursors of feeds. Pure.
import * as v from 'valibot'
import { formatNetwork, type Network } from '../addresses.ts'
import { readChecksummed, writeChecksummed } from '../checksummed-token.ts'
import type { EventLog } from '../events/event.ts'
import { Instant } from '../instant.ts'
import type { Cursor } from './cursor.ts'
import type { EventQuery, EventRange } from './query.ts'

const ListContent = v.strictTuple([v.string(), Instant, Instant])
const FeedContent = v.strictTuple([v.string()])

/** What a token continues: a list, or an export in one of its formats. */
export type Continued = 'list' | `export ${string}`

/** What a continuation token holds: the cursor of the next page, and the range of the first one, so that a token alone is enough. */
export type Continuation = { readonly cursor: Cursor; readonly range: EventRange }

/** Writes the continuation token of the page at `cursor`, for the same `context` alone. */
export const writeContinuation = ({ from, to }: EventRange, cursor: Cursor, context: string): string =>
  writeChecksummed([cursor, from, to], context)

/** Reads a continuation token; undefined when it is damaged or belongs to another context. */
export function readContinuation(token: string, context: string): Continuation | undefined {
  const read = v.safeParse(ListContent, readChecksummed(token, context))
  if (!read.success) return undefined

  const [cursor, from, to] = read.output
  return { cursor, range: { from, to } }
}

/** What a caller asks a list or an export for, in any range; `search` as it is written: names may come to mean other ids. */
export type EventsAsked = Omit<EventQuery, 'from' | 'to'> & { readonly search?: string | undefined }

/** Writes the token of the page at `cursor` of a list or an export in this range. */
export const writeEventContinuation = (
  asked: EventsAsked,
  range: EventRange,
  cursor: Cursor,
  of: Continued = 'list',
): string => writeContinuation(range, cursor, contextOf(asked, of))

/** Reads a token, for the same log, filters and kind of response; undefined when it is damaged or belongs to another query. */
export const readEventContinuation = (
  token: string,
  asked: EventsAsked,
  of: Continued = 'list',
): Continuation | undefined => readContinuation(token, contextOf(asked, of))

/** Writes a feed's cursor as callers hold it. */
export const writeFeedCursor = (log: EventLog, cursor: Cursor): string => writeChecksummed([cursor], feedOf(log))

/** Reads a cursor of this log's feed; undefined when it is damaged or belongs to another feed. */
export function readFeedCursor(token: string, log: EventLog): Cursor | undefined {
  const read = v.safeParse(FeedContent, readChecksummed(token, feedOf(log)))
  return read.success ? read.output[0] : undefined
}

const feedOf = ({ kind, id }: EventLog): string => JSON.stringify(['feed', kind, id])

/** One id and one type of device are written as earlier versions wrote them, whose tokens stay readable. */
function contextOf({ log, filters, traits, search }: EventsAsked, of: Continued): string {
  const ids = filters.map(({ fields, ids, systemUsers = [], negated = false }) => [
    fields,
    ...ids,
    ...systemUsers,
    ...(negated ? [negated] : []),
  ])
  const { types = null, networks, deviceTypes = [], not } = traits
  const devices = deviceTypes.length > 1 ? deviceTypes : (deviceTypes[0] ?? null)
  const context = [of, log.kind, log.id, ids, types, addressesOf(networks), devices]
  const none = not && [not.types ?? null, addressesOf(not.networks), not.deviceTypes ?? null]
  return JSON.stringify([...context, ...(none ? [none] : []), ...(search === undefined ? [] : [search])])
}

const addressesOf = (networks: readonly Network[] | undefined): string | null =>
  networks?.map(formatNetwork).join() ?? null
