// The order of rows, and the length of their bars. Pure.

/** The rows that a list of the overview shows before all are asked for. */
export const rowsMax = 8

/** Rows by amount, the largest first, without those of 0; ties keep their order. */
export const most = <T>(rows: readonly T[], amount: (row: T) => number): readonly T[] =>
  rows.filter((row) => amount(row) > 0).toSorted((one, another) => amount(another) - amount(one))

/** The length of a bar in percent of the longest one: at least 1 for any amount above 0, so that it is visible. */
export const share = (amount: number, longest: number): number =>
  amount <= 0 || longest <= 0 ? 0 : Math.max(1, Math.round((100 * amount) / longest))
