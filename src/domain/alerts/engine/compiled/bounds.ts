// What the condition of a correlation asks for: the measure, and the least count that keeps its bounds. Pure.
import { type Correlation, type CountBound, type CountOperator, countHolds } from '../../sigma/rules.ts'
import type { CountMeasure } from './window.ts'

/** A correlation whose condition bounds a count of matches. */
export type Counted = Exclude<Extract<Correlation, { count: unknown }>, { kind: 'risk' }>

/**
 * The least count, from 1, such that it and every higher one up to `countMax` keep the bounds; undefined where a higher
 * count breaks them again (lt, lte, eq and most neq). Only rising bounds can be judged while late events still arrive: a
 * count never falls, so a rule that once fired would fire again.
 */
export function thresholdOf(bounds: readonly CountBound[], countMax = Number.POSITIVE_INFINITY): number | undefined {
  // Between these counts, no bound changes its result.
  const turns = [1, countMax, ...bounds.flatMap(({ value }) => [value - 1, value, value + 1])]
  const counts = [...new Set(turns)]
    .filter((count) => Number.isFinite(count) && count >= 1 && count <= countMax)
    .sort((one, other) => one - other)
  const first = counts.findIndex((count) => countHolds(bounds, count))
  const rises = first >= 0 && counts.slice(first).every((count) => countHolds(bounds, count))
  return rises ? counts[first] : undefined
}

/** Why a condition is not evaluated, and which of its members is at fault, as a path in the rule. */
type RefusedBound = {
  readonly kind: 'refused'
  readonly reason: 'bound-not-rising' | 'count-too-high'
  readonly message: string
  readonly path: readonly string[]
}

/** The threshold of a condition: `countMin` is `most` at most. `countMax` is the highest count that there can be. */
export function readThreshold(
  bounds: readonly CountBound[],
  most: number,
  countMax?: number,
): { readonly kind: 'threshold'; readonly countMin: number } | RefusedBound {
  const countMin = thresholdOf(bounds, countMax)
  if (countMin === undefined) {
    const wrong = bounds.find(({ operator }) => !rising.includes(operator))?.operator ?? 'lt'
    const message = `Use gt or gte: what holds with ${wrong} may hold no longer when another event arrives.`
    return { kind: 'refused', reason: 'bound-not-rising', message, path: ['correlation', 'condition', wrong] }
  }
  if (countMin <= most) return { kind: 'threshold', countMin }
  const [highest] = bounds.toSorted((one, other) => other.value - one.value)
  const path = ['correlation', 'condition', ...(highest ? [highest.operator] : [])]
  return { kind: 'refused', reason: 'count-too-high', message: `At most ${most}: a window counts no more here.`, path }
}

const rising: readonly CountOperator[] = ['gt', 'gte']

/** What a correlation counts. */
export function measureOf(correlation: Counted): CountMeasure {
  if (correlation.kind === 'value-count') return 'values'
  if (correlation.kind === 'temporal') return correlation.ordered ? 'sequence' : 'rules'
  return 'events'
}
