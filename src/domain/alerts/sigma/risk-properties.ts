// The members of `keytrail` that say what a rule's matches give to a sum of risk. Pure.
import * as v from 'valibot'
import { knownFields } from './fields.ts'
import type { Risk } from './rules.ts'

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
