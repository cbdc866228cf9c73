// Bounds on a count as the one number from which on they hold, where there is one. Pure.
import { type CountBound, countHolds } from '../sigma/rules.ts'

/**
 * The least count, from 1, such that it and every higher one up to `countMax` keep the bounds; undefined where a higher
 * count breaks them again (lt, lte, eq and most neq). Only rising bounds can be judged while late events still arrive: a
 * count never falls, so that what once spoke stays true.
 */
export function thresholdOf(bounds: readonly CountBound[], countMax = Number.POSITIVE_INFINITY): number | undefined {
  // Between these, no bound changes its mind.
  const turns = [1, countMax, ...bounds.flatMap(({ value }) => [value - 1, value, value + 1])]
  const counts = [...new Set(turns)]
    .filter((count) => Number.isFinite(count) && count >= 1 && count <= countMax)
    .sort((one, other) => one - other)
  const first = counts.findIndex((count) => countHolds(bounds, count))
  const rises = first >= 0 && counts.slice(first).every((count) => countHolds(bounds, count))
  return rises ? counts[first] : undefined
}
