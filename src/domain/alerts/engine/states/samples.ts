// Which events of the windows that fired an alert lists. Pure.
import type { CountingCorrelation } from '../compiled/correlation.ts'
import { layouts, ruleSamplesMax } from '../compiled/limits.ts'
import { samplesOfSteps } from '../compiled/risk.ts'
import type { RiskPart } from '../compiled/risk-sum.ts'
import { compareMatches, firstIndex, type Match, rulesIn } from '../compiled/window.ts'

/** An event that an alert lists; `at` is its date in Unix ms. */
export type Sample = { readonly id: string; readonly at: number }

/** What was listed before, and the count that it is of. */
type Sampled = { readonly count: number; readonly samples: readonly Sample[] }

/** A window that fires: these matches from `left`, included, to `end`, excluded. */
type SampledWindow = {
  readonly count: number
  readonly matches: readonly Match[]
  readonly left: number
  readonly end: number
}

/** How many rules a correlation of rules is about. */
export const stepsCountOf = (correlation: CountingCorrelation): number =>
  (correlation.kind === 'window' ? correlation.steps : undefined)?.length ?? correlation.baseRules.length

/**
 * The samples with those of one more window. Where rules count, they are those of the first window with the highest count. Of
 * points (`parts`), those of the first window, and from then on the last match of each with a higher count: they only grow.
 */
export function samplesWith(
  correlation: CountingCorrelation,
  known: Sampled | undefined,
  window: SampledWindow,
  parts: readonly RiskPart[] | undefined,
): readonly Sample[] {
  const { measure, layout } = correlation
  const { samplesMax } = layouts[layout]
  if (measure === 'events' || measure === 'values') {
    return known && known.samples.length >= samplesMax ? known.samples : withSamples(known, window, samplesMax)
  }
  if (known && known.count >= window.count) return known.samples
  const inWindow = window.matches.slice(window.left, window.end)
  if (measure === 'risk') {
    const last = inWindow.at(-1)
    if (known && last) return withLast(known.samples, sampleOf(last))
    const steps = (parts ?? []).map(({ step }) => step)
    return samplesOfSteps(steps, inWindow, samplesMax).map(sampleOf)
  }
  const rulesCount = measure === 'sequence' ? stepsCountOf(correlation) : undefined
  return rulesIn(inWindow, rulesCount, window.count).slice(-ruleSamplesMax).map(sampleOf)
}

const withLast = (samples: readonly Sample[], last: Sample): readonly Sample[] =>
  samples.length >= ruleSamplesMax || samples.some(({ id }) => id === last.id) ? samples : [...samples, last]

const sampleOf = ({ id, at }: Match): Sample => ({ id, at })

/** The samples so far and, behind the last of them, those of this window. */
function withSamples(known: Sampled | undefined, { matches, left, end }: SampledWindow, samplesMax: number) {
  const samples = [...(known?.samples ?? [])]
  const taken = samples.at(-1)
  // The lowest tag comes last among the matches of one event.
  const lastTaken: Match | undefined = taken && { ...taken, tag: '' }
  const behind = lastTaken ? firstIndex(matches, (match) => compareMatches(match, lastTaken) > 0) : left
  for (let index = Math.max(left, behind); index < end && samples.length < samplesMax; index++) {
    const match = matches[index]
    if (match && match.id !== samples.at(-1)?.id) samples.push(sampleOf(match))
  }
  return samples
}
