// The arithmetic of a chart of stacked bars: tops, the peak, sums, labels. Pure.

/**
 * Heights of stacked bars: for each row (a part of the stack, from the bottom up), where its top is on each day. Given in
 * this order, later rows are drawn first, so that earlier ones stand before them.
 */
export function topsOf(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const tops: number[][] = []
  for (const row of rows) {
    const below = tops.at(-1)
    tops.push(row.map((height, index) => height + (below?.[index] ?? 0)))
  }
  return tops
}

/** The index of the day with most of something; undefined where no day has any. The first of several. */
export function peakOf(heights: readonly number[]): number | undefined {
  const most = Math.max(0, ...heights)
  return most === 0 ? undefined : heights.indexOf(most)
}

/** The sum of these numbers. */
export const totalOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

/** Which of so many days get a label, when a chart has room for so many labels: evenly spaced, the last day among them. */
export function labelled(days: number, room: number): readonly number[] {
  const step = Math.max(1, Math.ceil(days / Math.max(1, room)))
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => days - 1 - index * step).reverse()
}
