// What a window of matches amounts to, kept up to date while the window slides: each match is added once and dropped once. Pure.
import type { Match } from './matches.ts'

/** What a rule counts: events, different values, different rules, or rules in their order. */
export type Measure = 'events' | 'values' | 'rules' | 'sequence'

/** A window over sorted matches; `left` and `right` are the indexes of its first and last match. */
export type Gauge = {
  readonly add: (match: Match, index: number) => void
  readonly drop: (match: Match) => void
  readonly count: (left: number, right: number) => number
}

/** An empty window of this measure; `rulesCount` is how many rules a sequence is of. */
export function gaugeOf(measure: Measure, rulesCount: number): Gauge {
  switch (measure) {
    case 'events':
      return { add: () => {}, drop: () => {}, count: (left, right) => right - left + 1 }
    case 'values':
    case 'rules':
      return tagGauge()
    case 'sequence':
      return sequenceGauge(rulesCount)
  }
}

function tagGauge(): Gauge {
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
 * The most rules that matched one after the other in the order of the rule, others left out. For each length and last
 * rule, it keeps the latest place where such a sequence begins: it lies in the window just when that place does.
 */
function sequenceGauge(rulesCount: number): Gauge {
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
