// Where a list or a feed goes on: continuation tokens carry a list's place and range, cursors a feed's place. Pure.
import * as v from 'valibot'
import { formatNetwork } from '../addresses.ts'
import type { AlertQuery } from '../alerts/alert.ts'
import { readSealed, writeSealed } from '../checksummed-token.ts'
import type { EventLog } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import type { EventQuery, EventRange } from './query.ts'

/** A place in the order of a list or a feed, in the words of the store that gave it. */
export type Position = string

/** The number of the last event before a place in a feed; undefined for what is no place. */
export const numberAt = (position: Position): number | undefined =>
  /^(0|[1-9]\d{0,14})$/.test(position) ? Number(position) : undefined

const Continuation = v.strictTuple([v.string(), Instant, Instant])
const Cursor = v.strictTuple([v.string()])

/** What a token goes on with: a list, or an export in one of its formats. */
export type Continued = 'list' | `export ${string}`

/** Where a token goes on: a place, and the range of the first page, so that a token alone is enough. */
export type Continuance = { readonly position: Position; readonly range: EventRange }

/** Writes the token of the page after `position`. */
export const writeContinuation = (query: EventQuery, position: Position, of: Continued = 'list'): string =>
  writeContinuance(query, position, contextOf(query, of))

/** Reads a token back, for the same log, filters and kind of answer; undefined when it is damaged or belongs to another query. */
export const readContinuation = (
  text: string,
  query: Omit<EventQuery, 'from' | 'to'>,
  of: Continued = 'list',
): Continuance | undefined => readContinuance(text, contextOf(query, of))

/** Writes the token of an organization's alerts after `position`. */
export const writeAlertContinuation = (organizationId: Guid, query: AlertQuery, position: Position): string =>
  writeContinuance(query, position, alertsOf(organizationId, query))

/** Reads the token of a list of alerts back, for the same organization and filters, as `readContinuation` does. */
export const readAlertContinuation = (
  text: string,
  organizationId: Guid,
  query: Omit<AlertQuery, 'from' | 'to'>,
): Continuance | undefined => readContinuance(text, alertsOf(organizationId, query))

const writeContinuance = ({ from, to }: EventRange, position: Position, context: string): string =>
  writeSealed([position, from, to], context)

function readContinuance(text: string, context: string): Continuance | undefined {
  const read = v.safeParse(Continuation, readSealed(text, context))
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

const alertsOf = (organizationId: Guid, { state, active, ruleId, levels }: Omit<AlertQuery, 'from' | 'to'>): string =>
  JSON.stringify(['alerts', organizationId, state ?? null, active ?? null, ruleId ?? null, levels ?? null])

function contextOf({ log, filters, traits }: Omit<EventQuery, 'from' | 'to'>, of: Continued): string {
  const ids = filters.map(({ fields, id }) => [fields, id])
  const { types = null, networks, deviceType = null } = traits
  const addresses = networks?.map(formatNetwork).join() ?? null
  return JSON.stringify([of, log.kind, log.id, ids, types, addresses, deviceType])
}
