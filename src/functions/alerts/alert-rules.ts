// /organizations/{id}/alert-rules: owners and admins see every rule, write their own, and set or switch off any.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { readCustomRule, ruleNamed, rulesOf } from '../../application/alerts/organization-rules.ts'
import { changeConfiguration } from '../../application/alerts/report-changes.ts'
import {
  addRule,
  type ConfigurationChange,
  type ConfigurationRefusal,
  type CustomRule,
  customRulesMax,
  putSettings,
  type RuleConfiguration,
  removeRule,
  replaceRule,
  settingsFor,
} from '../../domain/alerts/rule-configuration.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { GivenSettings, ruleView, settingsErrors, settingsWords } from '../../domain/alerts/rule-views.ts'
import { idsOf, settingsProblems } from '../../domain/alerts/rules-in-force.ts'
import { customRulesStepsMax, ruleTextBytesMax } from '../../domain/alerts/sigma/problems.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { type AuditEventKind, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { RuleConfigurations } from '../../ports/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/schedule.ts'
import { authorOf } from '../http/author.ts'
import { readJson, readText } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { badRequest, failure, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

export type AlertRulesPorts = ManagerPorts & {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: RuleConfigurations
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly queue: EventQueue
  readonly secrets: Pick<Secrets, 'newId'>
  readonly address: AddressSettings
}

/** GET /organizations/{id}/alert-rules: every rule, built-in ones first. */
export const listAlertRules = forManagers(
  async (_request, organizationId, { configurations, builtInRules }: AlertRulesPorts) => {
    const configuration = await configurations.configurationOf(organizationId)
    const views = (await rulesOf(builtInRules, configuration)).map((each) => viewOf(each, configuration))
    return ok(listOf(views, null))
  },
)

/** GET /organizations/{id}/alert-rules/{ruleId}: one rule, with its text. */
export const readAlertRule = forManagers(
  async (request, organizationId, { configurations, builtInRules }: AlertRulesPorts) => {
    const ruleId = parseGuid(request.params.ruleId)
    const configuration = await configurations.configurationOf(organizationId)
    const rule = await ruleNamed(builtInRules, configuration, ruleId)
    return rule ? ok(wholeViewOf(rule, configuration)) : notFound()
  },
)

/** POST /organizations/{id}/alert-rules: adds the rule whose text is the body. */
export const createAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const read = await readRule(request)
  if (read.kind !== 'rule') return respondTo(read)

  // Those that are not remembered are read in slices, before the change counts what they take.
  await rulesOf(ports.builtInRules, await ports.configurations.configurationOf(organizationId))
  const changes = changesOf(request, organizationId, caller, ports)
  const { shipped, told, saved } = changes
  const event = told('rule-created', read.rule)
  const changed = await changes.make(
    (configuration) =>
      customRulesFit(configuration, read.rule) ?? addRule(configuration, saved(read.rule), shipped, event),
  )
  if (changed.kind === 'refused') return refusal(changed.reason)
  return { status: 201, jsonBody: wholeViewOf(read.rule, changed.configuration) }
})

/** PUT /organizations/{id}/alert-rules/{ruleId}: the body in the place of the text of a rule of its own. */
export const replaceAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const ruleId = parseGuid(request.params.ruleId)
  const read = await readRule(request, ruleId)
  if (read.kind !== 'rule') return respondTo(read)

  // Those that are not remembered are read in slices, before the change counts what they take.
  await rulesOf(ports.builtInRules, await ports.configurations.configurationOf(organizationId))
  const changes = changesOf(request, organizationId, caller, ports)
  const { shipped, told, saved } = changes
  const event = told('rule-replaced', read.rule)
  const changed = await changes.make(
    (configuration) =>
      customRulesFit(configuration, read.rule) ?? replaceRule(configuration, saved(read.rule), shipped, event),
  )
  return changed.kind === 'refused' ? refusal(changed.reason) : ok(wholeViewOf(read.rule, changed.configuration))
})

/** DELETE /organizations/{id}/alert-rules/{ruleId}: takes a rule of its own away, with its settings and mutes. */
export const deleteAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const ruleId = parseGuid(request.params.ruleId)
  if (!ruleId) return notFound()

  const rules = await rulesOf(ports.builtInRules, await ports.configurations.configurationOf(organizationId))
  const known = rules.find(({ id }) => id === ruleId)
  const changes = changesOf(request, organizationId, caller, ports)
  // One that does not hold any more has no title, and can be deleted all the same.
  const event = changes.told('rule-deleted', known ?? { id: ruleId, rule: { title: ruleId } })
  const changed = await changes.make((configuration) => removeRule(configuration, ruleId, changes.shipped, event))
  return changed.kind === 'refused' ? refusal(changed.reason) : { status: 204 }
})

/** PUT /organizations/{id}/alert-rules/{ruleId}/settings: everything that is set for a rule, built-in or not, anew. */
export const setAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const ruleId = parseGuid(request.params.ruleId)
  const body = await readJson(request, GivenSettings)
  if (body.kind !== 'json') return respondTo(body)
  const settings = body.value
  const rule = await ruleNamed(ports.builtInRules, await ports.configurations.configurationOf(organizationId), ruleId)
  if (!rule) return notFound()
  const problems = settingsProblems(rule.rule, settings)
  if (problems.length > 0) return badRequest(settingsErrors(problems))

  const changes = changesOf(request, organizationId, caller, ports)
  // With what was set: who silenced a rule must be seen in the log.
  const title = `${rule.rule.title}: ${settingsWords(settings)}`
  const event = changes.told('rule-settings-changed', { id: rule.id, rule: { title } })
  const changed = await changes.make((configuration) =>
    putSettings(configuration, rule.id, settings, changes.shipped, event),
  )
  return changed.kind === 'refused' ? refusal(changed.reason) : ok(viewOf(rule, changed.configuration))
})

/** The rule in a request's body; with `id`, to replace the rule of this id. */
async function readRule(
  request: HttpRequest,
  id?: Guid,
): Promise<{ readonly kind: 'rule'; readonly rule: RuleDocument } | Problem> {
  const body = await readText(request)
  if (body.kind !== 'text') return body
  if (Buffer.byteLength(body.text) > ruleTextBytesMax) {
    return { kind: 'too-large', message: `A rule has at most ${ruleTextBytesMax / 1024} KiB.` }
  }
  const read = readCustomRule(body.text, { builtIn: false, ...(id && { id }) })
  return read.kind === 'rule' ? read : { kind: 'invalid-rule', problems: read.problems }
}

/** A refusal, if an organization's own rules with this one take more steps together than they may; else undefined. */
function customRulesFit({ rules }: RuleConfiguration, { id, steps }: RuleDocument): ConfigurationChange | undefined {
  const others = rules.flatMap((each) => {
    const read = each.id === id ? undefined : readCustomRule(each.text, { builtIn: false, id: each.id })
    return read?.kind === 'rule' ? [read.rule.steps] : []
  })
  const total = others.reduce((sum, each) => sum + each, steps)
  return total > customRulesStepsMax ? { kind: 'refused', reason: 'rules-too-costly' } : undefined
}

/** What a request changes: who tells of it, and how it is made. */
function changesOf(request: HttpRequest, organizationId: Guid, caller: UserPrincipal, ports: AlertRulesPorts) {
  const { secrets, builtInRules } = ports
  const author = authorOf(request, organizationId, caller, ports)
  type Titled = { readonly id: Guid; readonly rule: { readonly title: string } }
  return {
    shipped: idsOf(builtInRules),
    saved: ({ id, text }: RuleDocument): CustomRule => ({ id, text, savedAt: author.at, savedBy: author.actingUserId }),
    told: (kind: AuditEventKind, { id, rule }: Titled) =>
      auditEvent(kind, { ...author, objectId: id, objectName: rule.title }, secrets.newId()),
    make: (change: (configuration: RuleConfiguration) => ConfigurationChange) =>
      changeConfiguration(ports, organizationId, change),
  }
}

const viewOf = (rule: RuleDocument, configuration: RuleConfiguration) =>
  ruleView(
    rule,
    settingsFor(configuration, rule.id),
    configuration.rules.find(({ id }) => id === rule.id),
  )
const wholeViewOf = (rule: RuleDocument, configuration: RuleConfiguration) => ({
  ...viewOf(rule, configuration),
  text: rule.text,
  warnings: rule.warnings,
})

const conflicts: Partial<Record<ConfigurationRefusal, string>> = {
  'rule-exists': 'There is a rule with this id already.',
  'rule-shipped': 'This rule comes with the app: it can be set or switched off, but not replaced or deleted.',
  'rules-too-costly':
    'With this rule, looking at one event could take the rules of the organization too long together: ' +
    'use fewer wildcards and smaller regular expressions in them, or delete some.',
  'too-many-rules': `An organization has at most ${customRulesMax} rules of its own.`,
}

function refusal(reason: ConfigurationRefusal): HttpResponseInit {
  const message = conflicts[reason]
  return message === undefined ? notFound() : failure(409, message)
}
