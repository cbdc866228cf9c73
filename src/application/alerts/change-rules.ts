// Changes an organization's alert rules, each change with an audit event in its log.
import {
  addRule,
  type ConfigurationChange,
  type ConfigurationRefusal,
  putSettings,
  type RuleConfiguration,
  type RuleSettings,
  removeRule,
  replaceRule,
} from '../../domain/alerts/configuration/rule-configuration.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { settingsWords } from '../../domain/alerts/rule-views.ts'
import { idsOf, type SettingsProblem, settingsProblems } from '../../domain/alerts/rules-in-force.ts'
import { customRulesStepsMax } from '../../domain/alerts/sigma/problems.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import { readCustomRule, ruleNamed, rulesOf } from './organization-rules.ts'
import { changeConfiguration } from './report-changes.ts'

export type ChangeRulesPorts = {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: RuleConfigurations
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly queue: EventQueue
  readonly secrets: Pick<Secrets, 'newId'>
  readonly now: () => number
}

/** Adds a custom rule, or replaces the one of the same id. */
export async function saveRule(
  ports: ChangeRulesPorts,
  author: Author,
  rule: RuleDocument,
  how: 'add' | 'replace',
): Promise<ConfigurationChange> {
  // Rules that are not cached are read in slices, before the change counts their steps.
  await rulesOf(ports.builtInRules, await ports.configurations.configurationOf(author.organizationId))
  const event = auditEventOf(how === 'add' ? 'rule-created' : 'rule-replaced', rule.id, rule.rule.title, author, ports)
  const saved = { id: rule.id, text: rule.text, savedAt: author.at, savedBy: author.actingUserId }
  const put = how === 'add' ? addRule : replaceRule
  return changeConfiguration(
    ports,
    author.organizationId,
    (configuration) =>
      customRulesFit(configuration, rule) ?? put(configuration, saved, idsOf(ports.builtInRules), event),
  )
}

/** Deletes a custom rule with its settings and mutes. */
export async function deleteRule(ports: ChangeRulesPorts, author: Author, ruleId: Guid): Promise<ConfigurationChange> {
  const rules = await rulesOf(ports.builtInRules, await ports.configurations.configurationOf(author.organizationId))
  const known = rules.find(({ id }) => id === ruleId)
  // A rule that is no longer valid has no title, and can be deleted all the same.
  const event = auditEventOf('rule-deleted', ruleId, known?.rule.title ?? ruleId, author, ports)
  return changeConfiguration(ports, author.organizationId, (configuration) =>
    removeRule(configuration, ruleId, idsOf(ports.builtInRules), event),
  )
}

/** A rule with its settings after a change; or why nothing changes. */
type RuleSet =
  | { readonly kind: 'changed'; readonly rule: RuleDocument; readonly configuration: RuleConfiguration }
  | { readonly kind: 'refused'; readonly reason: ConfigurationRefusal }
  | { readonly kind: 'refused'; readonly reason: 'settings-invalid'; readonly problems: readonly SettingsProblem[] }

/** Replaces all settings of a rule, built-in or custom. Its event says what was set: the log must show who silenced a rule. */
export async function setRule(
  ports: ChangeRulesPorts,
  author: Author,
  ruleId: Guid | undefined,
  settings: RuleSettings,
): Promise<RuleSet> {
  const { builtInRules, configurations } = ports
  const { organizationId } = author
  const found = await ruleNamed(builtInRules, await configurations.configurationOf(organizationId), ruleId)
  if (!found) return { kind: 'refused', reason: 'rule-unknown' }
  const problems = settingsProblems(found.rule, settings)
  if (problems.length > 0) return { kind: 'refused', reason: 'settings-invalid', problems }

  const title = `${found.rule.title}: ${settingsWords(settings)}`
  const event = auditEventOf('rule-settings-changed', found.id, title, author, ports)
  const changed = await changeConfiguration(ports, organizationId, (configuration) =>
    putSettings(configuration, found.id, settings, idsOf(builtInRules), event),
  )
  return changed.kind === 'refused' ? changed : { kind: 'changed', rule: found, configuration: changed.configuration }
}

const auditEventOf = (
  kind: AuditEventKind,
  objectId: Guid,
  objectName: string,
  author: Author,
  { secrets }: Pick<ChangeRulesPorts, 'secrets'>,
) => auditEvent(kind, { ...author, objectId, objectName }, secrets.newId())

/** A refusal if the organization's custom rules with this one take more steps together than allowed, else undefined. */
function customRulesFit({ rules }: RuleConfiguration, { id, steps }: RuleDocument): ConfigurationChange | undefined {
  const others = rules.flatMap((each) => {
    const read = each.id === id ? undefined : readCustomRule(each.text, { builtIn: false, id: each.id })
    return read?.kind === 'rule' ? [read.rule.steps] : []
  })
  const total = others.reduce((sum, each) => sum + each, steps)
  return total > customRulesStepsMax ? { kind: 'refused', reason: 'rules-too-costly' } : undefined
}
