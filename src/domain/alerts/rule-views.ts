// A rule as the API returns it: what it says, as it is in force, and what the organization set. Pure.
import * as v from 'valibot'
import { duration, writtenDuration } from '../durations.ts'
import { formatInstant } from '../instant.ts'
import type { CustomRule, RuleSettings } from './configuration/rule-configuration.ts'
import { thresholdOf } from './engine/compiled/bounds.ts'
import type { RuleDocument } from './rule-documents.ts'
import { fitting, type SettingsProblem, withSettings } from './rules-in-force.ts'
import { levels, type Rule } from './sigma/rules.ts'

/** Any span of time: what a rule takes is another question, see `settingsProblems`. */
const span = v.optional(v.nullable(duration(0, Number.MAX_VALUE)), null)

/** Settings as they are given: null or absent is "as the rule says". Strict, so that a misspelt one is not lost. */
export const GivenSettings = v.pipe(
  v.unknown(),
  v.check((given) => !Array.isArray(given), 'must be an object'),
  v.strictObject({
    enabled: v.optional(v.nullable(v.boolean()), null),
    level: v.optional(v.nullable(v.picklist(levels)), null),
    timespan: span,
    repeat: span,
    threshold: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
    sensitivity: v.optional(v.nullable(v.number()), null),
  }),
  v.transform(
    ({ timespan, repeat, ...others }): RuleSettings => ({ ...others, timespanMs: timespan, repeatMs: repeat }),
  ),
)

/** What is wrong with settings, by the names they are given under, with what stands before each. */
export const settingsErrors = (problems: readonly SettingsProblem[], before = ''): Record<string, readonly string[]> =>
  Object.fromEntries(problems.map(({ setting, problem }) => [before + setting.replace(/Ms$/, ''), [problem]]))

/** A rule in the members' API. `own` is the stored rule if it is a custom rule. */
export function ruleView(text: RuleDocument, settings: RuleSettings, own: CustomRule | undefined) {
  const { id, builtIn } = text
  const { rule } = withSettings(text, settings)
  const { title, description, level, status, tags, falsePositives, response, enabled } = rule
  return {
    object: 'alertRule',
    id,
    title,
    description: description ?? null,
    level,
    status: status ?? null,
    tags,
    falsePositives,
    response: response ?? null,
    ...countView(rule),
    repeat: writtenDuration(rule.repeatMs),
    shipped: builtIn,
    alwaysOn: rule.takesNoSettings === true,
    enabled,
    settings: settingsView(fitting(text.rule, settings)),
    savedAt: own ? formatInstant(own.savedAt) : null,
    savedBy: own?.savedBy ?? null,
  }
}

/** What is set for a rule, in words that follow its title: "off, threshold 20"; "as the rule says" for nothing. */
export function settingsWords(settings: RuleSettings): string {
  const { enabled, ...others } = settingsView(settings)
  const set = Object.entries(others).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
  const words = [...(enabled === null ? [] : [enabled ? 'on' : 'off']), ...set]
  return words.length === 0 ? 'as the rule says' : words.join(', ')
}

const settingsView = ({ timespanMs, repeatMs, ...others }: RuleSettings) => ({
  ...others,
  timespan: timespanMs === null ? null : writtenDuration(timespanMs),
  repeat: repeatMs === null ? null : writtenDuration(repeatMs),
})

/** What a rule counts, over what time; null where it has no such thing. */
function countView(rule: Rule) {
  if (rule.kind === 'event') {
    return { kind: 'event', groupBy: [], timespan: null, threshold: null, sensitivity: null }
  }
  const { correlation } = rule
  return {
    kind: correlation.kind === 'temporal' && correlation.ordered ? 'temporal-ordered' : correlation.kind,
    groupBy: rule.groupBy.map(({ name }) => name),
    timespan: writtenDuration(rule.timespanMs),
    threshold: leastCountOf(rule),
    sensitivity: correlation.kind === 'abnormal-rate' ? correlation.sensitivity : null,
  }
}

/** The least count that fires; null where the rule has none. */
function leastCountOf({ correlation, rules }: Extract<Rule, { kind: 'correlation' }>): number | null {
  if (correlation.kind === 'absence') return null
  if (correlation.kind === 'abnormal-rate') return correlation.countMin
  return thresholdOf(correlation.count, correlation.kind === 'temporal' ? rules.length : undefined) ?? null
}
