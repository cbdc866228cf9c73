// The arithmetic of a chart of stacked bars: tops, the highest bar, sums, labels. Pure.

/**
 * Heights of stacked bars: for each row (a part of the stack, from the bottom up), its top on each day. Draw later rows
 * first, so that earlier ones cover them.
 */
export function topsOf(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const tops: number[][] = []
  for (const row of rows) {
    const below = tops.at(-1)
    tops.push(row.map((height, index) => height + (below?.[index] ?? 0)))
  }
  return tops
}

/** The index of the highest day, the first of several; undefined if no day has any. */
export function highestOf(heights: readonly number[]): number | undefined {
  const most = Math.max(0, ...heights)
  return most === 0 ? undefined : heights.indexOf(most)
}

/** The sum of these numbers. */
export const totalOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

/** The days that get a label if a chart has room for so many labels: evenly spaced, with the last day. */
export function labelled(days: number, room: number): readonly number[] {
  const step = Math.max(1, Math.ceil(days / Math.max(1, room)))
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => days - 1 - index * step).reverse()
}
