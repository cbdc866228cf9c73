// What rules say of risk: the members of `keytrail` about points, and what does not fit together in those that add them up. Pure.
import * as v from 'valibot'
import type { Guid } from '../../guid.ts'
import { isWholeDays } from './correlation-properties.ts'
import { knownFields } from './fields.ts'
import type { CorrelationRule, Risk, Rule } from './rules.ts'

/** Most points of a match, and the highest number of a match of a day with which they may begin. */
const [pointsMax, fromMax] = [100, 50]
/** How many times `risk` a rule has in a sum, at most and by default. */
const [timesMax, timesDefault] = [20, 3]

/** The members: `risk` alone, or with the others. */
export const riskMembers = {
  risk: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(pointsMax))),
  riskFrom: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(fromMax))),
  riskDayMax: v.optional(v.pipe(v.number(), v.integer())),
  riskMax: v.optional(v.pipe(v.number(), v.integer())),
  riskPer: v.optional(v.picklist([...knownFields.keys()], 'is no field of events')),
}
type RiskMembers = { readonly [name in keyof typeof riskMembers]?: v.InferOutput<(typeof riskMembers)[name]> }

/** Whether `riskMax` lies between the points of one match and those of `timesMax`. */
export const isRiskMax = ({ risk = 0, riskMax }: RiskMembers): boolean =>
  riskMax === undefined || (risk <= riskMax && riskMax <= risk * timesMax)
export const wrongRiskMax = `is risk at least, and ${timesMax} times risk at most`

/** Whether `riskDayMax` lies between the points of one match and those of the sum. */
export const isRiskDayMax = ({ risk = 0, riskDayMax, riskMax = risk * timesDefault }: RiskMembers): boolean =>
  riskDayMax === undefined || (risk <= riskDayMax && riskDayMax <= riskMax)
export const wrongRiskDayMax = 'is risk at least, and riskMax at most'

/** Whether members stand beside `risk`. */
export const isOfRisk = ({ risk, riskPer, riskFrom }: RiskMembers): boolean =>
  risk !== undefined || (riskPer === undefined && riskFrom === undefined)
export const notOfRisk = 'is missing: riskPer and riskFrom say when it is given'

/** The risk as rules have it; undefined for a rule that gives none. */
export function riskOf({ risk, riskPer, riskFrom = 1, riskDayMax, riskMax }: RiskMembers): Risk | undefined {
  if (risk === undefined) return undefined
  const pointsMax = riskMax ?? risk * timesDefault
  const dayMax = riskDayMax ?? pointsMax
  return { points: risk, from: riskFrom, dayMax, pointsMax, ...(riskPer !== undefined && { field: riskPer }) }
}

/** What is wrong with the member at this path of a rule. */
type RiskProblem = { readonly ruleId: Guid; readonly path: readonly string[]; readonly message: string }

/**
 * Sums of risk whose suppression windows are not whole days, as points change by the day, or with a rule that gives no points;
 * and rules whose points no sum has.
 */
export function riskProblems(rules: readonly Rule[]): readonly RiskProblem[] {
  const sums = rules
    .filter((rule) => rule.kind === 'correlation')
    .filter(({ correlation }) => correlation.kind === 'risk')
  const added = new Set(sums.flatMap((sum) => sum.rules))
  const idle = rules.filter(({ id, risk }) => risk !== undefined && !added.has(id))
  return [
    ...sums.flatMap(problemsOfSum),
    ...idle.map(({ id }): RiskProblem => {
      const message = 'No x-risk correlation of this text adds these points up: name this rule in the rules of one.'
      return { ruleId: id, path: ['keytrail', 'risk'], message }
    }),
  ]
}

function problemsOfSum({ id, repeatMs, correlated }: CorrelationRule): RiskProblem[] {
  const repeat: RiskProblem = { ruleId: id, path: ['keytrail', 'repeat'], message: 'repeat is whole days here: 1d.' }
  const without = correlated.find(({ risk }) => risk === undefined)
  const name = without?.name ?? without?.title
  const message = `${name} gives no points: write keytrail: {risk: 10} there.`
  return [
    ...(isWholeDays(repeatMs) ? [] : [repeat]),
    ...(without ? [{ ruleId: id, path: ['correlation', 'rules'], message }] : []),
  ]
}
