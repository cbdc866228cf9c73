// An organization's rule configuration: its custom rules, settings for them and the built-in rules, mutes, exceptions, and lists of values. Pure.
import * as v from 'valibot'
import { AcceptedEvent } from '../../events/event.ts'
import { Guid } from '../../guid.ts'
import { Instant } from '../../instant.ts'
import { isNeededAt, RuleException } from '../exceptions/exception.ts'
import { AlertingHours, defaultHours } from '../hours/alerting-hours.ts'
import { ValueList } from '../lists/value-list.ts'
import { levels } from '../sigma/rules.ts'

/** A custom rule: a document with one rule that alerts, whose id is `id`, and its base rules. */
export const CustomRule = v.object({ id: Guid, text: v.string(), savedAt: Instant, savedBy: Guid })
export type CustomRule = v.InferOutput<typeof CustomRule>

/** What an organization set for a rule; null: as the rule says. `threshold` is the least count that fires. */
export const RuleSettings = v.object({
  enabled: v.nullable(v.boolean()),
  level: v.nullable(v.picklist(levels)),
  timespanMs: v.nullable(v.pipe(v.number(), v.safeInteger())),
  repeatMs: v.nullable(v.pipe(v.number(), v.safeInteger())),
  threshold: v.nullable(v.pipe(v.number(), v.safeInteger())),
  sensitivity: v.nullable(v.number()),
})
export type RuleSettings = v.InferOutput<typeof RuleSettings>

/** Mutes notifications of a rule until a time; for one group only, if that is given as in the rule's alerts. */
export const Mute = v.object({
  id: Guid,
  ruleId: Guid,
  group: v.nullable(v.array(v.object({ name: v.string(), value: v.string() }))),
  until: Instant,
  mutedBy: Guid,
  mutedAt: Instant,
})
export type Mute = v.InferOutput<typeof Mute>

/**
 * `hours` is absent until an organization sets some. `unreported` are events about changes of the configuration that may not
 * be on their way to the log yet, oldest first.
 */
export const RuleConfiguration = v.object({
  rules: v.pipe(v.array(CustomRule), v.readonly()),
  settings: v.pipe(v.array(v.object({ ruleId: Guid, settings: RuleSettings })), v.readonly()),
  mutes: v.pipe(v.array(Mute), v.readonly()),
  exceptions: v.optional(v.pipe(v.array(RuleException), v.readonly()), []),
  hours: v.optional(AlertingHours),
  lists: v.optional(v.pipe(v.array(ValueList), v.readonly()), []),
  unreported: v.pipe(v.array(AcceptedEvent), v.readonly()),
})
/** `unreadable` are ids of custom rules that cannot be read: each stays until it is replaced or removed. */
export type RuleConfiguration = Readonly<v.InferOutput<typeof RuleConfiguration>> & {
  readonly unreadable?: readonly Guid[]
}

/** Settings that leave a rule as it says. */
export const noSettings: RuleSettings = {
  enabled: null,
  level: null,
  timespanMs: null,
  repeatMs: null,
  threshold: null,
  sensitivity: null,
}

export const emptyConfiguration: RuleConfiguration = {
  rules: [],
  settings: [],
  mutes: [],
  exceptions: [],
  lists: [],
  unreported: [],
}

/** Why a change of a configuration is refused. */
export type ConfigurationRefusal =
  | 'rule-exists'
  | 'rule-unknown'
  | 'rule-built-in'
  | 'too-many-rules'
  | 'rules-too-costly'
  | 'mute-unknown'
  | 'too-many-mutes'
  | 'exception-unknown'
  | 'exception-too-wide'
  | 'too-many-exceptions'
  | 'exceptions-too-long'
  | 'list-unknown'
  | 'too-many-lists'
  | 'lists-too-long'
export type ConfigurationChange =
  | { readonly kind: 'changed'; readonly configuration: RuleConfiguration }
  | { readonly kind: 'refused'; readonly reason: ConfigurationRefusal }

/** Most custom rules of an organization, and most mutes. */
export const customRulesMax = 200
export const mutesMax = 200

/** The audit event of a change: who made it, and when (its date). It is kept as unreported until it is on its way. */
type AuditEvent = AcceptedEvent
/** Ids of the built-in rules. */
type BuiltInIds = ReadonlySet<Guid>

/** Adds a rule. Refuses the id of a rule that is there, built-in or not, and more than `customRulesMax`. */
export function addRule(
  configuration: RuleConfiguration,
  rule: CustomRule,
  builtInIds: BuiltInIds,
  auditEvent: AuditEvent,
): ConfigurationChange {
  if (builtInIds.has(rule.id) || hasRule(configuration, rule.id)) return refused('rule-exists')
  if (configuration.rules.length + unreadableOf(configuration).length >= customRulesMax)
    return refused('too-many-rules')
  return changed({ ...configuration, rules: [...configuration.rules, rule] }, auditEvent)
}

/** Puts a rule in the place of the one with its id; what was set for that one stays. */
export function replaceRule(
  configuration: RuleConfiguration,
  rule: CustomRule,
  builtInIds: BuiltInIds,
  auditEvent: AuditEvent,
): ConfigurationChange {
  const refusal = notOwn(configuration, rule.id, builtInIds)
  if (refusal) return refusal
  const rules = unreadableOf(configuration).includes(rule.id)
    ? [...configuration.rules, rule]
    : configuration.rules.map((each) => (each.id === rule.id ? rule : each))
  return changed({ ...withoutUnreadable(configuration, rule.id), rules }, auditEvent)
}

/** Takes a rule away, with its settings, mutes and exceptions. */
export function removeRule(
  configuration: RuleConfiguration,
  id: Guid,
  builtInIds: BuiltInIds,
  auditEvent: AuditEvent,
): ConfigurationChange {
  const refusal = notOwn(configuration, id, builtInIds)
  if (refusal) return refusal
  const rules = configuration.rules.filter((each) => each.id !== id)
  const settings = configuration.settings.filter(({ ruleId }) => ruleId !== id)
  const mutes = configuration.mutes.filter(({ ruleId }) => ruleId !== id)
  const exceptions = configuration.exceptions.filter(({ ruleId }) => ruleId !== id)
  return changed({ ...withoutUnreadable(configuration, id), rules, settings, mutes, exceptions }, auditEvent)
}

/** Sets everything for a rule anew, built-in or not. Whether it fits the rule is not asked here: see `settingsProblems`. */
export function putSettings(
  configuration: RuleConfiguration,
  ruleId: Guid,
  settings: RuleSettings,
  builtInIds: BuiltInIds,
  auditEvent: AuditEvent,
): ConfigurationChange {
  if (!builtInIds.has(ruleId) && !hasRule(configuration, ruleId)) return refused('rule-unknown')
  const others = configuration.settings.filter((each) => each.ruleId !== ruleId)
  const setsAny = Object.values(settings).some((value) => value !== null)
  return changed({ ...configuration, settings: setsAny ? [...others, { ruleId, settings }] : others }, auditEvent)
}

/** Adds a mute of a rule, built-in or not. Refuses more than `mutesMax` that are not over. */
export function mute(
  configuration: RuleConfiguration,
  added: Mute,
  builtInIds: BuiltInIds,
  auditEvent: AuditEvent,
): ConfigurationChange {
  if (!builtInIds.has(added.ruleId) && !hasRule(configuration, added.ruleId)) return refused('rule-unknown')
  const lasting = mutesAt(configuration, auditEvent.date)
  if (lasting.length >= mutesMax) return refused('too-many-mutes')
  return changed({ ...configuration, mutes: [...lasting, added] }, auditEvent)
}

/** Ends a mute; refuses one that is over already. */
export function unmute(configuration: RuleConfiguration, id: Guid, auditEvent: AuditEvent): ConfigurationChange {
  const lasting = mutesAt(configuration, auditEvent.date)
  if (!lasting.some((each) => each.id === id)) return refused('mute-unknown')
  return changed({ ...configuration, mutes: lasting.filter((each) => each.id !== id) }, auditEvent)
}

/** The configuration without these events, which are on their way. */
export function withoutReported(
  configuration: RuleConfiguration,
  reported: readonly AcceptedEvent[],
): ConfigurationChange {
  const ids = new Set(reported.map(({ id }) => id))
  return {
    kind: 'changed',
    configuration: { ...configuration, unreported: configuration.unreported.filter(({ id }) => !ids.has(id)) },
  }
}

/** The mutes that are not over at `at`: a mute lasts until its `until`, that instant excluded. */
export const mutesAt = ({ mutes }: RuleConfiguration, at: Instant): Mute[] => mutes.filter(({ until }) => at < until)

/** The alerting hours of an organization. */
export const hoursOf = ({ hours }: RuleConfiguration): AlertingHours => hours ?? defaultHours

/** What an organization set for a rule; nothing, unless it did. */
export const settingsFor = (configuration: RuleConfiguration, id: Guid): RuleSettings =>
  configuration.settings.find(({ ruleId }) => ruleId === id)?.settings ?? noSettings

const unreadableOf = ({ unreadable }: RuleConfiguration): readonly Guid[] => unreadable ?? []

const withoutUnreadable = ({ unreadable, ...configuration }: RuleConfiguration, id: Guid): RuleConfiguration =>
  unreadable ? { ...configuration, unreadable: unreadable.filter((each) => each !== id) } : configuration

/** Whether there is a custom rule of this id, readable or not. */
export const hasRule = (configuration: RuleConfiguration, id: Guid): boolean =>
  configuration.rules.some((each) => each.id === id) || unreadableOf(configuration).includes(id)

function notOwn(configuration: RuleConfiguration, id: Guid, builtInIds: BuiltInIds): ConfigurationChange | undefined {
  if (hasRule(configuration, id)) return undefined
  return refused(builtInIds.has(id) ? 'rule-built-in' : 'rule-unknown')
}

/** The configuration with an event that is to be reported, and without mutes and exceptions that are no longer needed by then. */
export const changed = (configuration: RuleConfiguration, auditEvent: AuditEvent): ConfigurationChange => ({
  kind: 'changed',
  configuration: {
    ...configuration,
    mutes: mutesAt(configuration, auditEvent.date),
    exceptions: configuration.exceptions.filter((each) => isNeededAt(each, auditEvent.date)),
    unreported: [...configuration.unreported, auditEvent],
  },
})

export const refused = (reason: ConfigurationRefusal): ConfigurationChange => ({ kind: 'refused', reason })
