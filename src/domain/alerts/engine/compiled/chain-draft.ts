// Compiles the steps of a chained correlation, and the base rules whose matches its state stores; or why it is not evaluated. Pure.
import type { Guid } from '../../../guid.ts'
import type { CorrelationRule, FieldRole } from '../../sigma/rules.ts'
import type { BaseRule } from './base-rule.ts'
import { measureOf, readThreshold } from './bounds.ts'
import type { ChainStep } from './chain.ts'
import { chainBaseRulesMax, chainMatchesMax } from './limits.ts'

/** The steps of a chained correlation and their base rules. */
export type Chain = { readonly kind: 'chain'; readonly steps: readonly ChainStep[]; readonly baseRules: BaseRule[] }

/** Why a correlation of correlations is not evaluated: `at` is the rule at fault, `path` the member of it. */
type RefusedChain = {
  readonly kind: 'refused'
  readonly reason: 'chained' | 'bound-not-rising' | 'count-too-high'
  readonly message: string
  readonly at: Guid
  readonly path: readonly string[]
}

/** The rules of a document that are correlations, by id. */
export type CorrelationRules = ReadonlyMap<Guid, CorrelationRule>

/**
 * Compiles a temporal correlation of which some rules are correlations. Those count events, values or rules, over rules over
 * events, and group by the same fields.
 */
export function chainOf(rule: CorrelationRule, correlations: CorrelationRules): Chain | RefusedChain {
  if (rule.correlation.kind !== 'temporal') {
    const message = 'Use temporal or temporal_ordered: no other type may be about correlations.'
    return chained(rule, 'type', message)
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
    const message = `At most ${chainBaseRulesMax} rules over events, those of the correlations inside included.`
    return chained(rule, 'rules', message)
  }
  return { kind: 'chain', steps, baseRules }
}

const chained = ({ id }: CorrelationRule, member: string, message: string): RefusedChain => ({
  kind: 'refused',
  reason: 'chained',
  message,
  at: id,
  path: ['correlation', member],
})

const directStep = (tag: string): ChainStep => ({ kind: 'direct', tag })

function derivedStep(
  outer: CorrelationRule,
  inner: CorrelationRule,
  correlations: CorrelationRules,
  bases: BaseRules,
): ChainStep | RefusedChain {
  const { correlation, rules, timespanMs } = inner
  if (correlation.kind === 'absence' || correlation.kind === 'abnormal-rate' || correlation.kind === 'risk') {
    return chained(
      inner,
      'type',
      `x-absence, x-abnormal-rate and x-risk may not be inside another correlation: ${insideTypes}.`,
    )
  }
  if (rules.some((id) => correlations.has(id))) {
    return chained(inner, 'rules', `${titleOf(outer)} is about this correlation: name only rules over events here.`)
  }
  const roles = rolesInside(outer, inner)
  if (!roles) return chained(inner, 'group-by', otherGroupBy(outer, inner))
  const countMax = correlation.kind === 'temporal' ? rules.length : undefined
  const threshold = readThreshold(correlation.count, chainMatchesMax, countMax)
  if (threshold.kind === 'refused') return { ...threshold, at: inner.id }
  const { countMin } = threshold
  const value = correlation.kind === 'value-count' ? correlation.field : undefined
  const tags = rules.map((id) => bases.tagOf(id, fieldsIn(roles, id), value && fieldIn(value, id)))
  return { kind: 'derived', tags, measure: measureOf(correlation), countMin, timespanMs }
}

const insideTypes = 'use event_count, value_count, temporal or temporal_ordered'
const titleOf = ({ title }: CorrelationRule): string => JSON.stringify(title)

/** Both group-bys, and what to write instead: that of the outer, in the names of the inner. */
function otherGroupBy(outer: CorrelationRule, inner: CorrelationRule): string {
  const wanted = outer.groupBy.map((role) => fieldIn(role, inner.id))
  const [here, there] = [inner.groupBy.map(({ name }) => name), wanted].map((names) => names.join(', ') || 'nothing')
  const instead = wanted.length === 0 ? 'omit group-by here' : `write group-by: [${wanted.join(', ')}] here`
  return `${titleOf(inner)} groups by ${here}, and ${titleOf(outer)}, which is about it, by ${there}: ${instead}.`
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
