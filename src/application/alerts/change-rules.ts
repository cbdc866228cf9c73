// Changes an organization's alert rules, each change with an audit event in its log.
import {
  addRule,
  type ConfigurationChange,
  putSettings,
  type RuleConfiguration,
  type RuleSettings,
  removeRule,
  replaceRule,
} from '../../domain/alerts/rule-configuration.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { settingsWords } from '../../domain/alerts/rule-views.ts'
import { idsOf } from '../../domain/alerts/rules-in-force.ts'
import { customRulesStepsMax } from '../../domain/alerts/sigma/problems.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import { readCustomRule, rulesOf } from './organization-rules.ts'
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

/** Replaces all settings of a rule. Its event says what was set: the log must show who silenced a rule. */
export async function setRule(
  ports: ChangeRulesPorts,
  author: Author,
  { id, rule }: RuleDocument,
  settings: RuleSettings,
): Promise<ConfigurationChange> {
  const title = `${rule.title}: ${settingsWords(settings)}`
  const event = auditEventOf('rule-settings-changed', id, title, author, ports)
  return changeConfiguration(ports, author.organizationId, (configuration) =>
    putSettings(configuration, id, settings, idsOf(ports.builtInRules), event),
  )
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
