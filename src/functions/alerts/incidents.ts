// /organizations/{id}/incidents: owners and admins see which alerts belong together.
import * as v from 'valibot'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { incidentPageOf, incidentWithStory } from '../../application/alerts/read-incidents.ts'
import { parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { AlertReader } from '../../ports/alerts/alerts.ts'
import type { IncidentReader } from '../../ports/alerts/incidents.ts'
import type { EventStore } from '../../ports/events.ts'
import { forManagers, forManagersWith, type ManagerPorts } from '../http/managers.ts'
import { invalidPage, pageParameters } from '../http/paging.ts'
import { countParameter } from '../http/query.ts'
import { notFound, ok, respondTo } from '../http/responses.ts'
import { levelParameter, levelsIn } from './level-parameter.ts'

export type IncidentsPorts = ManagerPorts &
  Pick<ChangeRulesPorts, 'builtInRules' | 'configurations'> & {
    readonly alerts: AlertReader & IncidentReader
    readonly store: Pick<EventStore, 'list'>
  }

/** Most incidents of one page. */
export const incidentsPerPageMax = 200
export const incidentsPerPageDefault = 50

/** The query of a page of incidents. */
export const IncidentsQuery = v.strictObject({
  limit: countParameter(incidentsPerPageMax, incidentsPerPageDefault),
  level: levelParameter,
  ...pageParameters,
})

/** GET /organizations/{id}/incidents: a page of incidents, newest first. */
export const listIncidents = forManagersWith(
  IncidentsQuery,
  async (_request, organizationId, ports: IncidentsPorts, _caller, asked) => {
    const filters = levelsIn(asked.level)
    const page = await incidentPageOf(ports, organizationId, { filters, page: asked, limit: asked.limit })
    return page.kind === 'refused' ? respondTo(invalidPage(page)) : ok(listOf(page.views, page.token))
  },
)

/** GET /organizations/{id}/incidents/{incidentId}: one that was merged into another leads there. */
export const readIncident = forManagers(async (request, organizationId, ports: IncidentsPorts) => {
  const id = parseGuid(request.params.incidentId)
  const incident = id && (await incidentWithStory(ports, organizationId, id))
  return incident ? ok(incident) : notFound()
})
