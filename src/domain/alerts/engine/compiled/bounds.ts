// What the condition of a correlation asks for: the measure, and the least count that keeps its bounds. Pure.
import { type Correlation, type CountBound, countHolds } from '../../sigma/rules.ts'
import type { Measure } from './window.ts'

/** A correlation whose condition bounds a count. */
export type Counted = Extract<Correlation, { count: unknown }>

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

/** What a correlation counts. */
export function measureOf(correlation: Counted): Measure {
  if (correlation.kind === 'value-count') return 'values'
  if (correlation.kind === 'temporal') return correlation.ordered ? 'sequence' : 'rules'
  return 'events'
}
