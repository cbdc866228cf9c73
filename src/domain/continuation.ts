// Where a list or a feed goes on: continuation tokens carry a list's place and range, cursors a feed's place. Pure.
import * as v from 'valibot'
import type { EventLog } from './event.ts'
import { Instant } from './instant.ts'
import type { EventQuery, EventRange } from './query.ts'
import { readSealed, writeSealed } from './sealed.ts'

/** A place in the order of a list or a feed, in the words of the store that gave it. */
export type Position = string

const Continuation = v.strictTuple([v.string(), Instant, Instant])
const Cursor = v.strictTuple([v.string()])

/** What a token goes on with: a list, or an export in one of its formats. */
export type Continued = 'list' | `export ${string}`

/** Writes the token of the page after `position`. */
export const writeContinuation = (query: EventQuery, position: Position, of: Continued = 'list'): string =>
  writeSealed([position, query.from, query.to], contextOf(query, of))

/**
 * Reads a token back, for the same log, filters and kind of answer; undefined when it is damaged or belongs to another query. The range
 * is that of the first page, so that a token alone is enough to go on.
 */
export function readContinuation(
  text: string,
  query: Omit<EventQuery, 'from' | 'to'>,
  of: Continued = 'list',
): { readonly position: Position; readonly range: EventRange } | undefined {
  const read = v.safeParse(Continuation, readSealed(text, contextOf(query, of)))
  if (!read.success) return undefined

  const [position, from, to] = read.output
  return { position, range: { from, to } }
}

/** Writes the cursor of what a log's feed has after `position`. */
export const writeCursor = (log: EventLog, position: Position): string => writeSealed([position], feedOf(log))

/** Reads a cursor of this log's feed back; undefined when it is damaged or another feed's. */
export function readCursor(text: string, log: EventLog): Position | undefined {
  const read = v.safeParse(Cursor, readSealed(text, feedOf(log)))
  return read.success ? read.output[0] : undefined
}

const feedOf = ({ kind, id }: EventLog): string => JSON.stringify(['feed', kind, id])

function contextOf({ log, filters, traits }: Omit<EventQuery, 'from' | 'to'>, of: Continued): string {
  const ids = filters.map(({ fields, id }) => [fields, id])
  const { types = null, ipAddress = null, deviceType = null } = traits
  return JSON.stringify([of, log.kind, log.id, ids, types, ipAddress, deviceType])
}
