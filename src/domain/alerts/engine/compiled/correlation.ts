// Compiles an alerting rule to a correlation: which matches it counts, over which window, and the threshold; or why not. Pure.
import { type Guid, guidOfContent } from '../../../guid.ts'
import {
  baselineMs,
  type CorrelationRule,
  type CountBound,
  type EventRule,
  type FieldRole,
  type Rule,
} from '../../sigma/rules.ts'
import type { BaseRule } from './base-rule.ts'
import { type Counted, measureOf, readThreshold } from './bounds.ts'
import { type ChainStep, lookBackMsOf } from './chain.ts'
import { type Chain, type CorrelationRules, chainOf } from './chain-draft.ts'
import { type Layout, layouts, riskBoundMax } from './limits.ts'
import type { RiskStep } from './risk.ts'
import { riskBaseRules, riskStepsOf, riskTimespanMsMax } from './risk-draft.ts'
import type { Measure } from './window.ts'

const dayMs = 86_400_000

/** What all correlations have. */
type CorrelationHead = {
  /** The rule that raises the alerts. */
  readonly ruleId: Guid
  /** An id that changes with everything that decides which matches are counted, by what, and over which timespan. */
  readonly counting: Guid
  /** An id that changes with `counting`, and with everything else that decides when the rule fires. */
  readonly revision: Guid
  readonly measure: Measure
  readonly layout: Layout
  readonly timespanMs: number
  readonly repeatMs: number
  readonly groupBy: readonly string[]
  readonly baseRules: readonly BaseRule[]
}

/**
 * Fires at a date when `measure` over the `timespanMs` up to it is `countMin` or more. With `steps` it is a chained correlation:
 * what counts are matches of the steps, and the matches of base rules are those that make them. With `risk` it adds up points.
 */
type WindowCorrelation = CorrelationHead & {
  readonly kind: 'window'
  readonly countMin: number
  readonly steps?: readonly ChainStep[]
  readonly risk?: readonly RiskStep[]
}

/** Fires at a date when the matches within the `timespanMs` up to it are more than the group key's baseline leads to expect. */
export type RateCorrelation = CorrelationHead & {
  readonly kind: 'rate'
  readonly countMin: number
  readonly sensitivity: number
}

/** Fires when a group key that matched does not match again for `timespanMs`. */
export type AbsenceCorrelation = CorrelationHead & { readonly kind: 'absence' }

/** Those that count matches in windows. */
export type CountingCorrelation = WindowCorrelation | RateCorrelation

/** An alerting rule as it is evaluated over time. A rule over events is a correlation of its matches with a threshold of 1. */
export type CompiledCorrelation = CountingCorrelation | AbsenceCorrelation

/** Why an alerting rule is not evaluated: `at` is the rule at fault, it or one that it is about; `path` the member of it. */
export type RuleRefusal = {
  readonly kind: 'refused'
  readonly ruleId: Guid
  readonly reason: 'bound-not-rising' | 'count-too-high' | 'chained'
  readonly message: string
  readonly at: Guid
  readonly path: readonly string[]
}

type Refused = Omit<RuleRefusal, 'ruleId'>

/** The rules over events of a document, by id. */
type EventRules = ReadonlyMap<Guid, EventRule>

/**
 * Compiles a rule; undefined for one that raises no alerts of its own. `events` and `correlations` are the rules of its document.
 * Refuses bounds that a higher count can break, thresholds above 1,000 (300 for rates), and the correlations of correlations
 * that `chainOf` refuses.
 */
export function compileCorrelation(
  rule: Rule,
  events: EventRules,
  correlations: CorrelationRules,
): { readonly kind: 'compiled'; readonly correlation: CompiledCorrelation } | RuleRefusal | undefined {
  if (!rule.alerts) return undefined
  const draft = rule.kind === 'event' ? eventDraft(rule) : correlationDraft(rule, correlations)
  if (draft.kind === 'refused') return { ...draft, ruleId: rule.id }
  return { kind: 'compiled', correlation: { ...draft, ...identitiesOf(draft, events) } }
}

/** A correlation before it has its ids. */
type Draft = Omit<WindowCorrelation, Identity> | Omit<RateCorrelation, Identity> | Omit<AbsenceCorrelation, Identity>
type Identity = 'counting' | 'revision'

/**
 * The ids of a rule as it is evaluated: of its id and parameters, and of how its base rules match. A rule that counts
 * otherwise starts anew; one with another threshold, sensitivity or repeat goes on with what it has counted. Titles, levels,
 * descriptions and the names of base rules are part of neither.
 */
function identitiesOf({ baseRules, ...parameters }: Draft, events: EventRules): Record<Identity, Guid> {
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1))
  const counted = sorted.filter(([name]) => !firingParameters.includes(name))
  const matched = baseRules.map(({ ruleId, groupFields, valueField }) => {
    const rule = events.get(ruleId)
    return [groupFields, valueField ?? null, rule ? detectionOf(rule) : null]
  })
  return {
    counting: guidOfContent('counting', JSON.stringify([counted, matched], withoutThresholds)),
    revision: guidOfContent('revision', JSON.stringify([sorted, matched])),
  }
}

/** How far back, in milliseconds, a window looks from the date that it ends at; with the windows of its steps. */
export const reachMsOf = (correlation: CompiledCorrelation): number =>
  correlation.timespanMs + (correlation.kind === 'window' && correlation.steps ? lookBackMsOf(correlation.steps) : 0)

/** How long before now the events begin that the state of a rule must know, in milliseconds. */
export const learntMsOf = (correlation: CompiledCorrelation): number =>
  reachMsOf(correlation) + correlation.repeatMs + (correlation.kind === 'rate' ? baselineMs : 0)

/** What decides when a rule fires, and not what it counts; the layout, which follows from the threshold, decides both. */
const firingParameters: readonly string[] = ['countMin', 'sensitivity', 'repeatMs']

/** Leaves the thresholds of steps out of JSON. */
const withoutThresholds = (name: string, value: unknown): unknown => (name === 'countMin' ? undefined : value)

/** Everything that decides which events a rule matches, as JSON can hold it. */
export const detectionOf = ({ category, selections, condition, items, hours, exceptions }: EventRule) => [
  category ?? null,
  [...selections],
  condition,
  items,
  ...(hours === undefined ? [] : [hours]),
  ...(exceptions ?? []),
]

/** A rule over events fires at each match: its window is that date alone. */
const eventDraft = ({ id, repeatMs }: EventRule): Draft => ({
  kind: 'window',
  ruleId: id,
  measure: 'events',
  layout: 'full',
  timespanMs: 1,
  repeatMs,
  countMin: 1,
  groupBy: [],
  baseRules: [{ ruleId: id, position: 0, tag: '0', groupFields: [] }],
})

function correlationDraft(rule: CorrelationRule, correlations: CorrelationRules): Draft | Refused {
  const chain = rule.rules.some((id) => correlations.has(id)) ? chainOf(rule, correlations) : undefined
  if (chain?.kind === 'refused') return chain
  const { correlation } = rule
  switch (correlation.kind) {
    case 'absence':
      return { kind: 'absence', ...headOf(rule), measure: 'events', layout: 'full' }
    case 'abnormal-rate': {
      const { countMin, sensitivity } = correlation
      const { windowMatchesMax } = layouts.full
      if (countMin > windowMatchesMax) {
        const message = `At most ${windowMatchesMax}: a window of a rate counts no more.`
        const path = ['correlation', 'condition', 'minimum']
        return { kind: 'refused', reason: 'count-too-high', message, at: rule.id, path }
      }
      return { kind: 'rate', ...headOf(rule), measure: 'events', layout: 'full', countMin, sensitivity }
    }
    case 'risk':
      return riskDraft(rule, correlation.count)
    default:
      return windowDraft(rule, correlation, chain)
  }
}

function windowDraft(rule: CorrelationRule, correlation: Counted, chain: Chain | undefined): Draft | Refused {
  const countMax = correlation.kind === 'temporal' ? rule.rules.length : undefined
  const threshold = readThreshold(correlation.count, layouts.compact.windowMatchesMax, countMax)
  if (threshold.kind === 'refused') return { ...threshold, at: rule.id }
  const { countMin } = threshold
  const layout = countMin > layouts.full.windowMatchesMax ? 'compact' : 'full'
  const draft = { kind: 'window', ...headOf(rule), measure: measureOf(correlation), layout, countMin } as const
  return chain ? { ...draft, steps: chain.steps, baseRules: chain.baseRules } : draft
}

function riskDraft(rule: CorrelationRule, count: readonly CountBound[]): Draft | Refused {
  const threshold = readThreshold(count, riskBoundMax)
  if (threshold.kind === 'refused') return { ...threshold, at: rule.id }
  const timespanMsMax = riskTimespanMsMax(rule)
  if (rule.timespanMs > timespanMsMax) {
    const message = `There is no room for so many matches: lower riskMax, riskDayMax or riskFrom of the rules, or write timespan: ${Math.max(0, timespanMsMax / dayMs)}d.`
    return { kind: 'refused', reason: 'count-too-high', message, at: rule.id, path: ['correlation', 'timespan'] }
  }
  const { countMin } = threshold
  const [head, risk] = [headOf(rule), riskStepsOf(rule)]
  const baseRules = riskBaseRules(head.baseRules, risk)
  return { kind: 'window', ...head, measure: 'risk', layout: 'full', countMin, risk, baseRules }
}

function headOf({ id, rules, correlation, groupBy, timespanMs, repeatMs }: CorrelationRule) {
  const value = correlation.kind === 'value-count' ? correlation.field : undefined
  return {
    ruleId: id,
    timespanMs,
    repeatMs,
    groupBy: groupBy.map(({ name }) => name),
    baseRules: rules.map((ruleId, position) => ({
      ruleId,
      position,
      tag: position.toString(36),
      groupFields: groupBy.map((role) => fieldIn(role, ruleId)),
      ...(value && { valueField: fieldIn(value, ruleId) }),
    })),
  }
}

const fieldIn = ({ name, fields }: FieldRole, ruleId: Guid): string => fields.get(ruleId) ?? name
