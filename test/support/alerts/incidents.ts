// A store of incidents in memory, to group alerts with: what evaluation reads before a step, and stores after it.
import type { LinkingEntity } from '../../../src/domain/alerts/incidents/entities.ts'
import { groupAlerts, idsInReach, survivorOf } from '../../../src/domain/alerts/incidents/grouping.ts'
import type { GroupedAlert, IncidentRecord } from '../../../src/domain/alerts/incidents/incident.ts'
import type { Span } from '../../../src/domain/alerts/incidents/spans.ts'
import type { Guid } from '../../../src/domain/guid.ts'

/** An alert to group, before it is known whether it is stored. */
export type UngroupedAlert = {
  readonly record: GroupedAlert['record']
  readonly entities: readonly LinkingEntity[]
  readonly items?: readonly Guid[]
}

/** Incidents by step; `stored` rows of a step at most are kept, in the order in which a store writes them: then it was cut short. */
export function incidentWorld() {
  const incidents = new Map<Guid, IncidentRecord>()
  const incidentOf = new Map<Guid, Guid>()
  const spans = new Map<string, readonly Span[]>()

  const knownFor = (alerts: readonly GroupedAlert[]) => {
    const known = { spans, incidents: new Map<Guid, IncidentRecord>() }
    for (let read = -1; known.incidents.size > read; ) {
      read = known.incidents.size
      for (const id of idsInReach(alerts, known)) {
        const record = incidents.get(id)
        if (record) known.incidents.set(id, record)
      }
    }
    return known
  }

  return {
    incidents,
    step: (ungrouped: readonly UngroupedAlert[], stored = Number.POSITIVE_INFINITY) => {
      const alerts = ungrouped.map((alert) => ({
        ...alert,
        items: alert.items ?? [],
        incidentId: incidentOf.get(alert.record.id),
      }))
      const made = groupAlerts(alerts, knownFor(alerts))
      const rows = [
        ...made.incidents.map((record) => () => incidents.set(record.id, record)),
        ...[...made.incidentOf].map(
          ([alertId, id]) =>
            () =>
              incidentOf.set(alertId, id),
        ),
        ...[...made.spans].map(
          ([entity, list]) =>
            () =>
              spans.set(entity, list),
        ),
      ]
      for (const store of rows.slice(0, stored)) store()
      return made
    },
    /** The incident of an alert by now. */
    incidentOf: (alertId: Guid): Guid | undefined => {
      const id = incidentOf.get(alertId)
      return id && survivorOf(id, incidents)
    },
    /** The incidents that lists show. */
    listed: () => [...incidents.values()].filter(({ mergedInto }) => mergedInto === null),
  }
}
