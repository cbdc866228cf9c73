// What integrations are notified of about incidents: one thread each, which goes on only when its level rises. Pure.
import type { IncidentRecord } from '../alerts/incidents/incident.ts'
import { type IncidentThread, isGraver } from '../alerts/incidents/threads.ts'
import type { Guid } from '../guid.ts'
import type { Instant } from '../instant.ts'
import type { Integration } from './integration.ts'
import { type AlertNews, type IncidentContent, summaryOf } from './messages/notification.ts'
import { wantsAlert } from './subscriptions.ts'
import { isForPrograms } from './targets/targets.ts'

/** News of an incident for one integration; `date` is when it happened. */
export type IncidentNews = { readonly integrationId: Guid; readonly content: IncidentContent; readonly date: Instant }

/** The incidents of a step with their threads, to be stored with it, and the news for integrations. */
type Followed = { readonly incidents: readonly IncidentRecord[]; readonly news: readonly IncidentNews[] }

/** Whether an integration gets one thread of notifications an incident: if it does not say, people do, and programs do not. */
export const isPerIncident = ({ subscriptions: { alerts }, target }: Integration): boolean =>
  alerts !== null && (alerts.per === null ? !isForPrograms(target.kind) : alerts.per === 'incident')

/**
 * What the incidents that a step changes are news for, among those `subscribers`. An integration is notified of an incident at the first
 * raised alert in it that the integration wants, and again when such an alert has a higher level than any before, or opens it again after
 * people closed it: `closings` has when they did. When the incident turns out to be a part of another, its thread is ended, unless it goes on as that of the other. Threads of
 * integrations that are not among the `known` ones are dropped.
 */
export function followIncidents(
  subscribers: readonly Integration[],
  known: readonly Integration[],
  incidents: readonly IncidentRecord[],
  raised: readonly AlertNews[],
  closings: ReadonlyMap<Guid, Instant>,
): Followed {
  const raisedIn = Map.groupBy(raised, ({ alert }) => alert.incidentId)
  const byId = new Map(incidents.map((incident) => [incident.id, incident]))
  const isKnown = new Set(known.map(({ id }) => id))
  const followed = incidents.map((incident): Followed => {
    if (incident.mergedInto !== null) {
      return { incidents: [incident], news: endsOf(incident, byId.get(incident.mergedInto), subscribers) }
    }
    const threads = incident.threads.filter(({ integrationId }) => isKnown.has(integrationId))
    return followOne(
      { ...incident, threads },
      subscribers,
      raisedIn.get(incident.id) ?? [],
      closings.get(incident.id) ?? null,
    )
  })
  return {
    incidents: followed.flatMap((each) => each.incidents),
    news: followed.flatMap((each) => each.news),
  }
}

/** One incident that goes on, with these alerts that were raised in it. */
function followOne(
  incident: IncidentRecord,
  subscribers: readonly Integration[],
  raised: readonly AlertNews[],
  closedAt: Instant | null,
): Followed {
  const threads = new Map(incident.threads.map((thread) => [thread.integrationId, thread]))
  const news = subscribers.filter(isPerIncident).flatMap((integration): readonly IncidentNews[] => {
    const integrationId = integration.id
    const first = firstBySeverity(raised.filter(({ alert }) => wantsAlert(integration, alert)))
    const thread = threads.get(integrationId)
    const change = first && changeOf(thread, first, closedAt)
    if (!change) return []
    const { level, from: date } = first.alert
    const began = thread ?? { id: incident.id, integrationId, title: incident.title }
    const next = { ...began, level, recurredAfter: closedAt ?? thread?.recurredAfter ?? null }
    threads.set(integrationId, next)
    const content = { kind: 'incident', change, incident: summaryOf(incident), thread: next, ...first } as const
    return [{ integrationId, content, date }]
  })
  return { incidents: [{ ...incident, threads: [...threads.values()] }], news }
}

/** What an alert changes in a thread; undefined if that is no news. */
function changeOf(thread: IncidentThread | undefined, { alert }: AlertNews, closedAt: Instant | null) {
  if (!thread) return 'opened'
  if (closedAt !== null && thread.recurredAfter !== closedAt) return 'recurred'
  return isGraver(alert.level, thread.level) ? 'risen' : undefined
}

/** The most severe alert, of these the earliest. */
const firstBySeverity = (raised: readonly AlertNews[]): AlertNews | undefined =>
  raised.reduce<AlertNews | undefined>((one, other) => (one && !isBefore(other, one) ? one : other), undefined)

function isBefore({ alert: one }: AlertNews, { alert: other }: AlertNews): boolean {
  if (one.level !== other.level) return isGraver(one.level, other.level)
  return one.from + one.id < other.from + other.id
}

/**
 * The ends of an incident's threads that do not go on in the incident that it is a part of. If the step does not change that
 * one, an earlier try of this step has stored it, and the ends wait already.
 */
function endsOf(
  incident: IncidentRecord,
  survivor: IncidentRecord | undefined,
  subscribers: readonly Integration[],
): readonly IncidentNews[] {
  if (!survivor) return []
  const goesOn = new Set(survivor.threads.map(({ id, integrationId }) => id + integrationId))
  const into = { id: survivor.id, title: survivor.title }
  return incident.threads
    .filter(({ integrationId }) => subscribers.some(({ id }) => id === integrationId))
    .filter(({ id, integrationId }) => !goesOn.has(id + integrationId))
    .map((thread) => ({
      integrationId: thread.integrationId,
      content: { kind: 'incident', change: 'merged', incident: summaryOf(incident), thread, into },
      date: incident.to,
    }))
}
