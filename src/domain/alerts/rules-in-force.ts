// The rules that are evaluated for an organization: built-in and custom rules, with its settings, lists and exceptions. Pure.

import { writtenDuration } from '../durations.ts'
import type { Guid } from '../guid.ts'
import { finished, type Work } from '../steps.ts'
import { expandLists, listsUsedBy } from './configuration/expand-lists.ts'
import {
  hoursOf,
  noSettings,
  type RuleConfiguration,
  type RuleSettings,
  settingsFor,
} from './configuration/rule-configuration.ts'
import { layouts, riskBoundMax } from './engine/compiled/limits.ts'
import { riskTimespanMsMax } from './engine/compiled/risk-draft.ts'
import type { ExceptedEvents } from './exceptions/conditions.ts'
import { madeOnce, withEventRules, withSet } from './made-documents.ts'
import { type RuleDocument, readRuleDocument } from './rule-documents.ts'
import { withHours } from './rules-with-hours.ts'
import {
  abnormalRateMs,
  absenceMsMax,
  absenceMsMin,
  isWholeDays,
  rateSensitivity,
  riskMs,
  timespanMsMax,
  timespanMsMin,
} from './sigma/correlation-properties.ts'
import { repeatMsMax, repeatMsMin } from './sigma/documents.ts'
import type { Correlation, CorrelationRule, Rule } from './sigma/rules.ts'

const dayMs = 86_400_000

/**
 * Every rule of an organization as it is written, built-in rules first. A custom rule is skipped if a change of the app made it
 * invalid, or gave its id to a built-in rule. Costly: reuse the result while the configuration is the same.
 */
export const knownRules = (
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
): readonly RuleDocument[] => finished(readingRules(builtInRules, configuration, readRuleDocument))

/** The same as work, a document a step; `read` may cache what it read before. */
export function* readingRules(
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
  read: typeof readRuleDocument,
): Work<readonly RuleDocument[]> {
  const builtInIds = idsOf(builtInRules)
  const rules = [...builtInRules]
  for (const { id, text } of configuration.rules) {
    const each = read(text, { builtIn: false, id })
    if (each.kind === 'rule' && !builtInIds.has(id)) rules.push(each.rule)
    yield
  }
  return rules
}

/** Of these rules, those that are on, with their settings, lists, hours and exceptions applied. */
export const rulesOn = (rules: readonly RuleDocument[], configuration: RuleConfiguration): readonly RuleDocument[] =>
  rules.map((each) => asInForce(each, configuration)).filter(({ rule }) => rule.enabled)

/**
 * A rule as an organization has it evaluated, on or off: with these settings, or those it made, with the values of its lists,
 * by its alerting hours, and without what it excepted.
 */
export const asInForce = (
  text: RuleDocument,
  configuration: RuleConfiguration,
  settings: RuleSettings = settingsFor(configuration, text.id),
): RuleDocument =>
  withHours(
    withExceptions(withLists(withSettings(text, settings), configuration.lists), configuration.exceptions),
    hoursOf(configuration),
  )

/** The rules of a document with the values of the lists that they use. */
function withLists(text: RuleDocument, lists: RuleConfiguration['lists']): RuleDocument {
  if (lists.length === 0) return text
  const used = listsUsedBy(text.set)
  const own = lists.filter(({ name, values }) => used.has(name) && values.length > 0)
  if (own.length === 0) return text
  const asked = JSON.stringify(own.map(({ name, values }) => [name, values]))
  return listedOnce(text, asked, () => withSet(text, expandLists(text.set, own)))
}

/** The rules of a document without the events that are excepted from it; nothing is from one that takes no settings. */
function withExceptions(text: RuleDocument, exceptions: RuleConfiguration['exceptions']): RuleDocument {
  if (text.rule.takesNoSettings) return text
  const own = exceptions
    .filter(({ ruleId }) => ruleId === null || ruleId === text.id)
    .map(({ conditions, until }): ExceptedEvents => ({ conditions, until }))
  if (own.length === 0) return text
  return exceptedOnce(text, JSON.stringify(own), () => withEventRules(text, (rule) => ({ ...rule, exceptions: own })))
}

const [setOnce, listedOnce, exceptedOnce] = [madeOnce(), madeOnce(), madeOnce()]

/** The rules that are on, with their settings, lists, hours and exceptions applied. Costly, as `knownRules` is. */
export const rulesInForce = (
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
): readonly RuleDocument[] => rulesOn(knownRules(builtInRules, configuration), configuration)

/** A rule as an organization set it. A setting that does not fit the rule, as after the rule was changed, does nothing. */
export function withSettings(text: RuleDocument, settings: RuleSettings): RuleDocument {
  if (settings === noSettings) return text
  return setOnce(text, JSON.stringify(settings), () => madeWith(text, settings))
}

function madeWith(text: RuleDocument, settings: RuleSettings): RuleDocument {
  const { enabled, level, repeatMs, ...counted } = fitting(text.rule, settings)
  const head = {
    ...(enabled !== null && { enabled }),
    ...(level !== null && { level }),
    ...(repeatMs !== null && { repeatMs }),
  }
  const rule: Rule = { ...(text.rule.kind === 'event' ? text.rule : withCount(text.rule, counted)), ...head }
  return { ...text, rule, set: text.set.map((each) => (each === text.rule ? rule : each)) }
}

type CountSettings = Pick<RuleSettings, 'timespanMs' | 'threshold' | 'sensitivity'>

const withCount = (rule: CorrelationRule, settings: CountSettings): CorrelationRule => ({
  ...rule,
  timespanMs: settings.timespanMs ?? rule.timespanMs,
  correlation: withThreshold(rule.correlation, settings),
})

function withThreshold(correlation: Correlation, { threshold, sensitivity }: CountSettings): Correlation {
  switch (correlation.kind) {
    case 'absence':
      return correlation
    case 'abnormal-rate':
      return {
        ...correlation,
        countMin: threshold ?? correlation.countMin,
        sensitivity: sensitivity ?? correlation.sensitivity,
      }
    default:
      return threshold === null ? correlation : { ...correlation, count: [{ operator: 'gte', value: threshold }] }
  }
}

/** The settings without those that do not fit the rule. */
export function fitting(rule: Rule, settings: RuleSettings): RuleSettings {
  const wrong = settingsProblems(rule, settings).map(({ setting }) => [setting, null] as const)
  return wrong.length === 0 ? settings : { ...settings, ...Object.fromEntries(wrong) }
}

/** What is wrong with a setting, in words that follow its name. */
export type SettingsProblem = { readonly setting: keyof RuleSettings; readonly problem: string }

/** The settings that a rule has no such thing for, or that lie outside its limits; none when all fit. */
export function settingsProblems(rule: Rule, settings: RuleSettings): readonly SettingsProblem[] {
  if (rule.takesNoSettings) return everySetting(settings)
  const limits = limitsOf(rule)
  return settingNames.flatMap((setting) => {
    const [value, limit] = [settings[setting], limits[setting]]
    if (value === null) return []
    if (!limit) return [{ setting, problem: 'is nothing that a rule of this kind has' }]
    const isWhole = !limit.wholeDays || isWholeDays(value)
    if (limit.least <= value && value <= limit.most && isWhole) return []
    const show = setting.endsWith('Ms') ? writtenDuration : String
    const problem = `must be ${show(limit.least)} to ${show(limit.most)}${limit.wholeDays ? ', in whole days' : ''}`
    return [{ setting, problem }]
  })
}

/** Each setting that is set, as a problem. */
const everySetting = (settings: RuleSettings): readonly SettingsProblem[] =>
  (['enabled', 'level', ...settingNames] as const).flatMap((setting) =>
    settings[setting] === null ? [] : [{ setting, problem: 'cannot be set: this rule watches over alerting itself' }],
  )

const settingNames = ['timespanMs', 'repeatMs', 'threshold', 'sensitivity'] as const
type Limit = { readonly least: number; readonly most: number; readonly wholeDays?: true }
type Limits = { readonly [setting in (typeof settingNames)[number]]?: Limit }

/** Between what, both included, each number may be set that a rule has. */
function limitsOf(rule: Rule): Limits {
  const repeatMs = { least: repeatMsMin, most: repeatMsMax }
  if (rule.kind === 'event') return { repeatMs }
  const timespanMs = { least: timespanMsMin, most: timespanMsMax }
  switch (rule.correlation.kind) {
    case 'absence':
      return { repeatMs, timespanMs: { least: absenceMsMin, most: absenceMsMax } }
    case 'abnormal-rate':
      return {
        repeatMs,
        timespanMs: abnormalRateMs,
        sensitivity: rateSensitivity,
        threshold: { least: 1, most: layouts.full.windowMatchesMax },
      }
    case 'temporal':
      return { repeatMs, timespanMs, threshold: { least: 1, most: rule.rules.length } }
    case 'risk':
      return {
        repeatMs: { least: dayMs, most: repeatMsMax, wholeDays: true },
        timespanMs: { least: riskMs.least, most: Math.min(riskMs.most, riskTimespanMsMax(rule)), wholeDays: true },
        threshold: { least: 1, most: riskBoundMax },
      }
    default:
      return { repeatMs, timespanMs, threshold: { least: 1, most: layouts.compact.windowMatchesMax } }
  }
}

/** Ids of rules. */
export const idsOf = (rules: readonly RuleDocument[]): ReadonlySet<Guid> => new Set(rules.map(({ id }) => id))
