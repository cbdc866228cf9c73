// Points that weak signals add up to: what each match gives, how points fade, and which matches a state needs to store. Pure.
import type { Guid } from '../../../guid.ts'
import type { Risk } from '../../sigma/rules.ts'
import { firstIndex, type Match } from './window.ts'

const dayMs = 86_400_000
const dayOf = (at: number): number => Math.floor(at / dayMs)

/**
 * What a rule gives to a sum: `points` for each match of a day (UTC), or for each value of `field`, from the match of this number
 * on (from 1); at most `dayMax` on one day, and `pointsMax` in the sum.
 */
export type RiskStep = Risk & { readonly ruleId: Guid }

/** The share of a rule in a sum: the index of its step, its points, and how many matches (or values by day) gave them. */
export type RiskPart = { readonly step: number; readonly points: number; readonly times: number }

/** Of one day, so many matches of a rule matter: more give nothing. */
const matchesPerDayOf = ({ points, from, dayMax }: Risk): number => from - 1 + Math.ceil(dayMax / points)

/** How many matches a state stores of one day at most: those that give points, and the last. */
export const matchesPerDayMax = (steps: readonly RiskStep[]): number =>
  steps.reduce((sum, step) => sum + matchesPerDayOf(step), 1)

/** The date (Unix ms), excluded, at which the window that ends at a date begins: with the first day that still gives points. */
export const riskWindowBegin = (at: number, timespanMs: number): number => dayOf(at) * dayMs - timespanMs + dayMs - 1

/** At least so many matches make a sum of `countMin` points: none gives more than those of one. */
export const riskMatchesNeeded = (steps: readonly RiskStep[], countMin: number): number =>
  Math.ceil(countMin / Math.max(...steps.map(({ points }) => points)))

/** The index of the step that a match is of. */
const stepOf = ({ tag }: Match): number => Number.parseInt(tag.charAt(0), 36)

/** How far a step is added up: points of days before as multiples of `1 / (days - 1)`, and the matches of one day. */
type Adding = { scaled: number; times: number; day: number; ofDay: Set<string> | undefined; count: number }

/**
 * The points of sorted matches from `left`, included, to `end`, excluded, at a date behind them all: in full on their day and the next, and from then
 * on less by equal parts each day, to nothing when the timespan (whole days, 2 at least) is over. Each part is rounded down. The most points come first.
 */
export function pointsAt(
  steps: readonly RiskStep[],
  { matches, left, end }: { readonly matches: readonly Match[]; readonly left: number; readonly end: number },
  { at, timespanMs }: { readonly at: number; readonly timespanMs: number },
): readonly RiskPart[] {
  const [today, days] = [dayOf(at), timespanMs / dayMs]
  const adding = steps.map(({ field }): Adding => {
    return { scaled: 0, times: 0, day: today, ofDay: field === undefined ? undefined : new Set(), count: 0 }
  })
  const closeDay = (step: RiskStep, sum: Adding) => {
    const times = Math.max(0, sum.count - step.from + 1)
    sum.scaled += Math.min(step.dayMax, step.points * times) * Math.max(0, days - Math.max(1, today - sum.day))
    sum.times += times
  }
  for (let index = left; index < end; index++) {
    const match = matches[index]
    const [step, sum] = match ? [steps[stepOf(match)], adding[stepOf(match)]] : []
    if (!match || !step || !sum) continue
    const day = dayOf(match.at)
    if (sum.day !== day) {
      closeDay(step, sum)
      sum.day = day
      sum.count = 0
      sum.ofDay?.clear()
    }
    sum.ofDay?.add(match.tag)
    sum.count = Math.min(sum.ofDay?.size ?? sum.count + 1, matchesPerDayOf(step))
  }
  return steps
    .flatMap((step, index): RiskPart[] => {
      const sum = adding[index]
      if (!sum) return []
      closeDay(step, sum)
      const points = Math.min(step.pointsMax, Math.floor(sum.scaled / (days - 1)))
      return points > 0 ? [{ step: index, points, times: sum.times }] : []
    })
    .sort((one, other) => other.points - one.points || one.step - other.step)
}

/** The sum of parts. */
export const sumOfParts = (parts: readonly RiskPart[]): number => parts.reduce((sum, { points }) => sum + points, 0)

/** The latest match of each part in a window, in the order of the parts. */
export const latestOfParts = (parts: readonly RiskPart[], window: readonly Match[]): readonly Match[] =>
  parts.flatMap(({ step }) => window.findLast((match) => stepOf(match) === step) ?? [])

/**
 * The sorted matches that matter, of those from the day of `since` (Unix ms) on: of each day the first of each rule, as far as they
 * give points, and the last of all rules. What remains of any matches together is what remains of what remained of each.
 */
export function mattering(steps: readonly RiskStep[], matches: readonly Match[], since: number): readonly Match[] {
  const from = firstIndex(matches, ({ at }) => at >= dayOf(since) * dayMs)
  const kept = matches.slice(0, from)
  let day = Number.NaN
  let counts: number[] = []
  let values = new Set<string>()
  for (let index = from; index < matches.length; index++) {
    const match = matches[index]
    const step = match && steps[stepOf(match)]
    if (!match || !step) continue
    if (day !== dayOf(match.at)) {
      day = dayOf(match.at)
      counts = steps.map(() => 0)
      values = new Set()
    }
    const count = counts[stepOf(match)] ?? 0
    const next = matches[index + 1]
    const isLast = !next || dayOf(next.at) !== day
    const gives = count < matchesPerDayOf(step) && !(step.field !== undefined && values.has(match.tag))
    if (gives) {
      counts[stepOf(match)] = count + 1
      values.add(match.tag)
    }
    if (gives || isLast) kept.push(match)
  }
  return kept.length === matches.length ? matches : kept
}

/** The earliest match that only one of two sorted lists has; undefined if they are the same. */
export function firstDifference(some: readonly Match[], others: readonly Match[]): Match | undefined {
  for (let index = 0; index < Math.max(some.length, others.length); index++) {
    const [one, other] = [some[index], others[index]]
    if (one === other) continue
    if (!one || !other) return one ?? other
    if (one.at !== other.at) return one.at < other.at ? one : other
    if (one.id !== other.id || one.tag !== other.tag) return one
  }
  return undefined
}
