// A rule made ready to be watched over time: what it counts, of which events, from how many on. Or why it can't be. Pure.
import type { Guid } from '../../guid.ts'
import type { CorrelationRule, EventRule, FieldRole, Rule } from '../sigma/rules.ts'
import { type Layout, layouts } from './limits.ts'
import { revisionOf } from './revision.ts'
import { thresholdOf } from './thresholds.ts'
import type { Measure } from './window.ts'

/** How the events of one rule feed a watch. */
export type Source = {
  readonly ruleId: Guid
  /** Position of the rule among those that are correlated, from 0. */
  readonly position: number
  /** The position as one character: what a match of it is told apart by. */
  readonly tag: string
  /** The field of each group-by member in these events. */
  readonly groupFields: readonly string[]
  /** The field whose values are counted, for the measure `values`. */
  readonly valueField?: string
}

/** What all watches have. */
export type WatchHead = {
  /** The rule that raises the alerts. */
  readonly ruleId: Guid
  /** Stands for the rule and for all that decides what it counts and when it speaks: see `revisionOf`. */
  readonly revision: Guid
  readonly measure: Measure
  readonly layout: Layout
  readonly timespanMs: number
  readonly repeatMs: number
  readonly groupBy: readonly string[]
  readonly sources: readonly Source[]
}

/** Speaks at a date when `measure` over the `timespanMs` up to it is `countMin` or more. */
export type WindowWatch = WatchHead & { readonly kind: 'window'; readonly countMin: number }

/** Speaks at a date when the matches within the `timespanMs` up to it are more than `barAt` expects of the group's past. */
export type RateWatch = WatchHead & { readonly kind: 'rate'; readonly countMin: number; readonly sensitivity: number }

/** Speaks when a group that matched did not match again for `timespanMs`. */
export type AbsenceWatch = WatchHead & { readonly kind: 'absence' }

/** Those that count matches in windows. */
export type CountingWatch = WindowWatch | RateWatch

/** A rule that raises alerts. */
export type Watch = CountingWatch | AbsenceWatch

/** Why a rule is not watched. */
export const refusalReasons = ['bound-not-rising', 'count-too-high', 'chained'] as const
export type RefusalReason = (typeof refusalReasons)[number]
export type WatchRefusal = {
  readonly kind: 'refused'
  readonly ruleId: Guid
  readonly reason: RefusalReason
  readonly message: string
}

type Refused = Omit<WatchRefusal, 'ruleId'>

/** The rules over events of a text, by id. */
type EventRules = ReadonlyMap<Guid, EventRule>

/**
 * The watch of a rule; undefined for one that raises no alerts of its own. `events` are the rules over events of its text.
 * Refused: bounds that a higher count can break, thresholds above 1,000 (300 for rates), correlations of correlations.
 */
export function watchOf(
  rule: Rule,
  events: EventRules,
): { readonly kind: 'watch'; readonly watch: Watch } | WatchRefusal | undefined {
  if (!rule.alerts) return undefined
  const made = rule.kind === 'event' ? eventWatch(rule) : correlationWatch(rule, events)
  if (made.kind === 'refused') return { ...made, ruleId: rule.id }
  return { kind: 'watch', watch: { ...made, revision: revisionOf(made, events) } }
}

/** A watch before it has its revision. */
export type WatchDraft = Omit<WindowWatch, 'revision'> | Omit<RateWatch, 'revision'> | Omit<AbsenceWatch, 'revision'>

/** A rule over one event speaks at each match: its window is that date alone. */
const eventWatch = ({ id, repeatMs }: EventRule): WatchDraft => ({
  kind: 'window',
  ruleId: id,
  measure: 'events',
  layout: 'full',
  timespanMs: 1,
  repeatMs,
  countMin: 1,
  groupBy: [],
  sources: [{ ruleId: id, position: 0, tag: '0', groupFields: [] }],
})

function correlationWatch(rule: CorrelationRule, events: EventRules): WatchDraft | Refused {
  if (rule.rules.some((id) => !events.has(id))) {
    return refused('chained', 'Correlations of correlations are not evaluated: correlate rules over events.')
  }
  const { correlation } = rule
  switch (correlation.kind) {
    case 'absence':
      return { kind: 'absence', ...headOf(rule), measure: 'events', layout: 'full' }
    case 'abnormal-rate': {
      const { countMin, sensitivity } = correlation
      const { windowMatchesMax } = layouts.full
      if (countMin > windowMatchesMax) {
        return refused('count-too-high', `${windowMatchesMax} at most are counted in one window of a rate.`)
      }
      return { kind: 'rate', ...headOf(rule), measure: 'events', layout: 'full', countMin, sensitivity }
    }
    default:
      return windowWatch(rule, correlation)
  }
}

type Counted = Extract<CorrelationRule['correlation'], { count: unknown }>

function windowWatch(rule: CorrelationRule, correlation: Counted): WatchDraft | Refused {
  const possible = correlation.kind === 'temporal' ? rule.rules.length : undefined
  const countMin = thresholdOf(correlation.count, possible)
  if (countMin === undefined) {
    return refused('bound-not-rising', 'Only bounds that every higher count keeps are evaluated: gt and gte.')
  }
  if (countMin > layouts.compact.windowMatchesMax) {
    return refused('count-too-high', `${layouts.compact.windowMatchesMax} at most are counted in one window.`)
  }
  const layout = countMin > layouts.full.windowMatchesMax ? 'compact' : 'full'
  return { kind: 'window', ...headOf(rule), measure: measureOf(correlation), layout, countMin }
}

const refused = (reason: RefusalReason, message: string): Refused => ({ kind: 'refused', reason, message })

function headOf({ id, rules, correlation, groupBy, timespanMs, repeatMs }: CorrelationRule) {
  const value = correlation.kind === 'value-count' ? correlation.field : undefined
  return {
    ruleId: id,
    timespanMs,
    repeatMs,
    groupBy: groupBy.map(({ name }) => name),
    sources: rules.map((ruleId, position) => ({
      ruleId,
      position,
      tag: position.toString(36),
      groupFields: groupBy.map((role) => fieldIn(role, ruleId)),
      ...(value && { valueField: fieldIn(value, ruleId) }),
    })),
  }
}

const fieldIn = ({ name, fields }: FieldRole, ruleId: Guid): string => fields.get(ruleId) ?? name

function measureOf(correlation: Counted): Measure {
  if (correlation.kind === 'value-count') return 'values'
  if (correlation.kind === 'temporal') return correlation.ordered ? 'sequence' : 'rules'
  return 'events'
}
