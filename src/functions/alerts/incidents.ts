// /organizations/{id}/incidents: owners and admins see which alerts belong together, and say what they do about it.
import * as v from 'valibot'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { incidentPageOf, incidentWithStory } from '../../application/alerts/read-incidents.ts'
import { triageIncidents } from '../../application/alerts/triage/triage-incidents.ts'
import { parseNetwork } from '../../domain/addresses.ts'
import { type IncidentFilters, searchedTextCharsMax } from '../../domain/alerts/incidents/incident-query.ts'
import { TriageAction } from '../../domain/alerts/incidents/triage/actions.ts'
import { incidentStates } from '../../domain/alerts/incidents/triage/triage.ts'
import { boundedArray } from '../../domain/bounded-array.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { AlertReader } from '../../ports/alerts/alerts.ts'
import type { IncidentReader, IncidentTriage, TriageListener } from '../../ports/alerts/incidents.ts'
import type { Tallies } from '../../ports/counts/tallies.ts'
import type { EventQueue, EventStore } from '../../ports/events.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, forManagersWith, type ManagerPorts } from '../http/managers.ts'
import { invalidPage, pageParameters } from '../http/paging.ts'
import { countParameter } from '../http/query.ts'
import { badRequest, notFound, ok, respondTo } from '../http/responses.ts'
import { levelParameter, levelsIn } from './level-parameter.ts'

type IncidentsPorts = ManagerPorts &
  Pick<ChangeRulesPorts, 'builtInRules' | 'configurations'> & {
    readonly alerts: AlertReader & IncidentReader & IncidentTriage
    readonly store: Pick<EventStore, 'list'>
    readonly tallies: Pick<Tallies, 'ofActor' | 'talliesOf'>
  }
export type TriagePorts = IncidentsPorts & {
  readonly queue: EventQueue
  readonly address: AddressSettings
  readonly onTriage?: TriageListener | undefined
}

/** Most incidents of one page. */
export const incidentsPerPageMax = 200
export const incidentsPerPageDefault = 50

const Address = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const network = parseNetwork(dataset.value)
    if (network) return network
    addIssue({ message: 'must be an IP address or a network (10.0.0.0/8), no bits beyond the prefix' })
    return NEVER
  }),
)

/** The query of a page of incidents. */
export const IncidentsQuery = v.strictObject({
  limit: countParameter(incidentsPerPageMax, incidentsPerPageDefault),
  state: v.optional(v.picklist(incidentStates, `must be one of ${incidentStates.join(', ')}`)),
  level: levelParameter,
  person: v.optional(Guid),
  address: v.optional(Address),
  item: v.optional(Guid),
  assignee: v.optional(v.union([v.picklist(['me', 'none']), Guid], 'must be a user id, me or none')),
  text: v.optional(
    v.pipe(v.string(), v.trim(), v.maxLength(searchedTextCharsMax, `has more than ${searchedTextCharsMax} characters`)),
  ),
  ...pageParameters,
})

/** Which incidents are asked for, but for the range. */
function filtersOf(
  { state, level, person, address, item, assignee, text }: v.InferOutput<typeof IncidentsQuery>,
  caller: UserPrincipal,
): IncidentFilters {
  const assigned = assignee === 'me' ? caller.userId : assignee
  return {
    ...levelsIn(level),
    ...(state && { state }),
    ...(person && { person }),
    ...(address && { network: address }),
    ...(item && { item }),
    ...(assigned && { assignee: assigned === 'none' ? null : assigned }),
    ...(text && { text }),
  }
}

/** GET /organizations/{id}/incidents: a page of incidents, newest first. */
export const listIncidents = forManagersWith(
  IncidentsQuery,
  async (_request, organizationId, ports: IncidentsPorts, caller, asked) => {
    const filters = filtersOf(asked, caller)
    const page = await incidentPageOf(ports, organizationId, { filters, page: asked, limit: asked.limit })
    return page.kind === 'refused' ? respondTo(invalidPage(page)) : ok(listOf(page.views, page.token))
  },
)

/** Most incidents of one request. */
export const incidentsPerTriageMax = 100

/** What to do to which incidents. */
export const TriageRequest = v.strictObject({
  incidentIds: v.pipe(boundedArray(Guid, incidentsPerTriageMax), v.minLength(1)),
  action: TriageAction,
})

/** POST /organizations/{id}/incidents/triage: the same to one incident or several, each on its own. */
export const triageIncident = forManagers(async (request, organizationId, ports: TriagePorts, caller) => {
  const body = await readJson(request, TriageRequest)
  if (body.kind !== 'json') return respondTo(body)

  const triaged = await triageIncidents(ports, authorOf(request, organizationId, caller, ports), body.value)
  if (triaged.kind === 'refused') return badRequest({ 'action.assignee': ['is neither an owner nor an admin'] })
  return ok({ object: 'list', data: triaged.results })
})

/** GET /organizations/{id}/incidents/{incidentId}: one that was merged into another leads there. */
export const readIncident = forManagers(async (request, organizationId, ports: IncidentsPorts) => {
  const id = parseGuid(request.params.incidentId)
  const incident = id && (await incidentWithStory(ports, organizationId, id))
  return incident ? ok(incident) : notFound()
})
