// /organizations/{id}/alerts: owners and admins see an organization's alerts, and say that they know of one.
import * as v from 'valibot'
import { acknowledge } from '../../application/alerts/acknowledge.ts'
import { namesForLog } from '../../application/directory/facts.ts'
import { type AlertQuery, alertStates, type StoredAlert } from '../../domain/alerts/alert.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import { readAlertContinuation, writeAlertContinuation } from '../../domain/alerts/continuation.ts'
import { levels } from '../../domain/alerts/sigma/rules.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { pageStartOf, tokenUnusable } from '../../domain/log/page-start.ts'
import type { Acknowledgements, AlertReader } from '../../ports/alerts/alerts.ts'
import type { EventQueue } from '../../ports/events.ts'
import { authorOf } from '../http/author.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, forManagersWith, type ManagerPorts } from '../http/managers.ts'
import { invalidPage, pageParameters } from '../http/paging.ts'
import { countParameter, severalOf } from '../http/query.ts'
import { notFound, ok, respondTo } from '../http/responses.ts'

type AlertsPorts = ManagerPorts & { readonly alerts: AlertReader & Acknowledgements }
export type AcknowledgingPorts = AlertsPorts & { readonly queue: EventQueue; readonly address: AddressSettings }

/** Most alerts of one page. */
export const alertsPerPageMax = 200
export const alertsPerPageDefault = 50

/** The query of a page of alerts. */
export const AlertsQuery = v.strictObject({
  limit: countParameter(alertsPerPageMax, alertsPerPageDefault),
  state: v.optional(v.picklist(alertStates, `must be ${alertStates.join(' or ')}`)),
  active: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
  ruleId: v.optional(Guid),
  level: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => severalOf(text.toLowerCase())),
      v.array(v.picklist(levels, `must be some of ${levels.join(', ')}`)),
    ),
  ),
  ...pageParameters,
})

/** GET /organizations/{id}/alerts: a page of alerts, newest first. */
export const listAlerts = forManagersWith(
  AlertsQuery,
  async (_request, organizationId, ports: AlertsPorts, _caller, asked) => {
    const filters = filtersOf(asked)
    const read = (token: string) => readAlertContinuation(token, organizationId, filters)
    const start = pageStartOf(asked, ports.now(), read)
    if (start.kind === 'refused') return respondTo(invalidPage(start))

    const query = { ...filters, ...start.range }
    const page = await ports.alerts.list(organizationId, query, instantAt(ports.now()), asked.limit, start.cursor)
    if (!page) return respondTo(invalidPage(tokenUnusable))
    const token = page.next === null ? null : writeAlertContinuation(organizationId, query, page.next)
    return ok(listOf(await shown(organizationId, page.alerts, ports), token))
  },
)

/** GET /organizations/{id}/alerts/{alertId} */
export const readAlert = forManagers(async (request, organizationId, ports: AlertsPorts) => {
  const id = parseGuid(request.params.alertId)
  const alert = id && (await ports.alerts.find(organizationId, id))
  if (!alert) return notFound()

  const [view] = await shown(organizationId, [alert], ports)
  return ok(view)
})

/**
 * POST /organizations/{id}/alerts/{alertId}/acknowledge: the first acknowledgement counts.
 */
export const acknowledgeAlert = forManagers(async (request, organizationId, ports: AcknowledgingPorts, caller) => {
  const id = parseGuid(request.params.alertId)
  const found = id && (await ports.alerts.find(organizationId, id))
  if (!found) return notFound()

  const author = authorOf(request, organizationId, caller, ports)
  const alert = found.acknowledged ? found : await acknowledge(found, author, ports)
  if (!alert) return notFound()
  const [view] = await shown(organizationId, [alert], ports)
  return ok(view)
})

/** Alerts as responses show them, people and things in their events by name. */
async function shown(organizationId: Guid, alerts: readonly StoredAlert[], { directory, now }: ManagerPorts) {
  if (alerts.length === 0) return []
  const names = await namesForLog(directory, { kind: 'organization', id: organizationId })
  const at = instantAt(now())
  return alerts.map((alert) => alertView(organizationId, alert, names, at))
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
    ...(level && { levels: levels.filter((each) => level.includes(each)) }),
  }
}
