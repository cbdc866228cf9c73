// /organizations/{id}/alerts: owners and admins see an organization's alerts, and say that they know of one.
import type { HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { acknowledge } from '../../application/alerts/acknowledge.ts'
import { acknowledgedWithIncidents, incidentFinder } from '../../application/alerts/alerts-of-incidents.ts'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { alertPageOf, alertViews } from '../../application/alerts/read-alerts.ts'
import { type AlertQuery, alertStates, type StoredAlert } from '../../domain/alerts/alert.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { Acknowledgements, AlertReader } from '../../ports/alerts/alerts.ts'
import type { IncidentTriage } from '../../ports/alerts/incidents.ts'
import type { EventQueue } from '../../ports/events.ts'
import { authorOf } from '../http/author.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, forManagersWith, type ManagerPorts } from '../http/managers.ts'
import { invalidPage, pageParameters } from '../http/paging.ts'
import { countParameter } from '../http/query.ts'
import { notFound, ok, respondTo } from '../http/responses.ts'
import { levelParameter, levelsIn } from './level-parameter.ts'

type AlertsPorts = ManagerPorts &
  Pick<ChangeRulesPorts, 'builtInRules' | 'configurations'> & {
    readonly alerts: AlertReader & Acknowledgements & Pick<IncidentTriage, 'findTriaged'>
  }
export type AcknowledgingPorts = AlertsPorts & { readonly queue: EventQueue; readonly address: AddressSettings }

/** Most alerts of one page. */
export const alertsPerPageMax = 200
export const alertsPerPageDefault = 50

/** The query of a page of alerts. */
export const AlertsQuery = v.strictObject({
  limit: countParameter(alertsPerPageMax, alertsPerPageDefault),
  state: v.optional(v.picklist(alertStates, `must be one of ${alertStates.join(', ')}`)),
  active: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
  ruleId: v.optional(Guid),
  level: levelParameter,
  ...pageParameters,
})

/** GET /organizations/{id}/alerts: a page of alerts, newest first. */
export const listAlerts = forManagersWith(
  AlertsQuery,
  async (_request, organizationId, ports: AlertsPorts, _caller, asked) => {
    const page = await alertPageOf(ports, organizationId, {
      filters: filtersOf(asked),
      page: asked,
      limit: asked.limit,
    })
    return page.kind === 'refused' ? respondTo(invalidPage(page)) : ok(listOf(page.views, page.token))
  },
)

/** GET /organizations/{id}/alerts/{alertId} */
export const readAlert = forManagers(async (request, organizationId, ports: AlertsPorts) => {
  const id = parseGuid(request.params.alertId)
  const alert = id && (await ports.alerts.find(organizationId, id))
  return respondWith(alert, organizationId, ports)
})

/**
 * POST /organizations/{id}/alerts/{alertId}/acknowledge: the first acknowledgement counts.
 */
export const acknowledgeAlert = forManagers(async (request, organizationId, ports: AcknowledgingPorts, caller) => {
  const id = parseGuid(request.params.alertId)
  const alert = id && (await acknowledge(ports, authorOf(request, organizationId, caller, ports), id))
  return respondWith(alert, organizationId, ports)
})

async function respondWith(
  alert: StoredAlert | undefined,
  organizationId: Guid,
  ports: AlertsPorts,
): Promise<HttpResponseInit> {
  if (!alert) return notFound()
  const known = await acknowledgedWithIncidents([alert], incidentFinder(ports.alerts, organizationId))
  const [view] = await alertViews(ports, organizationId, known)
  return ok(view)
}

/** Which alerts are asked for, but for the range. */
function filtersOf({
  state,
  active,
  ruleId,
  level,
}: v.InferOutput<typeof AlertsQuery>): Omit<AlertQuery, 'from' | 'to'> {
  return {
    ...(state && { state }),
    ...(active && { active: active === 'true' }),
    ...(ruleId && { ruleId }),
    ...levelsIn(level),
  }
}
