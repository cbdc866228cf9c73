// Compiles what a correlation of risk adds up, and how long a timespan its states have room for. Pure.
import type { CorrelationRule } from '../../sigma/rules.ts'
import type { BaseRule } from './base-rule.ts'
import { aheadMsMax, lateMsMax } from './limits.ts'
import { matchesMaxOf } from './match-width.ts'
import { matchesPerDayMax, type RiskStep } from './risk.ts'

const dayMs = 86_400_000

/** What the rules of a correlation give to its sum, in their order; a rule that gives nothing is refused before. */
export const riskStepsOf = ({ correlated }: CorrelationRule): readonly RiskStep[] =>
  correlated.flatMap(({ id, risk }) => (risk ? [{ ...risk, ruleId: id }] : []))

/** The base rules with the field whose values give points; all tags as wide as those with the hash of a value, if there are any. */
export function riskBaseRules(baseRules: readonly BaseRule[], steps: readonly RiskStep[]): readonly BaseRule[] {
  if (steps.every(({ field }) => field === undefined)) return baseRules
  return baseRules.map((baseRule, index) => {
    const field = steps[index]?.field
    return field === undefined ? { ...baseRule, tag: baseRule.tag.padEnd(9, '-') } : { ...baseRule, valueField: field }
  })
}

/**
 * The longest timespan of a correlation of risk, in milliseconds, in whole days: so long that its states have room for every match
 * that matters, from a timespan before the oldest late event to the latest that may be dated ahead. Less than 2 days for none.
 */
export function riskTimespanMsMax(rule: CorrelationRule): number {
  const steps = riskStepsOf(rule)
  const tagged = steps.map(({ ruleId, field }, position): BaseRule => {
    const tag = position.toString(36)
    return { ruleId, position, tag, groupFields: [], ...(field !== undefined && { valueField: field }) }
  })
  const matchesMax = matchesMaxOf({ measure: 'risk', layout: 'full', baseRules: tagged })
  const days = Math.floor(matchesMax / matchesPerDayMax(steps))
  // A span has part of one more day than it has whole ones.
  return (days - 1) * dayMs - lateMsMax - aheadMsMax
}
