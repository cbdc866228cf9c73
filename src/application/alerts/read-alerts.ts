// Reads an organization's alerts as responses show them: people and things in their events by name.
import { type AlertQuery, type StoredAlert, stateOf } from '../../domain/alerts/alert.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import { type Mute, mutesAt } from '../../domain/alerts/configuration/rule-configuration.ts'
import { readAlertContinuation, writeAlertContinuation } from '../../domain/alerts/continuation.ts'
import { defaultHours } from '../../domain/alerts/hours/alerting-hours.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { type PageAsked, type PageRefusal, pageStartOf, tokenUnusable } from '../../domain/log/page-start.ts'
import type { AlertPage, AlertReader } from '../../ports/alerts/alerts.ts'
import type { IncidentTriage } from '../../ports/alerts/incidents.ts'
import type { Places } from '../../ports/alerts/places.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import { alertContext } from './alert-context.ts'
import { acknowledgedWithIncidents, incidentFinder } from './alerts-of-incidents.ts'
import { rulesOf } from './organization-rules.ts'

export type ViewPorts = {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly directory: DirectoryReader
  /** Absent: nothing is known of places. */
  readonly places?: Places | undefined
  readonly now: () => number
}
type ReadAlertsPorts = ViewPorts & { readonly alerts: AlertReader & Pick<IncidentTriage, 'findTriaged'> }

/** How often a store is asked for one page at most. */
const asksMax = 10

type AlertsRequest = {
  readonly filters: Omit<AlertQuery, 'from' | 'to'>
  readonly page: PageAsked
  readonly limit: number
}

type AlertView = ReturnType<typeof alertView>
type AlertViews = { readonly kind: 'alerts'; readonly views: readonly AlertView[]; readonly token: string | null }

/** The page of alerts that is asked for, newest first; `token` leads to the next page. */
export async function alertPageOf(
  ports: ReadAlertsPorts,
  organizationId: Guid,
  { filters, page: pageAsked, limit }: AlertsRequest,
): Promise<AlertViews | PageRefusal> {
  const read = (token: string) => readAlertContinuation(token, organizationId, filters)
  const start = pageStartOf(pageAsked, ports.now(), read)
  if (start.kind === 'refused') return start

  const query = { ...filters, ...start.range }
  const asked = { ...query, mutes: await lastingMutes(ports, organizationId) }
  const page = await pageWithIncidents(ports, organizationId, asked, limit, start.cursor)
  if (!page) return tokenUnusable
  const token = page.next === null ? null : writeAlertContinuation(organizationId, query, page.next)
  return { kind: 'alerts', views: await alertViews(ports, organizationId, page.alerts), token }
}

/**
 * A page of alerts as they are acknowledged with their incidents, which the store does not know: it is asked for more until the page
 * is full, at most `asksMax` times. Undefined when `after` is no cursor of this list.
 */
async function pageWithIncidents(
  { alerts, now }: ReadAlertsPorts,
  organizationId: Guid,
  query: AlertQuery,
  limit: number,
  after: Cursor | null,
): Promise<AlertPage | undefined> {
  const { state, mutes = [], ...others } = query
  // One that is acknowledged with its incident is open or muted by itself.
  const asked = state === 'acknowledged' ? others : query
  const find = incidentFinder(alerts, organizationId)
  const found: StoredAlert[] = []
  let cursor = after
  for (let asks = 0; asks < asksMax; asks += 1) {
    const room = limit - found.length
    const page = await alerts.list(organizationId, asked, instantAt(now()), room, cursor)
    if (!page) return undefined
    const known = await acknowledgedWithIncidents(page.alerts, find)
    found.push(...known.filter((alert) => state === undefined || stateOf(alert, mutes) === state))
    cursor = page.next
    if (cursor === null || found.length === limit || page.alerts.length < room) break
  }
  return { alerts: found, next: cursor }
}

/** Alerts as responses show them now. */
export async function alertViews(
  ports: ViewPorts,
  organizationId: Guid,
  alerts: readonly StoredAlert[],
): Promise<AlertView[]> {
  if (alerts.length === 0) return []
  const samples = alerts.flatMap(({ record }) => record.samples)
  const { names } = await alertContext(ports.directory, organizationId, samples, defaultHours)
  const mutes = await lastingMutes(ports, organizationId)
  const at = instantAt(ports.now())
  const placeOf = ports.places?.placeOf
  return alerts.map((alert) => alertView(organizationId, alert, names, at, { mutes, placeOf }))
}

/** The mutes that last; none of a rule that is always on, as an earlier version made them, and none that cannot be read. */
async function lastingMutes(
  { builtInRules, configurations, now }: ViewPorts,
  organizationId: Guid,
): Promise<readonly Mute[]> {
  const configuration = await unlessDamaged(configurations.configurationOf(organizationId))
  const mutes = configuration ? mutesAt(configuration, instantAt(now())) : []
  if (!configuration || mutes.length === 0) return []
  const rules = await rulesOf(builtInRules, configuration)
  const alwaysOn = new Set(rules.flatMap(({ id, rule }) => (rule.takesNoSettings ? [id] : [])))
  return mutes.filter(({ ruleId }) => !alwaysOn.has(ruleId))
}
