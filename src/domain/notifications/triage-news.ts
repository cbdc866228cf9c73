// What integrations are notified of when a person acts on an incident: those that have a thread of it. Pure.
import type { TriagedIncident } from '../alerts/incidents/incident.ts'
import type { TriageAction } from '../alerts/incidents/triage/actions.ts'
import { incidentStateOf } from '../alerts/incidents/triage/triage.ts'
import type { Names } from '../directory/names.ts'
import { type IncidentNews, isPerIncident } from './incident-news.ts'
import type { Integration } from './integration.ts'
import { summaryOf } from './messages/notification.ts'

/**
 * The news of an action on an incident, given the incident after it: that a person acknowledged it, opened it again, or, for
 * integrations that ask for ends (`resolved`), closed it. An assignment and a comment are no news.
 */
export function triageNews(
  subscribers: readonly Integration[],
  incident: TriagedIncident,
  action: TriageAction,
  names: Names,
): readonly IncidentNews[] {
  const act = actOf(incident, action)
  if (!act) return []
  const { by, ...what } = act
  const { name, email } = names.person(by)
  return incident.record.threads.flatMap((thread): readonly IncidentNews[] => {
    const integration = subscribers.find(({ id }) => id === thread.integrationId)
    if (!integration || !isPerIncident(integration)) return []
    if (what.change === 'closed' && integration.subscriptions.alerts?.resolved !== true) return []
    const of = {
      kind: 'incident',
      incident: summaryOf(incident.record),
      thread,
      by: { id: by, name: name ?? email },
    } as const
    return [{ integrationId: integration.id, content: { ...of, ...what }, date: what.at }]
  })
}

/** What a person did, as it is stored; undefined if the incident is not as the action wanted it, or the action is no news. */
function actOf(incident: TriagedIncident, { kind }: TriageAction) {
  const { acknowledged, closed, reopened } = incident.triage
  const state = incidentStateOf(incident)
  if (kind === 'acknowledge' && state === 'acknowledged' && acknowledged) {
    return { change: 'acknowledged', ...acknowledged } as const
  }
  if (kind === 'close' && state === 'closed' && closed) {
    const { verdict, reason, by, at } = closed
    return { change: 'closed', verdict, reason, by, at } as const
  }
  return kind === 'reopen' && state === 'open' && reopened ? ({ change: 'reopened', ...reopened } as const) : undefined
}
