// Reads an organization's incidents as responses show them: a page of a list, or one with its alerts and its story.
import { inParallel } from '../../concurrency/parallel.ts'
import { readIncidentContinuation, writeIncidentContinuation } from '../../domain/alerts/incidents/continuation.ts'
import type { IncidentFilters } from '../../domain/alerts/incidents/incident-query.ts'
import { incidentView } from '../../domain/alerts/incidents/incident-view.ts'
import { commentsMax } from '../../domain/alerts/incidents/triage/triage.ts'
import { commentView } from '../../domain/alerts/incidents/triage/triage-view.ts'
import type { Guid } from '../../domain/guid.ts'
import { type PageAsked, type PageRefusal, pageStartOf, tokenUnusable } from '../../domain/log/page-start.ts'
import type { AlertReader } from '../../ports/alerts/alerts.ts'
import type { IncidentReader, IncidentTriage } from '../../ports/alerts/incidents.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import { namesForLog } from '../directory/facts.ts'
import { acknowledgedWithIncidents } from './alerts-of-incidents.ts'
import { incidentStory, type StoryPorts } from './incident-story.ts'
import { alertViews, type ViewPorts } from './read-alerts.ts'

const readsAtOnce = 16

type ReadIncidentsPorts = ViewPorts & { readonly alerts: Pick<AlertReader, 'find'> & IncidentReader & IncidentTriage }
type ReadIncidentPorts = ReadIncidentsPorts & StoryPorts

type IncidentsRequest = {
  readonly filters: IncidentFilters
  readonly page: PageAsked
  readonly limit: number
}

type IncidentViews = {
  readonly kind: 'incidents'
  readonly views: readonly ReturnType<typeof incidentView>[]
  readonly token: string | null
}

/** The page of incidents that is asked for, newest first; `token` leads to the next page. */
export async function incidentPageOf(
  { alerts, directory, now }: ReadIncidentsPorts,
  organizationId: Guid,
  { filters, page: pageAsked, limit }: IncidentsRequest,
): Promise<IncidentViews | PageRefusal> {
  const read = (token: string) => readIncidentContinuation(token, organizationId, filters)
  const start = pageStartOf(pageAsked, now(), read)
  if (start.kind === 'refused') return start

  const personIds = filters.person ? await otherIdsOf(filters.person, directory, organizationId) : []
  const query = { ...filters, ...start.range, personIds }
  const page = await alerts.listIncidents(organizationId, query, limit, start.cursor)
  if (!page) return tokenUnusable
  const token = page.next === null ? null : writeIncidentContinuation(organizationId, filters, start.range, page.next)
  if (page.incidents.length === 0) return { kind: 'incidents', views: [], token }
  const names = await namesForLog(directory, { kind: 'organization', id: organizationId })
  return { kind: 'incidents', views: page.incidents.map((incident) => incidentView(incident, names)), token }
}

/** The account of a member, and the members that an account is or was. */
async function otherIdsOf(id: Guid, directory: DirectoryReader, organizationId: Guid): Promise<readonly Guid[]> {
  const organization = await unlessDamaged(directory.organization(organizationId))
  const members = organization ? [...organization.members, ...organization.former.members] : []
  return members.flatMap((member) => {
    if (member.userId === id) return [member.id]
    return member.id === id && member.userId !== null ? [member.userId] : []
  })
}

/**
 * An incident with the alerts that it lists its story and its comments; of one that was merged into another, the other. Alerts that
 * cannot be read are missing. Undefined if there is no such incident.
 */
export async function incidentWithStory(ports: ReadIncidentPorts, organizationId: Guid, id: Guid) {
  const incident = await ports.alerts.findTriaged(organizationId, id)
  if (!incident) return undefined
  const comments = (await ports.alerts.commentsOf(organizationId, incident.record)).slice(-commentsMax)
  const found = await inParallel(incident.record.alerts, readsAtOnce, async (listed) => {
    const alert = await unlessDamaged(ports.alerts.find(organizationId, listed.id))
    return alert ? [alert] : []
  })
  const alerts = found.flat()
  const { story, timeline, names } = await incidentStory(
    ports,
    organizationId,
    incident.record,
    alerts.map(({ record }) => record),
  )
  return {
    ...incidentView(incident, names),
    alerts: await alertViews(ports, organizationId, await acknowledgedWithIncidents(alerts, async () => incident)),
    story,
    timeline,
    comments: comments.map((comment) => commentView(comment, names)),
  }
}
