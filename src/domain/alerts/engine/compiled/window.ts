// Windows of matches: their one order, and what a sliding window amounts to (events, values, rules, a sequence). Pure.

/**
 * An event that matched, as a correlation state stores it. `at` is its date in Unix milliseconds (finer digits are cut);
 * `tag` distinguishes what the correlation counts: a hash of the value, the position of the base rule, or ''.
 * In the compact layout `id` is a hash, or '' where only values count.
 */
export type Match = { readonly at: number; readonly id: string; readonly tag: string }

/**
 * The one order of matches: by date, event id and tag; negative when the first comes before. Of one event that matched
 * several rules, the later rule comes first, so that an event never follows itself in a sequence.
 */
export function compareMatches(one: Match, other: Match): number {
  if (one.at !== other.at) return one.at - other.at
  if (one.id !== other.id) return one.id < other.id ? -1 : 1
  if (one.tag === other.tag) return 0
  return one.tag > other.tag ? -1 : 1
}

/** The matches, sorted, each once. */
export function sortedOnce(matches: readonly Match[]): readonly Match[] {
  if (isSortedOnce(matches)) return matches
  const sorted = matches.toSorted(compareMatches)
  return sorted.filter((match, index) => {
    const last = sorted[index - 1]
    return !last || compareMatches(last, match) !== 0
  })
}

function isSortedOnce(matches: readonly Match[]): boolean {
  let last: Match | undefined
  for (const match of matches) {
    if (last && compareMatches(last, match) >= 0) return false
    last = match
  }
  return true
}

/**
 * Two sorted lists as one, each match once; `fresh` are those of the second that the first does not have. Mostly the second comes
 * after the first as a whole: events arrive in the order of their dates.
 */
export function mergedMatches(
  known: readonly Match[],
  incoming: readonly Match[],
): { readonly fresh: readonly Match[]; readonly merged: readonly Match[] } {
  const [last, first] = [known[known.length - 1], incoming[0]]
  if (!last || !first || compareMatches(last, first) < 0) return { fresh: incoming, merged: known.concat(incoming) }
  const fresh = incoming.filter((match) => {
    const twin = known[firstIndex(known, (each) => compareMatches(each, match) >= 0)]
    return !twin || compareMatches(twin, match) !== 0
  })
  return { fresh, merged: known.concat(fresh).sort(compareMatches) }
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

/**
 * Whether any match later than `after` is of a base rule with which a sequence of `countMin` of `rulesCount` rules can begin.
 * Without one, no window behind `after` counts as many.
 */
export function canBegin(matches: readonly Match[], after: number, countMin: number, rulesCount: number): boolean {
  const lastTag = (rulesCount - countMin).toString(36)
  for (let index = matches.length - 1; index >= 0; index--) {
    const match = matches[index]
    if (!match || match.at <= after) return false
    if (match.tag <= lastTag) return true
  }
  return false
}

/**
 * One match for each rule that a window counts, each the latest there is, in order. If all rules of a sequence of `rulesCount`
 * matched in their order, they are the latest that did so; an event of several rules comes once.
 */
export function rulesIn(matches: readonly Match[], rulesCount: number | undefined, count: number): readonly Match[] {
  const found: Match[] = []
  const isWhole = count === rulesCount
  const tags = new Set<string>()
  for (const match of matches.toReversed()) {
    const next = isWhole ? match.tag === (count - tags.size - 1).toString(36) : !tags.has(match.tag)
    if (!next) continue
    tags.add(match.tag)
    if (found.at(-1)?.id !== match.id) found.push(match)
  }
  return found.reverse()
}

/** What a correlation counts: events, different values, different rules, or rules in their order. */
export type CountMeasure = 'events' | 'values' | 'rules' | 'sequence'
/** The same, or points of risk. */
export type Measure = CountMeasure | 'risk'

/**
 * What a window over sorted matches amounts to, kept up to date while the window slides: each match is added once and
 * dropped once. `left` and `right` are the indexes of the first and last match in the window.
 */
export type WindowAggregate = {
  readonly add: (match: Match, index: number) => void
  readonly drop: (match: Match) => void
  readonly count: (left: number, right: number) => number
}

/** The aggregate of an empty window; `rulesCount` is the length of a sequence. */
export function windowAggregate(measure: CountMeasure, rulesCount: number): WindowAggregate {
  switch (measure) {
    case 'events':
      return { add: () => {}, drop: () => {}, count: (left, right) => right - left + 1 }
    case 'values':
    case 'rules':
      return distinctTags()
    case 'sequence':
      return longestSequence(rulesCount)
  }
}

function distinctTags(): WindowAggregate {
  const counts = new Map<string, number>()
  return {
    add: ({ tag }) => counts.set(tag, (counts.get(tag) ?? 0) + 1),
    drop: ({ tag }) => {
      const left = (counts.get(tag) ?? 0) - 1
      if (left > 0) counts.set(tag, left)
      else counts.delete(tag)
    },
    count: () => counts.size,
  }
}

/**
 * The most rules that matched one after the other in the order of the correlation; some may be skipped. For each length and
 * last rule, it stores the latest index at which such a sequence begins: the sequence lies in the window if that index does.
 */
function longestSequence(rulesCount: number): WindowAggregate {
  // By length and last rule, one row after the other.
  const begins = new Array<number>(rulesCount * rulesCount).fill(-1)
  const latest = (length: number, before: number) => {
    const row = (length - 1) * rulesCount
    let most = -1
    for (let rule = 0; rule < before; rule++) most = Math.max(most, begins[row + rule] ?? -1)
    return most
  }
  return {
    add: ({ tag }, index) => {
      const rule = Number.parseInt(tag, 36)
      for (let length = rule + 1; length >= 1; length--) {
        begins[(length - 1) * rulesCount + rule] = length === 1 ? index : latest(length - 1, rule)
      }
    },
    drop: () => {},
    count: (left) => {
      for (let length = rulesCount; length >= 1; length--) if (latest(length, rulesCount) >= left) return length
      return 0
    },
  }
}
