// /organizations/{id}/alerts: owners and admins see an organization's alerts, and say that they know of one.

import { namesForLog } from '../../application/directory/facts.ts'
import { type AlertQuery, alertStates, type StoredAlert } from '../../domain/alerts/alert.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import { readAlertContinuation, writeAlertContinuation } from '../../domain/alerts/continuation.ts'
import { levels } from '../../domain/alerts/sigma/rules.ts'
import { type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent, parseGuid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import { instantAt } from '../../domain/instant.ts'

import { listOf } from '../../domain/log/event-views.ts'
import type { Acknowledgements, AlertReader } from '../../ports/alerts.ts'
import type { EventQueue } from '../../ports/events.ts'
import { authorOf } from '../http/author.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { type ManagingPorts, managing } from '../http/managing.ts'
import {
  countOf,
  isWrong,
  type Parameters,
  parametersOf,
  type Wrong,
  wrong,
  wrongParameter,
} from '../http/parameters.ts'
import { badRequest, notFound, ok } from '../http/responses.ts'
import { badToken, placeBy } from '../log/event-list.ts'

export type AlertsPorts = ManagingPorts & { readonly alerts: AlertReader & Acknowledgements }
export type AcknowledgingPorts = AlertsPorts & { readonly queue: EventQueue; readonly address: AddressSettings }

/** Most alerts of one page. */
export const alertsPerPageMax = 200
export const alertsPerPageDefault = 50

const listParameters = ['limit', 'start', 'end', 'continuationToken', 'state', 'active', 'ruleId', 'level']

/** GET /organizations/{id}/alerts: a page of alerts, newest first. */
export const listAlerts = managing(async (request, organizationId, ports: AlertsPorts) => {
  const parameters = parametersOf(request)
  const limit = countOf(parameters, 'limit', alertsPerPageMax, alertsPerPageDefault)
  if (isWrong(limit)) return wrongParameter(limit)
  const filters = filtersOf(parameters)
  if (isWrong(filters)) return wrongParameter(filters)
  const place = placeBy(parameters, ports.now(), (token) => readAlertContinuation(token, organizationId, filters))
  if ('answer' in place) return place.answer

  const query = { ...filters, ...place.range }
  const page = await ports.alerts.list(organizationId, query, instantAt(ports.now()), limit, place.cursor)
  if (!page) return badRequest(badToken)
  const token = page.next === null ? null : writeAlertContinuation(organizationId, query, page.next)
  return ok(listOf(await shown(organizationId, page.alerts, ports), token))
}, listParameters)

/** GET /organizations/{id}/alerts/{alertId} */
export const readAlert = managing(async (request, organizationId, ports: AlertsPorts) => {
  const id = parseGuid(request.params.alertId)
  const alert = id && (await ports.alerts.find(organizationId, id))
  if (!alert) return notFound()

  const [view] = await shown(organizationId, [alert], ports)
  return ok(view)
})

/**
 * POST /organizations/{id}/alerts/{alertId}/acknowledge: the first who does stays the one who did. The event is on its way
 * before the alert is marked, so that no acknowledgement goes unlogged.
 */
export const acknowledgeAlert = managing(async (request, organizationId, ports: AcknowledgingPorts, caller) => {
  const id = parseGuid(request.params.alertId)
  const found = id && (await ports.alerts.find(organizationId, id))
  if (!found) return notFound()

  const author = authorOf(request, organizationId, caller, ports)
  const alert = found.acknowledged ? found : await acknowledge(found, author, ports)
  if (!alert) return notFound()
  const [view] = await shown(organizationId, [alert], ports)
  return ok(view)
})

/** Reports that the author knows of an alert, and then marks it. */
async function acknowledge({ record }: StoredAlert, author: Author, { alerts, queue }: AcknowledgingPorts) {
  const { organizationId, actingUserId, at } = author
  const facts = { ...author, objectId: record.id, objectName: record.title }
  const event = auditEvent('alert-acknowledged', facts, guidOfContent('alert-acknowledged', record.id, actingUserId))
  await queue.enqueue(writeMessages([event]))
  return alerts.acknowledge(organizationId, record.id, { by: actingUserId, at })
}

/** Alerts as they are answered, people and things in their events by name. */
async function shown(organizationId: Guid, alerts: readonly StoredAlert[], { directory, now }: ManagingPorts) {
  if (alerts.length === 0) return []
  const names = await namesForLog(directory, { kind: 'organization', id: organizationId })
  const at = instantAt(now())
  return alerts.map((alert) => alertView(organizationId, alert, names, at))
}

/** Which alerts are asked for, but for the range; the first wrong parameter stands for all. */
function filtersOf(parameters: Parameters): Omit<AlertQuery, 'from' | 'to'> | Wrong {
  const [state, active, rule] = [parameters('state'), parameters('active'), parameters('ruleId')]
  const named = parameters('level')
    ?.split(',')
    .map((each) => each.trim().toLowerCase())
  const wanted = named && levels.filter((level) => named.includes(level))
  const ruleId = rule === null ? null : parseGuid(rule)
  const known = alertStates.find((each) => each === state)
  if (state !== null && !known) return wrong('state', `must be ${alertStates.join(' or ')}`)
  if (active !== null && active !== 'true' && active !== 'false') return wrong('active', 'must be true or false')
  if (ruleId === undefined) return wrong('ruleId', 'is not a GUID')
  if (named?.some((each) => !levels.some((level) => level === each))) {
    return wrong('level', `must be some of ${levels.join(', ')}`)
  }
  return {
    ...(known && { state: known }),
    ...(active !== null && { active: active === 'true' }),
    ...(ruleId !== null && { ruleId }),
    ...(wanted && { levels: wanted }),
  }
}
