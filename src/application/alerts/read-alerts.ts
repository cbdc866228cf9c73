// Reads an organization's alerts as responses show them: people and things in their events by name.
import type { AlertQuery, StoredAlert } from '../../domain/alerts/alert.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import { type Mute, mutesAt } from '../../domain/alerts/configuration/rule-configuration.ts'
import { readAlertContinuation, writeAlertContinuation } from '../../domain/alerts/continuation.ts'
import { defaultHours } from '../../domain/alerts/hours/alerting-hours.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { type PageAsked, type PageRefusal, pageStartOf, tokenUnusable } from '../../domain/log/page-start.ts'
import type { AlertReader } from '../../ports/alerts/alerts.ts'
import type { Places } from '../../ports/alerts/places.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import { alertContext } from './alert-context.ts'
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
type ReadAlertsPorts = ViewPorts & { readonly alerts: AlertReader }

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
  const page = await ports.alerts.list(organizationId, asked, instantAt(ports.now()), limit, start.cursor)
  if (!page) return tokenUnusable
  const token = page.next === null ? null : writeAlertContinuation(organizationId, query, page.next)
  return { kind: 'alerts', views: await alertViews(ports, organizationId, page.alerts), token }
}

/** Alerts as responses show them now. */
export async function alertViews(
  ports: ViewPorts,
  organizationId: Guid,
  alerts: readonly StoredAlert[],
): Promise<AlertView[]> {
  if (alerts.length === 0) return []
  const samples = alerts.flatMap(({ record }) => record.samples)
  const known = await alertContext(ports.directory, organizationId, samples, defaultHours)
  const mutes = await lastingMutes(ports, organizationId)
  const at = instantAt(ports.now())
  const placeOf = ports.places?.placeOf
  return alerts.map((alert) => alertView(organizationId, alert, known, at, { mutes, placeOf }))
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
