// Mutes rules of an organization and lists its mutes, each change with an audit event in its log.
import { groupOfMute, muteEnd, muteView } from '../../domain/alerts/configuration/mutes.ts'
import {
  type ConfigurationChange,
  type Mute,
  mute,
  mutesAt,
  unmute,
} from '../../domain/alerts/configuration/rule-configuration.ts'
import { itemsOfMute, muteName } from '../../domain/alerts/mutes/mute-name.ts'
import { idsOf } from '../../domain/alerts/rules-in-force.ts'
import type { Names } from '../../domain/directory/names.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { namesWithItems } from '../directory/facts.ts'
import type { ChangeRulesPorts } from './change-rules.ts'
import { ruleNamed, titleOf } from './organization-rules.ts'
import { changeConfiguration } from './report-changes.ts'

/** The directory has the names that the log says. */
type ChangeMutesPorts = ChangeRulesPorts & { readonly directory: DirectoryReader }

type MuteView = ReturnType<typeof muteView>

/** A mute to make: `until` is a date as text, `group` as the alerts of the rule have it; null: the whole rule. */
type NewMute = { readonly ruleId: Guid; readonly group: Mute['group']; readonly until: string }

/** `rule-deleted`: the rule was deleted after it was found. */
export type MuteRefusal =
  | 'rule-unknown'
  | 'rule-always-on'
  | 'group-unfit'
  | 'until-unfit'
  | 'too-many-mutes'
  | 'rule-deleted'
type Muted =
  | { readonly kind: 'muted'; readonly view: MuteView }
  | { readonly kind: 'refused'; readonly reason: MuteRefusal }

/** Every mute that is not over, in the order they were made. */
export async function listMutes(
  { configurations, builtInRules, now }: Pick<ChangeRulesPorts, 'configurations' | 'builtInRules' | 'now'>,
  organizationId: Guid,
): Promise<readonly MuteView[]> {
  const configuration = await configurations.configurationOf(organizationId)
  return mutesAt(configuration, instantAt(now())).map((each) =>
    muteView(each, titleOf(each.ruleId, builtInRules, configuration)),
  )
}

/** Mutes a rule, built-in or custom. */
export async function muteRule(ports: ChangeMutesPorts, author: Author, asked: NewMute): Promise<Muted> {
  const { builtInRules, configurations, secrets } = ports
  const { organizationId, actingUserId, at } = author
  const { ruleId } = asked
  const rule = await ruleNamed(builtInRules, await configurations.configurationOf(organizationId), ruleId)
  if (!rule) return refused('rule-unknown')
  if (rule.rule.takesNoSettings) return refused('rule-always-on')
  const group = groupOfMute(rule.rule, asked.group)
  if (group === undefined) return refused('group-unfit')
  const until = muteEnd(asked.until, at)
  if (!until) return refused('until-unfit')

  const added: Mute = { id: secrets.newId(), ruleId, group, until, mutedBy: actingUserId, mutedAt: at }
  const { title } = rule.rule
  const names = await namesWithItems(ports.directory, organizationId, itemsOfMute(added))
  const event = auditEventOf('alerts-muted', added, title, author, names)
  const changed = await changeConfiguration(ports, organizationId, (configuration) =>
    mute(configuration, added, idsOf(builtInRules), event),
  )
  if (changed.kind === 'changed') return { kind: 'muted', view: muteView(added, title) }
  return refused(changed.reason === 'too-many-mutes' ? changed.reason : 'rule-deleted')
}

/** Ends a mute before its time. */
export async function endMute(ports: ChangeMutesPorts, author: Author, muteId: Guid): Promise<ConfigurationChange> {
  const { organizationId } = author
  const configuration = await ports.configurations.configurationOf(organizationId)
  // A mute never changes, so that it can be named before the change.
  const known = configuration.mutes.find(({ id }) => id === muteId)
  if (!known) return { kind: 'refused', reason: 'mute-unknown' }
  const names = await namesWithItems(ports.directory, organizationId, itemsOfMute(known))
  const title = titleOf(known.ruleId, ports.builtInRules, configuration)
  const event = auditEventOf('alerts-unmuted', known, title, author, names)
  return changeConfiguration(ports, organizationId, (before) => unmute(before, muteId, event))
}

const refused = (reason: MuteRefusal): Muted => ({ kind: 'refused', reason })

const auditEventOf = (kind: AuditEventKind, muted: Mute, title: string, author: Author, names: Names) => {
  const facts = { ...author, objectId: muted.ruleId, objectName: muteName(muted, title, names) }
  return auditEvent(kind, facts, guidOfContent(kind, muted.id))
}
