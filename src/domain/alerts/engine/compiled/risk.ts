// Points that weak signals add up to: what each match gives, how points fade, and which matches a state needs to store. Pure.
import type { Guid } from '../../../guid.ts'
import type { Risk } from '../../sigma/rules.ts'
import { ruleSamplesMax } from './limits.ts'
import { compareMatches, firstIndex, type Match } from './window.ts'

const dayMs = 86_400_000
/** The day (UTC) of a date (Unix ms), numbered since 1970. */
export const dayOf = (at: number): number => Math.floor(at / dayMs)

/**
 * What a rule gives to a sum: `points` for each match of a day (UTC), or for each value of `field`, from the match of this number
 * on (from 1); at most `dayMax` on one day, and `pointsMax` in the sum.
 */
export type RiskStep = Risk & { readonly ruleId: Guid }

/** Of one day, so many matches of a rule matter: more give nothing. */
export const matchesPerDayOf = ({ points, from, dayMax }: Risk): number => from - 1 + Math.ceil(dayMax / points)

/** How many matches a state stores of one day at most: those that give points, and the last. */
export const matchesPerDayMax = (steps: readonly RiskStep[]): number =>
  steps.reduce((sum, step) => sum + matchesPerDayOf(step), 1)

/** The date (Unix ms), excluded, at which the window that ends at a date begins: with the first day that still gives points. */
export const riskWindowBegin = (at: number, timespanMs: number): number => dayOf(at) * dayMs - timespanMs + dayMs - 1

/** The index of the step that a match is of. */
export function stepOf({ tag }: Match): number {
  const digit = tag.charCodeAt(0)
  return digit < 58 ? digit - 48 : digit - 87
}

/** A quick look at matches dated later than `after`: mostly, the rules that matched give less than `countMin` points, however recent. */
export function couldReach(
  steps: readonly RiskStep[],
  matches: readonly Match[],
  after: number,
  countMin: number,
): boolean {
  const points = steps.map(() => 0)
  let sum = 0
  for (let index = matches.length - 1; index >= 0 && sum < countMin; index--) {
    const match = matches[index]
    if (!match || match.at <= after) return false
    const step = stepOf(match)
    const [before, given] = [points[step] ?? 0, steps[step]]
    if (!given || before >= given.pointsMax) continue
    points[step] = Math.min(given.pointsMax, before + given.points)
    sum += (points[step] ?? 0) - before
  }
  return sum >= countMin
}

/**
 * Matches of a window that show where its points came from: the latest of each of these steps, `ruleSamplesMax` at most; where
 * that are few, the latest others of the same steps, up to `samplesMax` in all. An event of several rules comes once.
 */
export function samplesOfSteps(
  steps: readonly number[],
  window: readonly Match[],
  samplesMax: number,
): readonly Match[] {
  const latest = steps
    .slice(0, ruleSamplesMax)
    .flatMap((step) => window.findLast((match) => stepOf(match) === step) ?? [])
  const found = new Map(latest.map((match) => [match.id, match]))
  for (const match of window.toReversed()) {
    if (found.size >= samplesMax) break
    if (steps.includes(stepOf(match)) && !found.has(match.id)) found.set(match.id, match)
  }
  return [...found.values()].sort(compareMatches)
}

/** The matches of a state with others. */
type WithMatches = {
  readonly matches: readonly Match[]
  /** The earliest match that is new, or does not matter any more; undefined if nothing changed. */
  readonly first: Match | undefined
  /** The match since whose date nothing gave points: all that is new is a later last match of a day. */
  readonly idleSince: Match | undefined
}

/**
 * The sorted matches that matter of those that a state has, merged with others since `since`: of each day the first of each rule,
 * as far as they count, and the last of all rules. What matters of any matches together is what matters of what matters of each.
 */
export function mattering(
  steps: readonly RiskStep[],
  known: readonly Match[],
  merged: readonly Match[],
  since: Match,
): WithMatches {
  const from = firstIndex(merged, ({ at }) => at >= dayOf(since.at) * dayMs)
  const { kept, lastCounts } = matteringFrom(steps, merged, from)
  let index = from
  while (index < kept.length && index < known.length && isSame(kept[index], known[index])) index += 1
  if (index === kept.length && index === known.length) return { matches: known, first: undefined, idleSince: undefined }
  const [one, other] = [kept[index], known[index]]
  const first = one && other ? (other.at < one.at ? other : one) : (one ?? other)
  const isIdle = !lastCounts && index === kept.length - 1 && known.length <= kept.length
  return { matches: kept, first, idleSince: isIdle ? kept[index - 1] : undefined }
}

const isSame = (one: Match | undefined, other: Match | undefined): boolean =>
  one === other || (one?.at === other?.at && one?.id === other?.id && one?.tag === other?.tag)

function matteringFrom(steps: readonly RiskStep[], matches: readonly Match[], from: number) {
  const kept = matches.slice(0, from)
  const perDay = steps.map(matchesPerDayOf)
  const values = new Set<string>()
  let counts: number[] = []
  let day = Number.NaN
  let lastCounts = true
  for (let index = from; index < matches.length; index++) {
    const match = matches[index]
    if (!match) break
    if (day !== dayOf(match.at)) {
      day = dayOf(match.at)
      counts = steps.map(() => 0)
      values.clear()
    }
    const step = stepOf(match)
    const [count = 0, most = 0] = [counts[step], perDay[step]]
    lastCounts = count < most && (steps[step]?.field === undefined || !values.has(match.tag))
    if (lastCounts) {
      counts[step] = count + 1
      if (steps[step]?.field !== undefined) values.add(match.tag)
    }
    const next = matches[index + 1]
    if (lastCounts || !next || dayOf(next.at) !== day) kept.push(match)
  }
  return { kept, lastCounts }
}
