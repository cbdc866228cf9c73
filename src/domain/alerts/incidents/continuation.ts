// Continuation tokens of lists of incidents. Pure.
import type { Guid } from '../../guid.ts'
import { type Continuation, readContinuation, writeContinuation } from '../../log/continuation.ts'
import type { Cursor } from '../../log/cursor.ts'
import type { IncidentQuery } from './incident.ts'

/** Writes the token of the page of an organization's incidents at `cursor`. */
export const writeIncidentContinuation = (organizationId: Guid, query: IncidentQuery, cursor: Cursor): string =>
  writeContinuation(query, cursor, incidentContextOf(organizationId, query))

/** Reads a token, for the same organization and levels; undefined when it is damaged or belongs to another query. */
export const readIncidentContinuation = (
  token: string,
  organizationId: Guid,
  query: Omit<IncidentQuery, 'from' | 'to'>,
): Continuation | undefined => readContinuation(token, incidentContextOf(organizationId, query))

const incidentContextOf = (organizationId: Guid, { levels }: Omit<IncidentQuery, 'from' | 'to'>): string =>
  JSON.stringify(['incidents', organizationId, levels ?? null])
