// Does to incidents what a person asks for, each with an audit event in the organization's log.

import { inParallel } from '../../../concurrency/parallel.ts'
import type { TriagedIncident } from '../../../domain/alerts/incidents/incident.ts'
import { incidentView } from '../../../domain/alerts/incidents/incident-view.ts'
import { actOn, type TriageAction } from '../../../domain/alerts/incidents/triage/actions.ts'
import { triageEvent } from '../../../domain/alerts/incidents/triage/triage-audit.ts'
import { managersOf } from '../../../domain/directory/managers.ts'
import type { Names } from '../../../domain/directory/names.ts'
import type { Author } from '../../../domain/events/audit-events.ts'
import type { Guid } from '../../../domain/guid.ts'
import { writeMessages } from '../../../domain/ingest/event-messages.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { IncidentTriage, TriageListener, TriageOutcome } from '../../../ports/alerts/incidents.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import type { EventQueue } from '../../../ports/events.ts'
import { namesForLog } from '../../directory/facts.ts'

const atOnce = 16

type TriageIncidentsPorts = {
  readonly alerts: Pick<IncidentTriage, 'findTriaged' | 'changeTriage'>
  readonly directory: DirectoryReader
  readonly queue: Pick<EventQueue, 'enqueue'>
  /** Absent: nobody listens. */
  readonly onTriage?: TriageListener | undefined
}

type Asked = { readonly incidentIds: readonly Guid[]; readonly action: TriageAction }

/** What became of the incident of an id that was asked for: the incident that it leads to, or null. */
type Triaged = {
  readonly id: Guid
  readonly result: TriageOutcome['kind'] | 'notFound'
  readonly incident: ReturnType<typeof incidentView> | null
}

/**
 * Does the same to several incidents, to each as if it were alone; one that was merged leads to the incident that it is a part of, and
 * one that cannot be read counts as none. The events are queued before, so that nothing goes unlogged. Asked again, it changes
 * nothing more. `assignee-unfit`: that user is neither an owner nor an admin, nor the author.
 */
export async function triageIncidents(
  ports: TriageIncidentsPorts,
  author: Author,
  { incidentIds, action }: Asked,
): Promise<
  | { readonly kind: 'triaged'; readonly results: readonly Triaged[] }
  | { readonly kind: 'refused'; readonly reason: 'assignee-unfit' }
> {
  const { organizationId } = author
  if (action.kind === 'assign' && !(await isAssignable(ports, author, action.assignee))) {
    return { kind: 'refused', reason: 'assignee-unfit' }
  }
  const names = await namesForLog(ports.directory, { kind: 'organization', id: organizationId })
  const asked = await inParallel([...new Set(incidentIds)], atOnce, async (id) => {
    return { id, incident: await unlessDamaged(ports.alerts.findTriaged(organizationId, id)) }
  })
  const incidents = new Map(
    asked.flatMap(({ incident }) => (incident ? [[incident.record.id, incident] as const] : [])),
  )

  await queueEvents(ports, author, [...incidents.values()], action, names)
  const changed = await inParallel([...incidents.keys()], atOnce, async (id) => {
    return [id, await change(ports, author, id, action)] as const
  })
  const outcomes = new Map(changed)
  const results = asked.map(({ id, incident }): Triaged => {
    const outcome = incident && outcomes.get(incident.record.id)
    if (!outcome) return { id, result: 'notFound', incident: null }
    return { id, result: outcome.kind, incident: incidentView(outcome.incident, names) }
  })
  return { kind: 'triaged', results }
}

async function isAssignable({ directory }: TriageIncidentsPorts, author: Author, assignee: Guid | null) {
  if (assignee === null || assignee === author.actingUserId) return true
  const organization = await directory.organization(author.organizationId, millisecondsOf(author.at))
  return organization !== undefined && managersOf(organization).has(assignee)
}

async function queueEvents(
  { queue }: TriageIncidentsPorts,
  author: Author,
  incidents: readonly TriagedIncident[],
  action: TriageAction,
  names: Names,
): Promise<void> {
  const events = incidents.flatMap((incident) => {
    const made = actOn(incident, action, { by: author.actingUserId, at: author.at })
    return made.kind === 'changed' ? [triageEvent(author, incident, action, made, names)] : []
  })
  if (events.length > 0) await queue.enqueue(writeMessages(events))
}

/** Changes one incident, and calls the listener once that is stored. */
async function change(
  { alerts, onTriage }: TriageIncidentsPorts,
  { organizationId, actingUserId: by, at }: Author,
  id: Guid,
  action: TriageAction,
): Promise<TriageOutcome | undefined> {
  const outcome = await unlessDamaged(
    alerts.changeTriage(organizationId, id, (incident) => actOn(incident, action, { by, at })),
  )
  if (outcome && outcome.kind !== 'full') await onTriage?.(organizationId, outcome.incident, action)
  return outcome
}
