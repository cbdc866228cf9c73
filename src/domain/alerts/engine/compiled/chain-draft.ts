// Compiles the steps of a chained correlation, and the base rules whose matches its state stores; or why it is not evaluated. Pure.
import type { Guid } from '../../../guid.ts'
import type { CorrelationRule, FieldRole } from '../../sigma/rules.ts'
import type { BaseRule } from './base-rule.ts'
import { measureOf, thresholdOf } from './bounds.ts'
import type { ChainStep } from './chain.ts'
import { chainBaseRulesMax, chainMatchesMax } from './limits.ts'

/** The steps of a chained correlation and their base rules. */
export type Chain = { readonly kind: 'chain'; readonly steps: readonly ChainStep[]; readonly baseRules: BaseRule[] }

/** Why a correlation of correlations is not evaluated. */
type RefusedChain = {
  readonly kind: 'refused'
  readonly reason: 'chained' | 'bound-not-rising' | 'count-too-high'
  readonly message: string
}

/** The rules of a document that are correlations, by id. */
export type CorrelationRules = ReadonlyMap<Guid, CorrelationRule>

/**
 * Compiles a temporal correlation of which some rules are correlations. Those count events, values or rules, over rules over
 * events, and group by the same fields.
 */
export function chainOf(rule: CorrelationRule, correlations: CorrelationRules): Chain | RefusedChain {
  if (rule.correlation.kind !== 'temporal') {
    return refused('chained', 'Only temporal and temporal_ordered correlate correlations.')
  }
  const bases = new BaseRules()
  const steps: ChainStep[] = []
  for (const id of rule.rules) {
    const inner = correlations.get(id)
    const step = inner
      ? derivedStep(rule, inner, correlations, bases)
      : directStep(bases.tagOf(id, fieldsIn(rule.groupBy, id), undefined))
    if (step.kind === 'refused') return step
    steps.push(step)
  }
  const baseRules = bases.list()
  if (baseRules.length > chainBaseRulesMax) {
    return refused('chained', `Correlations of correlations are about ${chainBaseRulesMax} rules over events at most.`)
  }
  return { kind: 'chain', steps, baseRules }
}

const refused = (reason: RefusedChain['reason'], message: string): RefusedChain => ({
  kind: 'refused',
  reason,
  message,
})

const directStep = (tag: string): ChainStep => ({ kind: 'direct', tag })

function derivedStep(
  outer: CorrelationRule,
  inner: CorrelationRule,
  correlations: CorrelationRules,
  bases: BaseRules,
): ChainStep | RefusedChain {
  const { correlation, rules, timespanMs } = inner
  if (correlation.kind === 'absence' || correlation.kind === 'abnormal-rate') {
    return refused('chained', 'Correlations with x-absence or x-abnormal-rate inside are not evaluated.')
  }
  if (rules.some((id) => correlations.has(id))) {
    return refused('chained', 'A correlation inside another is about rules over events only.')
  }
  const roles = rolesInside(outer, inner)
  if (!roles) return refused('chained', 'A correlation inside another has the same group-by.')
  const countMin = thresholdOf(correlation.count, correlation.kind === 'temporal' ? rules.length : undefined)
  if (countMin === undefined) {
    return refused('bound-not-rising', 'Only bounds that every higher count keeps are evaluated: gt and gte.')
  }
  if (countMin > chainMatchesMax) {
    return refused('count-too-high', `${chainMatchesMax} at most are counted by a correlation inside another.`)
  }
  const value = correlation.kind === 'value-count' ? correlation.field : undefined
  const tags = rules.map((id) => bases.tagOf(id, fieldsIn(roles, id), value && fieldIn(value, id)))
  return { kind: 'derived', tags, measure: measureOf(correlation), countMin, timespanMs }
}

/** The group-by of the inner correlation in the order of the outer; undefined if they group by different fields. */
function rolesInside(outer: CorrelationRule, inner: CorrelationRule): readonly FieldRole[] | undefined {
  const roles = outer.groupBy.flatMap((role) => {
    const name = fieldIn(role, inner.id)
    return inner.groupBy.find((each) => each.name === name) ?? []
  })
  const isSame = roles.length === outer.groupBy.length && new Set(roles).size === inner.groupBy.length
  return isSame ? roles : undefined
}

const fieldIn = ({ name, fields }: FieldRole, id: Guid): string => fields.get(id) ?? name
const fieldsIn = (roles: readonly FieldRole[], id: Guid): readonly string[] => roles.map((role) => fieldIn(role, id))

/** Different uses of rules over events, each with a tag of its own. */
class BaseRules {
  readonly #found = new Map<string, BaseRule>()

  tagOf(ruleId: Guid, groupFields: readonly string[], valueField: string | undefined): string {
    const key = JSON.stringify([ruleId, groupFields, valueField])
    const position = this.#found.size
    const made = { ruleId, position, tag: position.toString(36), groupFields }
    const baseRule = this.#found.get(key) ?? (valueField === undefined ? made : { ...made, valueField })
    this.#found.set(key, baseRule)
    return baseRule.tag
  }

  /** All tags as wide as those with the hash of a value, if there are any. */
  list(): BaseRule[] {
    const found = [...this.#found.values()]
    if (found.every(({ valueField }) => valueField === undefined)) return found
    return found.map((each) => (each.valueField === undefined ? { ...each, tag: each.tag.padEnd(9, '-') } : each))
  }
}
