// Continuation tokens of lists of alerts. Pure.
import type { Guid } from '../guid.ts'
import { type Continuation, readContinuation, writeContinuation } from '../log/continuation.ts'
import type { Cursor } from '../log/cursor.ts'
import type { AlertQuery } from './alert.ts'

/** Writes the token of the page of an organization's alerts at `cursor`. */
export const writeAlertContinuation = (organizationId: Guid, query: AlertQuery, cursor: Cursor): string =>
  writeContinuation(query, cursor, contextOf(organizationId, query))

/** Reads a token, for the same organization and filters; undefined when it is damaged or belongs to another query. */
export const readAlertContinuation = (
  token: string,
  organizationId: Guid,
  query: Omit<AlertQuery, 'from' | 'to'>,
): Continuation | undefined => readContinuation(token, contextOf(organizationId, query))

const contextOf = (organizationId: Guid, { state, active, ruleId, levels }: Omit<AlertQuery, 'from' | 'to'>): string =>
  JSON.stringify(['alerts', organizationId, state ?? null, active ?? null, ruleId ?? null, levels ?? null])
