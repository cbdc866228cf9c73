// The ports of stored alerts, one a role: reading them, and acknowledging them. Evaluation writes them: see evaluation-state.ts.
import type { Acknowledgement, AlertQuery, StoredAlert } from '../../domain/alerts/alert.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { HealthCheck } from '../health-check.ts'
import type { EvaluationState } from './evaluation-state.ts'
import type { IncidentReader, IncidentTriage } from './incidents.ts'

/** A page of alerts, and where the next one begins; null at the end. */
export type AlertPage = { readonly alerts: readonly StoredAlert[]; readonly next: Cursor | null }

/** The alerts of every organization, to read. */
export type AlertReader = {
  /**
   * The alerts of a query from behind `after` on, `limit` at most, newest first by when they began as first stored. A page of
   * a query with filters may have fewer alerts, or none, while `next` is given: a page reads a bounded number of alerts.
   * Alerts that cannot be read are skipped. Undefined when `after` is no cursor of this list.
   */
  readonly list: (
    organizationId: Guid,
    query: AlertQuery,
    now: Instant,
    limit: number,
    after: Cursor | null,
  ) => Promise<AlertPage | undefined>
  /** The alert of this id; undefined when the organization has none. Throws `Damaged` for one that cannot be read. */
  readonly find: (organizationId: Guid, id: Guid) => Promise<StoredAlert | undefined>
}

/** Who has taken note of which alert. */
export type Acknowledgements = {
  /** Acknowledges an alert once: the first acknowledgement that can be read stays. Otherwise as `AlertReader.find`. */
  readonly acknowledge: (organizationId: Guid, id: Guid, by: Acknowledgement) => Promise<StoredAlert | undefined>
}

/** What one store of alerts offers: they, incidents and the evaluation state are committed together. */
export type AlertStore = HealthCheck &
  EvaluationState &
  AlertReader &
  IncidentReader &
  IncidentTriage &
  Acknowledgements
