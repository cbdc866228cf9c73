// How many characters a match takes in the text of a state, and so how many a state stores. Pure.
import type { BaseRule } from './base-rule.ts'
import { type Layout, matchesCharsMax } from './limits.ts'
import type { Measure } from './window.ts'

/** Characters of the distance of a date from another (36 bits of milliseconds), and of a GUID. */
export const [offsetWidth, packedGuidWidth] = [6, 22]
const hashWidth = 8

/** What decides how wide the matches of a correlation are. */
type Matched = { readonly measure: Measure; readonly layout: Layout; readonly baseRules: readonly BaseRule[] }

/** How many characters the id and the tag of a match take. */
export function widthsOf({ measure, layout, baseRules }: Matched): {
  readonly id: number
  readonly tag: number
} {
  const ids = { full: packedGuidWidth, compact: measure === 'values' ? 0 : hashWidth } as const
  // The steps of a chained correlation, and of one of risk, may count values.
  const ofSteps = baseRules.some(({ valueField }) => valueField !== undefined) ? 1 + hashWidth : 1
  const tags = { events: 0, values: hashWidth, rules: ofSteps, sequence: ofSteps, risk: ofSteps } as const
  return { id: ids[layout], tag: tags[measure] }
}

/** The most matches that a state stores. */
export function matchesMaxOf(correlation: Matched): number {
  const { id, tag } = widthsOf(correlation)
  return Math.floor(matchesCharsMax / (offsetWidth + id + tag))
}
