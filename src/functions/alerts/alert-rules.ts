// /organizations/{id}/alert-rules: owners and admins see every rule, write their own, and set or switch off any.
import type { HttpRequest } from '@azure/functions'
import { type ChangeRulesPorts, deleteRule, saveRule, setRule } from '../../application/alerts/change-rules.ts'
import { readCustomRule, ruleNamed, rulesOf } from '../../application/alerts/organization-rules.ts'
import { listProblems, listWarnings } from '../../domain/alerts/configuration/list-uses.ts'
import {
  type ConfigurationRefusal,
  customRulesMax,
  type RuleConfiguration,
  settingsFor,
} from '../../domain/alerts/configuration/rule-configuration.ts'
import { type RuleDocument, warningsFor } from '../../domain/alerts/rule-documents.ts'
import { GivenSettings, ruleView, settingsErrors } from '../../domain/alerts/rule-views.ts'
import { ruleDocumentBytesMax } from '../../domain/alerts/sigma/problems.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import type { Places } from '../../ports/alerts/places.ts'
import { authorOf } from '../http/author.ts'
import { readJson, readText } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

export type AlertRulesPorts = ManagerPorts &
  ChangeRulesPorts & {
    readonly address: AddressSettings
    /** Absent: nothing is known of places. */
    readonly places?: Pick<Places, 'hasData'> | undefined
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
export const readAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts) => {
  const { configurations, builtInRules } = ports
  const ruleId = parseGuid(request.params.ruleId)
  const configuration = await configurations.configurationOf(organizationId)
  const rule = await ruleNamed(builtInRules, configuration, ruleId)
  return rule ? ok(wholeViewOf(rule, configuration, ports)) : notFound()
})

/** POST /organizations/{id}/alert-rules: adds the rule whose document is the body. */
export const createAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const read = await readRule(request, organizationId, ports)
  if (read.kind !== 'rule') return respondTo(read)

  const changed = await saveRule(ports, authorOf(request, organizationId, caller, ports), read.rule, 'add')
  if (changed.kind === 'refused') return respondTo(problemOf(changed.reason))
  return { status: 201, jsonBody: wholeViewOf(read.rule, changed.configuration, ports) }
})

/** PUT /organizations/{id}/alert-rules/{ruleId}: replaces the document of a custom rule. */
export const replaceAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const read = await readRule(request, organizationId, ports, parseGuid(request.params.ruleId))
  if (read.kind !== 'rule') return respondTo(read)

  const changed = await saveRule(ports, authorOf(request, organizationId, caller, ports), read.rule, 'replace')
  if (changed.kind === 'refused') return respondTo(problemOf(changed.reason))
  return ok(wholeViewOf(read.rule, changed.configuration, ports))
})

/** DELETE /organizations/{id}/alert-rules/{ruleId}: deletes a custom rule, with its settings and mutes. */
export const deleteAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const ruleId = parseGuid(request.params.ruleId)
  if (!ruleId) return notFound()

  const changed = await deleteRule(ports, authorOf(request, organizationId, caller, ports), ruleId)
  return changed.kind === 'refused' ? respondTo(problemOf(changed.reason)) : { status: 204 }
})

/** PUT /organizations/{id}/alert-rules/{ruleId}/settings: replaces all settings of a rule, built-in or custom. */
export const setAlertRule = forManagers(async (request, organizationId, ports: AlertRulesPorts, caller) => {
  const ruleId = parseGuid(request.params.ruleId)
  const body = await readJson(request, GivenSettings)
  if (body.kind !== 'json') return respondTo(body)

  const changed = await setRule(ports, authorOf(request, organizationId, caller, ports), ruleId, body.value)
  if (changed.kind === 'changed') return ok(viewOf(changed.rule, changed.configuration))
  return respondTo(
    changed.reason === 'settings-invalid' ? invalid(settingsErrors(changed.problems)) : problemOf(changed.reason),
  )
})

/** The rule in a request's body; with `id`, to replace the rule of this id. */
async function readRule(
  request: HttpRequest,
  organizationId: Guid,
  { configurations }: Pick<AlertRulesPorts, 'configurations'>,
  id?: Guid,
): Promise<{ readonly kind: 'rule'; readonly rule: RuleDocument } | Problem> {
  const body = await readText(request)
  if (body.kind !== 'text') return body
  if (Buffer.byteLength(body.text) > ruleDocumentBytesMax) {
    return { kind: 'too-large', message: `A rule has at most ${ruleDocumentBytesMax / 1024} KiB.` }
  }
  const read = readCustomRule(body.text, { builtIn: false, ...(id && { id }) })
  if (read.kind === 'invalid') return { kind: 'invalid-rule', problems: read.problems }
  const problems = listProblems(read.rule.listUses, (await configurations.configurationOf(organizationId)).lists)
  return problems.length === 0 ? read : { kind: 'invalid-rule', problems }
}

const viewOf = (rule: RuleDocument, configuration: RuleConfiguration) =>
  ruleView(
    rule,
    settingsFor(configuration, rule.id),
    configuration.rules.find(({ id }) => id === rule.id),
  )
const wholeViewOf = (rule: RuleDocument, configuration: RuleConfiguration, { places }: AlertRulesPorts) => ({
  ...viewOf(rule, configuration),
  text: rule.text,
  warnings: [...warningsFor(rule, places?.hasData ?? false), ...listWarnings(rule.listUses, configuration.lists)],
})

const conflicts: Partial<Record<ConfigurationRefusal, string>> = {
  'rule-exists': 'There is a rule with this id already.',
  'rule-built-in': 'This rule comes with the app: it can be set or switched off, but not replaced or deleted.',
  'rules-too-costly':
    'With this rule, looking at one event could take the rules of the organization too long together: ' +
    'use fewer wildcards and smaller regular expressions in them, or delete some.',
  'too-many-rules': `An organization has at most ${customRulesMax} rules of its own.`,
}

function problemOf(reason: ConfigurationRefusal): Problem {
  const message = conflicts[reason]
  return message === undefined ? { kind: 'not-found' } : { kind: 'conflict', message }
}
