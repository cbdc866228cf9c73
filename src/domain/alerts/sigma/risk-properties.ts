// The members of `keytrail` that say what a rule's matches give to a sum of risk. Pure.
import * as v from 'valibot'
import { knownFields } from './fields.ts'
import type { Risk } from './rules.ts'

/** Most points of a match. */
const pointsMax = 100
/** How many times `risk` a rule has in a sum, at most and by default. */
const [timesMax, timesDefault] = [20, 3]

/** The members: `risk` alone, or with the others. */
export const riskMembers = {
  risk: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(pointsMax))),
  riskMax: v.optional(v.pipe(v.number(), v.integer())),
  riskPer: v.optional(v.picklist([...knownFields.keys()], 'is no field of events')),
}
type RiskMembers = { readonly [name in keyof typeof riskMembers]?: v.InferOutput<(typeof riskMembers)[name]> }

/** Whether `riskMax` lies between the points of one match and those of `timesMax`. */
export const isRiskMax = ({ risk = 0, riskMax }: RiskMembers): boolean =>
  riskMax === undefined || (risk <= riskMax && riskMax <= risk * timesMax)
export const wrongRiskMax = `is risk at least, and ${timesMax} times risk at most`

/** Whether `riskPer` stands beside `risk`. */
export const isRiskPer = ({ risk, riskPer }: RiskMembers): boolean => riskPer === undefined || risk !== undefined
export const wrongRiskPer = 'needs risk beside it'

/** The risk as rules have it; undefined for a rule that gives none. */
export function riskOf({ risk, riskMax, riskPer }: RiskMembers): Risk | undefined {
  if (risk === undefined) return undefined
  return { points: risk, pointsMax: riskMax ?? risk * timesDefault, ...(riskPer !== undefined && { field: riskPer }) }
}
