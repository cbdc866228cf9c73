// The ports of stored incidents, one a role: reading them, and what people do to them. Evaluation writes them with the alerts: see evaluation-state.ts.
import type { IncidentRecord, TriagedIncident } from '../../domain/alerts/incidents/incident.ts'
import type { IncidentQuery } from '../../domain/alerts/incidents/incident-query.ts'
import type { TriageAction, TriageChange } from '../../domain/alerts/incidents/triage/actions.ts'
import type { IncidentComment } from '../../domain/alerts/incidents/triage/triage.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'

/** A page of incidents, and where the next one begins; null at the end. */
export type IncidentPage = { readonly incidents: readonly TriagedIncident[]; readonly next: Cursor | null }

/** The incidents of every organization, to read. */
export type IncidentReader = {
  /**
   * The incidents of a query from behind `after` on, `limit` at most, newest first by when they began as first stored. A
   * page may have fewer, or none, while `next` is given: a page reads a bounded number of incidents. Incidents that cannot
   * be read are skipped. What people did is as `findTriaged` has it. Undefined when `after` is no cursor of this list.
   */
  readonly listIncidents: (
    organizationId: Guid,
    query: IncidentQuery,
    limit: number,
    after: Cursor | null,
  ) => Promise<IncidentPage | undefined>
  /**
   * The incident of this id, also one that was merged into another; undefined when the organization has none. Throws `Damaged`
   * for one that cannot be read.
   */
  readonly findIncident: (organizationId: Guid, id: Guid) => Promise<IncidentRecord | undefined>
}

/** What people do to incidents. Evaluation never writes it, and people never write what evaluation does. */
export type IncidentTriage = {
  /**
   * The incident of this id, or the one that it was merged into, however often, with what people did to it and to those that
   * were merged into it; undefined when the organization has none. A triage that cannot be read is untouched. Throws `Damaged`
   * for an incident that cannot be read.
   */
  readonly findTriaged: (organizationId: Guid, id: Guid) => Promise<TriagedIncident | undefined>
  /**
   * Changes what `findTriaged` finds, as `change` says of it; `change` is called again when the incident has changed meanwhile. The comment of
   * a change is stored with it; one whose id is stored already makes the change `unchanged`. Undefined as for `findTriaged`.
   */
  readonly changeTriage: (
    organizationId: Guid,
    id: Guid,
    change: (incident: TriagedIncident) => TriageChange,
  ) => Promise<TriageOutcome | undefined>
  /** The comments on an incident and on those that were merged into it, earliest first; those that cannot be read are skipped. */
  readonly commentsOf: (
    organizationId: Guid,
    incident: Pick<IncidentRecord, 'id' | 'mergedIds'>,
  ) => Promise<readonly IncidentComment[]>
}

/** What became of a change, and the incident after it. */
export type TriageOutcome = { readonly kind: TriageChange['kind']; readonly incident: TriagedIncident }

/**
 * Is called with an action on an incident once it is stored, and the incident after it. Called again with the same triage when the
 * request is repeated, also after a failure of the listener: ids of what follows from it should be derived from the triage.
 */
export type TriageListener = (organizationId: Guid, incident: TriagedIncident, action: TriageAction) => Promise<void>
