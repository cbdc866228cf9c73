// A rule made ready to be watched over time: what it counts, of which events, from how many on. Or why it can't be. Pure.
import type { Guid } from '../../guid.ts'
import type { CorrelationRule, EventRule, FieldRole, Rule } from '../rules.ts'
import type { Measure } from './gauges.ts'
import { type Layout, layouts } from './limits.ts'
import { thresholdOf } from './thresholds.ts'

/** How the events of one rule feed a watch. */
export type Source = {
  readonly ruleId: Guid
  /** Position of the rule among those that are correlated, from 0. */
  readonly position: number
  /** The field of each group-by member in these events. */
  readonly groupFields: readonly string[]
  /** The field whose values are counted, for the measure `values`. */
  readonly valueField?: string
}

/** A rule that raises alerts. It speaks at a date when `measure` over the `timespanMs` up to it is `countMin` or more. */
export type Watch = {
  readonly ruleId: Guid
  readonly measure: Measure
  readonly layout: Layout
  readonly timespanMs: number
  readonly repeatMs: number
  readonly countMin: number
  readonly groupBy: readonly string[]
  readonly sources: readonly Source[]
}

/** Why a rule is not watched. */
export const refusalReasons = ['bound-not-rising', 'count-too-high', 'chained', 'other-evaluation'] as const
export type RefusalReason = (typeof refusalReasons)[number]
export type WatchRefusal = {
  readonly kind: 'refused'
  readonly ruleId: Guid
  readonly reason: RefusalReason
  readonly message: string
}

/**
 * The watch of a rule; undefined for one that raises no alerts of its own. `events` are the rules over events of the set.
 * Refused: bounds that a higher count can break, thresholds above 1,000, correlations of correlations, and the types
 * that are not judged by a count in a window.
 */
export function watchOf(
  rule: Rule,
  events: ReadonlyMap<Guid, EventRule>,
): { readonly kind: 'watch'; readonly watch: Watch } | WatchRefusal | undefined {
  if (!rule.alerts) return undefined
  if (rule.kind === 'event') return { kind: 'watch', watch: eventWatch(rule) }

  const refused = (reason: RefusalReason, message: string): WatchRefusal => ({
    kind: 'refused',
    ruleId: rule.id,
    reason,
    message,
  })
  const { correlation } = rule
  if (correlation.kind === 'abnormal-rate' || correlation.kind === 'absence') {
    return refused('other-evaluation', 'Rates against a baseline and absences are not counts in a window.')
  }
  if (rule.rules.some((id) => !events.has(id))) {
    return refused('chained', 'Correlations of correlations are not evaluated: correlate rules over events.')
  }
  const possible = correlation.kind === 'temporal' ? rule.rules.length : undefined
  const countMin = thresholdOf(correlation.count, possible)
  if (countMin === undefined) {
    return refused('bound-not-rising', 'Only bounds that every higher count keeps are evaluated: gt and gte.')
  }
  if (countMin > layouts.compact.windowMatchesMax) {
    return refused('count-too-high', `${layouts.compact.windowMatchesMax} at most are counted in one window.`)
  }
  return { kind: 'watch', watch: correlationWatch(rule, countMin) }
}

/** A rule over one event speaks at each match: its window is that date alone. */
const eventWatch = ({ id, repeatMs }: EventRule): Watch => ({
  ...{ ruleId: id, measure: 'events', layout: 'full', timespanMs: 1, repeatMs, countMin: 1, groupBy: [] },
  sources: [{ ruleId: id, position: 0, groupFields: [] }],
})

function correlationWatch(rule: CorrelationRule, countMin: number): Watch {
  const { correlation, groupBy, timespanMs, repeatMs } = rule
  const value = correlation.kind === 'value-count' ? correlation.field : undefined
  return {
    ...{ ruleId: rule.id, measure: measureOf(rule), timespanMs, repeatMs, countMin },
    layout: countMin > layouts.full.windowMatchesMax ? 'compact' : 'full',
    groupBy: groupBy.map(({ name }) => name),
    sources: rule.rules.map((ruleId, position) => ({
      ...{ ruleId, position },
      groupFields: groupBy.map((role) => fieldIn(role, ruleId)),
      ...(value && { valueField: fieldIn(value, ruleId) }),
    })),
  }
}

const fieldIn = ({ name, fields }: FieldRole, ruleId: Guid): string => fields.get(ruleId) ?? name

function measureOf({ correlation }: CorrelationRule): Measure {
  if (correlation.kind === 'value-count') return 'values'
  if (correlation.kind === 'temporal') return correlation.ordered ? 'sequence' : 'rules'
  return 'events'
}
