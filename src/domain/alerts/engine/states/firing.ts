// Decides where a rule fires, by suppression window: one sweep over the sorted matches of a group key. Pure.

import { beginOf, stepMatches } from '../compiled/chain.ts'
import type { CountingCorrelation } from '../compiled/correlation.ts'
import { chainMatchesMax, layouts } from '../compiled/limits.ts'
import { riskWindowBegin } from '../compiled/risk.ts'
import { type RiskPart, riskSum } from '../compiled/risk-sum.ts'
import { firstIndex, type Match, type WindowAggregate, windowAggregate } from '../compiled/window.ts'
import { type Baseline, type Threshold, thresholdsOf } from './baseline.ts'
import { type Sample, samplesWith, stepsCountOf } from './samples.ts'

/**
 * A rule's firings for one group key in one suppression window, of which all but the first are suppressed. The suppression
 * window reaches from `start`, included, to one `repeatMs` later, excluded. Dates in Unix ms.
 */
export type Firing = {
  readonly start: number
  /** The first and last date at which the rule fired, and at how many dates it did. */
  readonly from: number
  readonly to: number
  readonly firedCount: number
  /** The highest count of a window; at the most that a window counts, it means at least. */
  readonly count: number
  /** The least count that would have fired at `from`. */
  readonly threshold: number
  /** Date of the first match in the first window that fired; in a chained correlation, of the first that its steps count. */
  readonly first: number
  /** Id of the last match at `to`. */
  readonly last: string
  /**
   * The first matches, by date and id, in the windows that fired; where rules count, those of the rules in the first window with
   * the highest count: see `rulesIn`. Of points, those of `samplesOfSteps` in the first window,
   * and the last of each with a higher count.
   */
  readonly samples: readonly Sample[]
  /** Of points: how many came from which rule in the first window with the highest count. */
  readonly parts?: readonly RiskPart[]
}

/** The input of a sweep: sorted matches, the baseline before them, and the firing so far in the first date's suppression window. */
type Sweepable = {
  readonly matches: readonly Match[]
  readonly baseline: Baseline | undefined
  readonly carry: Firing | undefined
}

/** `learning` and `unreachable`: dates with at least the rule's minimum that were not judged, or could not have fired. */
export type Swept = {
  readonly firings: ReadonlyMap<number, Firing>
  readonly learning: number
  readonly unreachable: number
}

/** The dates to judge: later than `after`, up to `upTo`. */
export type Span = { readonly after: number; readonly upTo: number }

/**
 * The firings within the span by the start of their suppression window, in order. A window of matches ends at a date and
 * begins, excluded, `timespanMs` before; of more matches than it can count it takes the newest.
 */
export function sweep(
  correlation: CountingCorrelation,
  { matches: given, baseline, carry }: Sweepable,
  { after, upTo }: Span,
): Swept {
  const firings = new Map<number, Firing>()
  const missed = { learning: 0, unreachable: 0 }
  const counted = countedFrom(correlation, given, { after, upTo })
  const { matches } = counted
  const aggregate = aggregateOf(correlation)
  const thresholdAt = thresholdsOf(correlation, baseline, matches)
  let right = firstIndex(matches, ({ at }) => at > after)
  const begin = windowBegin(correlation, matches[right]?.at ?? 0)
  let left = firstIndex(matches, ({ at }) => at > begin)
  while (left < right && counted.isBeyond(left, right)) left += 1
  for (let index = left; index < right; index++) addAt(index)
  while (right < matches.length) {
    const at = matches[right]?.at ?? 0
    if (at > upTo) break
    while (matches[right]?.at === at) addAt(right++)
    for (let first = matches[left]; first && isBefore(first, at); first = matches[++left]) aggregate.drop(first)
    const count = aggregate.count(left, right - 1)
    if (count < correlation.countMin) continue
    const threshold: Threshold = thresholdAt(at)
    if (typeof threshold === 'string') missed[threshold] += 1
    else if (count >= threshold) fire({ at, count, threshold, matches, left, end: right, partsNow: aggregate.parts })
  }
  return { firings, ...missed }

  function addAt(index: number) {
    const match = matches[index]
    if (match) aggregate.add(match, index)
  }
  function isBefore(match: Match, at: number) {
    return match.at <= windowBegin(correlation, at) || counted.isBeyond(left, right)
  }
  function fire(window: Window) {
    const start = suppressionStart(correlation, window.at)
    const known = firings.get(start) ?? (carry?.start === start ? carry : undefined)
    firings.set(start, firingWith(correlation, known, start, window))
  }
}

/** The date, excluded, at which the window that ends at a date begins. */
const windowBegin = ({ measure, timespanMs }: CountingCorrelation, at: number): number =>
  measure === 'risk' ? riskWindowBegin(at, timespanMs) : at - timespanMs

/** What a window amounts to; of points also which rules give them. */
function aggregateOf(
  correlation: CountingCorrelation,
): WindowAggregate & { readonly parts?: () => readonly RiskPart[] } {
  if (correlation.measure !== 'risk') return windowAggregate(correlation.measure, stepsCountOf(correlation))
  return riskSum((correlation.kind === 'window' ? correlation.risk : undefined) ?? [], correlation.timespanMs)
}

/** What windows count, and whether a window from `left` to `right`, excluded, is more than they may. */
type CountedMatches = {
  readonly matches: readonly Match[]
  readonly isBeyond: (left: number, right: number) => boolean
}

/** The matches themselves; in a chained correlation, those of its steps that windows in this span count. */
function countedFrom(correlation: CountingCorrelation, matches: readonly Match[], span: Span): CountedMatches {
  if (correlation.measure === 'risk') return { matches, isBeyond: () => false }
  if (correlation.kind !== 'window' || !correlation.steps) {
    const { windowMatchesMax } = layouts[correlation.layout]
    return { matches, isBeyond: (left, right) => right - left > windowMatchesMax }
  }
  const upTo = matches.slice(
    0,
    firstIndex(matches, ({ at }) => at > span.upTo),
  )
  const ofSteps = stepMatches(correlation.steps, upTo, span.after - correlation.timespanMs)
  const rankAt = (index: number) => ofSteps[index]?.rank ?? 0
  return { matches: ofSteps, isBeyond: (left, right) => rankAt(right - 1) - rankAt(left) >= chainMatchesMax }
}

/** The start of the suppression window of a date. */
export const suppressionStart = ({ repeatMs }: CountingCorrelation, at: number): number =>
  Math.floor(at / repeatMs) * repeatMs

/** A window that fires. */
type Window = {
  readonly at: number
  readonly count: number
  readonly threshold: number
  /** The window has these matches from `left`, included, to `end`, excluded. */
  readonly matches: readonly Match[]
  readonly left: number
  readonly end: number
  /** Of points: which rule gives how many. */
  readonly partsNow: (() => readonly RiskPart[]) | undefined
}

function firingWith(
  correlation: CountingCorrelation,
  known: Firing | undefined,
  start: number,
  window: Window,
): Firing {
  const { at, count, threshold, matches, left, end } = window
  const last = matches[end - 1]?.id ?? ''
  const isHighest = !known || count > known.count
  const parts = isHighest ? window.partsNow?.() : known.parts
  const samples = samplesWith(correlation, known, window, parts)
  const shown = { last, samples, ...(parts && { parts }) }
  if (known)
    return { ...known, to: at, firedCount: known.firedCount + 1, count: Math.max(known.count, count), ...shown }
  const first = Math.min(...matches.slice(left, end).map((match) => beginOf(match)))
  return { start, from: at, to: at, firedCount: 1, count, threshold, first, ...shown }
}

/** Whether two firings make the same alert. */
export const sameFiring = (one: Firing, other: Firing): boolean =>
  one.from === other.from &&
  one.to === other.to &&
  one.firedCount === other.firedCount &&
  one.count === other.count &&
  one.threshold === other.threshold &&
  one.first === other.first &&
  one.last === other.last &&
  one.samples.length === other.samples.length &&
  one.samples.every(({ id }, index) => id === other.samples[index]?.id) &&
  JSON.stringify(one.parts) === JSON.stringify(other.parts)
