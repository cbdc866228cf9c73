// The matches of a group in their one order: by date, then event id, then what they stand for. Pure.

/**
 * An event that matched, as a group keeps it. `at` is its date in Unix milliseconds (digits beyond are cut); `tag` is what
 * the rule counts apart: a hash of the value, the position of the matched rule, or ''.
 * In the compact layout `id` is a hash, or '' where only values count.
 */
export type Match = { readonly at: number; readonly id: string; readonly tag: string }

/**
 * Negative when the first comes before. Of one event that matched several rules, the later rule comes first: so an event
 * never follows itself in a sequence.
 */
export function compareMatches(one: Match, other: Match): number {
  if (one.at !== other.at) return one.at - other.at
  if (one.id !== other.id) return one.id < other.id ? -1 : 1
  if (one.tag === other.tag) return 0
  return one.tag > other.tag ? -1 : 1
}

/** The matches, sorted, each once. */
export function sortedOnce(matches: readonly Match[]): readonly Match[] {
  if (matches.every((match, index) => isBefore(matches[index - 1], match))) return matches
  const sorted = matches.toSorted(compareMatches)
  return sorted.filter((match, index) => {
    const last = sorted[index - 1]
    return !last || compareMatches(last, match) !== 0
  })
}

const isBefore = (one: Match | undefined, other: Match): boolean => !one || compareMatches(one, other) < 0

/** Those of the second list that the first does not have; both are sorted. */
export function newMatches(known: readonly Match[], incoming: readonly Match[]): readonly Match[] {
  if (isBehind(known, incoming)) return incoming
  return incoming.filter((match) => {
    const twin = known[firstIndex(known, (each) => compareMatches(each, match) >= 0)]
    return !twin || compareMatches(twin, match) !== 0
  })
}

/** Two sorted lists without common members as one. */
export function mergeMatches(known: readonly Match[], fresh: readonly Match[]): readonly Match[] {
  const joined = known.concat(fresh)
  return isBehind(known, fresh) ? joined : joined.sort(compareMatches)
}

/** Whether all of the second list come after the first, as most events do: they arrive in the order of their dates. */
function isBehind(known: readonly Match[], fresh: readonly Match[]): boolean {
  const [last, first] = [known.at(-1), fresh[0]]
  return !last || !first || compareMatches(last, first) < 0
}

/** The index of the first match of a sorted list from which on `holds` is true; the length if there is none. */
export function firstIndex(matches: readonly Match[], holds: (match: Match) => boolean): number {
  let [low, high] = [0, matches.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const match = matches[middle]
    if (match && holds(match)) high = middle
    else low = middle + 1
  }
  return low
}
