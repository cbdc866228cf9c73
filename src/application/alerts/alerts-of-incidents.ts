// Alerts as they are acknowledged with their incidents: who takes care of an incident need not acknowledge each of its alerts.
import { inParallel } from '../../concurrency/parallel.ts'
import type { StoredAlert } from '../../domain/alerts/alert.ts'
import type { TriagedIncident } from '../../domain/alerts/incidents/incident.ts'
import { acknowledgedWith } from '../../domain/alerts/incidents/triage/triage.ts'
import type { Guid } from '../../domain/guid.ts'
import type { IncidentTriage } from '../../ports/alerts/incidents.ts'
import { unlessDamaged } from '../../ports/errors.ts'

const readsAtOnce = 16

/** An incident by the id that an alert has of it; undefined without one that can be read. */
type FindIncident = (id: Guid) => Promise<TriagedIncident | undefined>

/** Finds incidents of an organization, each of them once. */
export function incidentFinder(alerts: Pick<IncidentTriage, 'findTriaged'>, organizationId: Guid): FindIncident {
  const found = new Map<Guid, Promise<TriagedIncident | undefined>>()
  return (id) => {
    const finding = found.get(id) ?? unlessDamaged(alerts.findTriaged(organizationId, id))
    found.set(id, finding)
    return finding
  }
}

/** Alerts with the acknowledgement of their incidents, where they have none of their own. */
export const acknowledgedWithIncidents = (
  alerts: readonly StoredAlert[],
  find: FindIncident,
): Promise<readonly StoredAlert[]> =>
  inParallel(alerts, readsAtOnce, async (alert) => {
    const { record, acknowledged } = alert
    if (acknowledged || !record.incidentId) return alert
    const incident = await find(record.incidentId)
    return incident ? { record, acknowledged: acknowledgedWith(incident, record.from) } : alert
  })
