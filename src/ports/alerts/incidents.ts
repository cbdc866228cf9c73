// The port of stored incidents, to read them. Evaluation writes them with the alerts: see evaluation-state.ts.
import type { IncidentQuery, IncidentRecord } from '../../domain/alerts/incidents/incident.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'

/** A page of incidents, and where the next one begins; null at the end. */
export type IncidentPage = { readonly incidents: readonly IncidentRecord[]; readonly next: Cursor | null }

/** The incidents of every organization, to read. */
export type IncidentReader = {
  /**
   * The incidents of a query from behind `after` on, `limit` at most, newest first by when they began as first stored. A
   * page may have fewer, or none, while `next` is given: a page reads a bounded number of incidents. Incidents that cannot
   * be read are skipped. Undefined when `after` is no cursor of this list.
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
