// Continuation tokens of lists of incidents. Pure.
import { formatNetwork } from '../../addresses.ts'
import type { Guid } from '../../guid.ts'
import { type Continuation, readContinuation, writeContinuation } from '../../log/continuation.ts'
import type { Cursor } from '../../log/cursor.ts'
import type { EventRange } from '../../log/query.ts'
import type { IncidentFilters } from './incident-query.ts'

/** Writes the token of the page of an organization's incidents at `cursor`. */
export const writeIncidentContinuation = (
  organizationId: Guid,
  filters: IncidentFilters,
  range: EventRange,
  cursor: Cursor,
): string => writeContinuation(range, cursor, incidentContextOf(organizationId, filters))

/** Reads a token, for the same organization and filters; undefined when it is damaged or belongs to another query. */
export const readIncidentContinuation = (
  token: string,
  organizationId: Guid,
  filters: IncidentFilters,
): Continuation | undefined => readContinuation(token, incidentContextOf(organizationId, filters))

function incidentContextOf(organizationId: Guid, filters: IncidentFilters): string {
  const { levels = null, state = null, person = null, network, item = null, assignee, text = null } = filters
  // Nobody is an assignee too.
  const assigned = assignee === undefined ? null : [assignee]
  const address = network ? formatNetwork(network) : null
  return JSON.stringify(['incidents', organizationId, levels, state, person, address, item, assigned, text])
}
