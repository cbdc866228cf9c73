// The name that was likely meant by an unknown one. Pure.

/** The nearest of these names, if it is a slip away: two letters wrong, missing, added or swapped, or only the case. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let [found, least]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (const each of names) {
    const distance = distanceOf(name.toLowerCase(), each.toLowerCase())
    if (distance <= slipsIn(each) && distance < least) [found, least] = [each, distance]
  }
  return found
}

/** How much of a name may be wrong: of a short one, less. */
const slipsIn = (name: string): number => (name.length < 5 ? 1 : 2)

/** How many letters must be changed, added, removed or swapped with their neighbour (optimal string alignment). */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= one.length; row++) {
    const costs = [row]
    rows.push(costs)
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      costs.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(one.length, other.length)
}
