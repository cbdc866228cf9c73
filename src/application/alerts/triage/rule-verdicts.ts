// Reads how the incidents of the last days were closed, by rule, and proposes exceptions: what to tune.
import { inParallel } from '../../../concurrency/parallel.ts'
import type { TriagedIncident } from '../../../domain/alerts/incidents/incident.ts'
import type { RuleDocument } from '../../../domain/alerts/rule-documents.ts'
import { noisyRules, type RuleVerdicts, ruleVerdicts, verdictOf } from '../../../domain/alerts/tuning/rule-verdicts.ts'
import type { Guid } from '../../../domain/guid.ts'
import { instantAt } from '../../../domain/instant.ts'
import type { Cursor } from '../../../domain/log/cursor.ts'
import type { AlertReader } from '../../../ports/alerts/alerts.ts'
import type { IncidentPage, IncidentReader } from '../../../ports/alerts/incidents.ts'
import type { RuleConfigurations } from '../../../ports/alerts/rule-configurations.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import { rulesOf } from '../organization-rules.ts'

/** How far back incidents count, in days. */
const verdictDays = 30
const dayMs = 86_400_000
/** Most incidents of one page of the store, most pages, and most alerts whose sample events are read. */
const limits = { pageIncidents: 200, pages: 10, alerts: 300 } as const
const readsAtOnce = 16

type RuleVerdictsPorts = {
  readonly alerts: Pick<AlertReader, 'find'> & Pick<IncidentReader, 'listIncidents'>
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly now: () => number
}

type VerdictsView = Omit<RuleVerdicts, 'alertTitle'> & { readonly title: string }

/**
 * By rule, how the incidents were closed that began in the last 30 days: the 2,000 newest, with the sample events of 300 alerts in closed
 * ones. `isPartial`: there were more. Nothing is proposed for a rule that takes no exception.
 */
export async function readRuleVerdicts(
  { alerts, builtInRules, configurations, now }: RuleVerdictsPorts,
  organizationId: Guid,
): Promise<{ readonly verdicts: readonly VerdictsView[]; readonly isPartial: boolean }> {
  const { incidents, isWhole } = await incidentsSince(alerts, organizationId, now())
  const noisy = noisyRules(incidents)
  const listed = incidents
    .filter((incident) => verdictOf(incident) !== null)
    .flatMap(({ record }) => record.alerts.filter(({ ruleId }) => noisy.has(ruleId)))
  const read = await inParallel(listed.slice(0, limits.alerts), readsAtOnce, async ({ id }) => {
    const alert = await unlessDamaged(alerts.find(organizationId, id))
    return alert ? [[id, alert.record.samples] as const] : []
  })
  const rules = await rulesOf(builtInRules, await configurations.configurationOf(organizationId))
  const known = new Map(rules.map(({ id, rule }) => [id, rule]))
  const verdicts = ruleVerdicts(incidents, new Map(read.flat())).map(({ alertTitle, exceptions, ...verdict }) => {
    const rule = known.get(verdict.ruleId)
    const isExceptable = rule !== undefined && !rule.takesNoSettings
    return { ...verdict, title: rule?.title ?? alertTitle, exceptions: isExceptable ? exceptions : [] }
  })
  return { verdicts, isPartial: !isWhole || listed.length > limits.alerts }
}

/** The incidents that began in the last days, newest first, and whether these are all. */
async function incidentsSince(alerts: RuleVerdictsPorts['alerts'], organizationId: Guid, nowMs: number) {
  const query = { from: instantAt(nowMs - verdictDays * dayMs), to: instantAt(nowMs) }
  const incidents: TriagedIncident[] = []
  let cursor: Cursor | null = null
  for (let pages = 0; pages < limits.pages; pages += 1) {
    const page: IncidentPage | undefined = await alerts.listIncidents(
      organizationId,
      query,
      limits.pageIncidents,
      cursor,
    )
    incidents.push(...(page?.incidents ?? []))
    cursor = page?.next ?? null
    if (cursor === null) return { incidents, isWhole: true }
  }
  return { incidents, isWhole: false }
}
