// /organizations/{id}/alert-mutes: owners and admins suppress notifications of a rule, or of one group key, for a time.
import * as v from 'valibot'
import { readCustomRule, ruleNamed } from '../../application/alerts/organization-rules.ts'
import { changeConfiguration } from '../../application/alerts/report-changes.ts'
import { groupOfMute, muteDaysMax, muteEnd, muteName } from '../../domain/alerts/mutes.ts'
import {
  type Mute,
  mute,
  mutesAt,
  mutesMax,
  type RuleConfiguration,
  unmute,
} from '../../domain/alerts/rule-configuration.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { idsOf } from '../../domain/alerts/rules-in-force.ts'
import { groupByMax } from '../../domain/alerts/sigma/correlation-properties.ts'
import { boundedArray } from '../../domain/bounded-array.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { Guid, guidOfContent, parseGuid } from '../../domain/guid.ts'
import { formatInstant, instantAt } from '../../domain/instant.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { foreignText } from '../../domain/texts.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { badRequest, failure, notFound, ok, respondTo } from '../http/responses.ts'

export type AlertMutesPorts = ManagerPorts & {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: RuleConfigurations
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly queue: EventQueue
  readonly secrets: Pick<Secrets, 'newId'>
  readonly address: AddressSettings
}

/** Longest value of a group key: names of people and things have no more. */
const valueCharactersMax = 1_000

// Strict: a misspelt group must not mute the whole rule.
export const NewMute = v.strictObject({
  ruleId: Guid,
  group: v.optional(
    v.nullable(boundedArray(v.strictObject({ name: v.string(), value: foreignText(valueCharactersMax) }), groupByMax)),
    null,
  ),
  until: v.string(),
})

/** GET /organizations/{id}/alert-mutes: every mute that lasts, in the order they were made. */
export const listAlertMutes = forManagers(
  async (_request, organizationId, { configurations, builtInRules, now }: AlertMutesPorts) => {
    const configuration = await configurations.configurationOf(organizationId)
    const views = mutesAt(configuration, instantAt(now())).map((each) =>
      viewOf(each, titleOf(each.ruleId, builtInRules, configuration)),
    )
    return ok(listOf(views, null))
  },
)

/** POST /organizations/{id}/alert-mutes: a new mute, of a rule that there is. */
export const createAlertMute = forManagers(async (request, organizationId, ports: AlertMutesPorts, caller) => {
  const body = await readJson(request, NewMute)
  if (body.kind !== 'json') return respondTo(body)
  const { ruleId, group: given, until: end } = body.value
  const rule = await ruleNamed(ports.builtInRules, await ports.configurations.configurationOf(organizationId), ruleId)
  if (!rule) return badRequest({ ruleId: ['is no rule of this organization'] })
  const group = groupOfMute(rule.rule, given)
  if (group === undefined)
    return badRequest({ group: ['must have a value for each member that the rule groups by, ids as ids'] })
  const author = authorOf(request, organizationId, caller, ports)
  const until = muteEnd(end, author.at)
  if (!until) return badRequest({ until: [`must be a time to come, at most ${muteDaysMax} days ahead`] })

  const id = ports.secrets.newId()
  const added: Mute = { id, ruleId, group, until, mutedBy: author.actingUserId, mutedAt: author.at }
  const { title } = rule.rule
  const event = auditEventOf('alerts-muted', added, title, author)
  const changed = await changeConfiguration(ports, organizationId, (configuration) =>
    mute(configuration, added, idsOf(ports.builtInRules), event),
  )
  if (changed.kind === 'changed') return { status: 201, jsonBody: viewOf(added, title) }
  return changed.reason === 'too-many-mutes'
    ? failure(409, `An organization has at most ${mutesMax} mutes.`)
    : notFound()
})

/** DELETE /organizations/{id}/alert-mutes/{muteId}: ends a mute before its time. */
export const deleteAlertMute = forManagers(async (request, organizationId, ports: AlertMutesPorts, caller) => {
  const muteId = parseGuid(request.params.muteId)
  if (!muteId) return notFound()

  const author = authorOf(request, organizationId, caller, ports)
  const changed = await changeConfiguration(ports, organizationId, (configuration) => {
    const known = configuration.mutes.find(({ id }) => id === muteId)
    if (!known) return { kind: 'refused', reason: 'mute-unknown' }
    return unmute(
      configuration,
      muteId,
      auditEventOf('alerts-unmuted', known, titleOf(known.ruleId, ports.builtInRules, configuration), author),
    )
  })
  return changed.kind === 'refused' ? notFound() : { status: 204 }
})

const auditEventOf = (kind: AuditEventKind, muted: Mute, title: string, author: Author) => {
  const facts = { ...author, objectId: muted.ruleId, objectName: muteName(muted, title) }
  return auditEvent(kind, facts, guidOfContent(kind, muted.id))
}

/** A rule's title; the id if the rule is no longer valid. */
function titleOf(ruleId: Guid, builtInRules: readonly RuleDocument[], configuration: RuleConfiguration): string {
  const builtIn = builtInRules.find(({ id }) => id === ruleId)
  const own = configuration.rules.find(({ id }) => id === ruleId)
  const read = own && readCustomRule(own.text, { builtIn: false, id: ruleId })
  const rule = builtIn ?? (read?.kind === 'rule' ? read.rule : undefined)
  return rule?.rule.title ?? ruleId
}

/** A mute as responses show it. */
const viewOf = ({ id, ruleId, group, until, mutedBy, mutedAt }: Mute, title: string) => ({
  object: 'alertMute',
  id,
  ruleId,
  title,
  group,
  until: formatInstant(until),
  mutedAt: formatInstant(mutedAt),
  mutedBy,
})
