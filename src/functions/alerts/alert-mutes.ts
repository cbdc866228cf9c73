// /organizations/{id}/alert-mutes: owners and admins suppress notifications of a rule, or of one group key, for a time.
import * as v from 'valibot'
import { endMute, listMutes, type MuteRefusal, muteRule } from '../../application/alerts/change-mutes.ts'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { muteDaysMax } from '../../domain/alerts/configuration/mutes.ts'
import { mutesMax } from '../../domain/alerts/configuration/rule-configuration.ts'
import { groupByMax } from '../../domain/alerts/sigma/correlation-properties.ts'
import { boundedArray } from '../../domain/bounded-array.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { foreignText } from '../../domain/texts.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

export type AlertMutesPorts = ManagerPorts & ChangeRulesPorts & { readonly address: AddressSettings }

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
export const listAlertMutes = forManagers(async (_request, organizationId, ports: AlertMutesPorts) =>
  ok(listOf(await listMutes(ports, organizationId), null)),
)

/** POST /organizations/{id}/alert-mutes: a new mute, of a rule that there is. */
export const createAlertMute = forManagers(async (request, organizationId, ports: AlertMutesPorts, caller) => {
  const body = await readJson(request, NewMute)
  if (body.kind !== 'json') return respondTo(body)

  const muted = await muteRule(ports, authorOf(request, organizationId, caller, ports), body.value)
  return muted.kind === 'refused' ? respondTo(problems[muted.reason]) : { status: 201, jsonBody: muted.view }
})

/** DELETE /organizations/{id}/alert-mutes/{muteId}: ends a mute before its time. */
export const deleteAlertMute = forManagers(async (request, organizationId, ports: AlertMutesPorts, caller) => {
  const muteId = parseGuid(request.params.muteId)
  if (!muteId) return notFound()

  const ended = await endMute(ports, authorOf(request, organizationId, caller, ports), muteId)
  return ended.kind === 'refused' ? notFound() : { status: 204 }
})

const problems: Readonly<Record<MuteRefusal, Problem>> = {
  'rule-unknown': invalid({ ruleId: ['is no rule of this organization'] }),
  'rule-always-on': { kind: 'conflict', message: 'This rule watches over alerting itself: it cannot be muted.' },
  'group-unfit': invalid({ group: ['must have a value for each member that the rule groups by, ids as ids'] }),
  'until-unfit': invalid({ until: [`must be a time to come, at most ${muteDaysMax} days ahead`] }),
  'too-many-mutes': { kind: 'conflict', message: `An organization has at most ${mutesMax} mutes.` },
  'rule-deleted': { kind: 'not-found' },
}
