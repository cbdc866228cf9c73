// Who comes first, and how long their bars are. Pure.

/** How many rows a list of the overview shows until all are asked for. */
export const rowsMax = 8

/** Rows by amount, most first, without those that have none; ties keep their order. */
export const most = <T>(rows: readonly T[], amount: (row: T) => number): readonly T[] =>
  rows.filter((row) => amount(row) > 0).toSorted((one, another) => amount(another) - amount(one))

/** How long a bar is, in percent of the longest one's room: at least 1 for what is there at all, so that it can be seen. */
export const share = (amount: number, longest: number): number =>
  amount <= 0 || longest <= 0 ? 0 : Math.max(1, Math.round((100 * amount) / longest))
