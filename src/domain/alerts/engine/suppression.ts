// When a rule speaks, gathered by cells of its repeat: one sweep over sorted matches, one record a cell. Pure.
import { type Bar, barsOf, type Past } from './baseline.ts'
import type { CountingWatch } from './correlation.ts'
import { layouts } from './limits.ts'
import { compareMatches, firstIndex, type Match } from './matches.ts'
import { gaugeOf } from './window.ts'

/** An event that an alert names; `at` is its date in Unix ms. */
export type Sample = { readonly id: string; readonly at: number }

/** What a rule said of one group in one cell: the dates from `start`, included, to one repeat later, excluded; in Unix ms. */
export type CellRecord = {
  readonly start: number
  /** The first and last date at which it spoke, and at how many it did. */
  readonly from: number
  readonly to: number
  readonly spoke: number
  /** The highest count of a window; as high as windows count, it means at least. */
  readonly peak: number
  /** The least count that would have spoken at `from`. */
  readonly threshold: number
  /** Date of the first match in the first window that spoke. */
  readonly first: number
  /** Id of the last match at `to`. */
  readonly last: string
  /** The first matches, by date and id, in the windows that spoke. */
  readonly samples: readonly Sample[]
}

/** What is swept: sorted matches, what is kept of those before them, and what was said before in the cell of the first date. */
export type Sweepable = {
  readonly matches: readonly Match[]
  readonly past: Past | undefined
  readonly carry: CellRecord | undefined
}

/** `learning` and `unreachable`: dates with at least the rule's minimum that were not judged, or could not have spoken. */
export type Swept = {
  readonly records: ReadonlyMap<number, CellRecord>
  readonly learning: number
  readonly unreachable: number
}

/** The dates to judge: later than `after`, up to `upTo`. */
export type Span = { readonly after: number; readonly upTo: number }

/**
 * The records of the cells in which the rule spoke within the span, by their start, in order. A window ends at a date and
 * begins, excluded, `timespanMs` before; of more than it can count it takes the newest.
 */
export function sweep(watch: CountingWatch, { matches, past, carry }: Sweepable, { after, upTo }: Span): Swept {
  const records = new Map<number, CellRecord>()
  const missed = { learning: 0, unreachable: 0 }
  const { windowMatchesMax } = layouts[watch.layout]
  const gauge = gaugeOf(watch.measure, watch.sources.length)
  const barAt = barsOf(watch, past, matches)
  let right = firstIndex(matches, ({ at }) => at > after)
  const begin = (matches[right]?.at ?? 0) - watch.timespanMs
  let left = Math.max(
    firstIndex(matches, ({ at }) => at > begin),
    right - windowMatchesMax,
    0,
  )
  for (let index = left; index < right; index++) addAt(index)
  while (right < matches.length) {
    const at = matches[right]?.at ?? 0
    if (at > upTo) break
    while (matches[right]?.at === at) addAt(right++)
    for (let first = matches[left]; first && isBefore(first, at); first = matches[++left]) gauge.drop(first)
    const count = gauge.count(left, right - 1)
    if (count < watch.countMin) continue
    const threshold: Bar = barAt(at)
    if (typeof threshold === 'string') missed[threshold] += 1
    else if (count >= threshold) speak({ at, count, threshold, matches, left, end: right })
  }
  return { records, ...missed }

  function addAt(index: number) {
    const match = matches[index]
    if (match) gauge.add(match, index)
  }
  function isBefore(match: Match, at: number) {
    return match.at <= at - watch.timespanMs || right - left > windowMatchesMax
  }
  function speak(window: Window) {
    const start = cellStart(watch, window.at)
    const known = records.get(start) ?? (carry?.start === start ? carry : undefined)
    records.set(start, spoken(watch, start, known, window))
  }
}

/** The start of the cell that a date lies in. */
export const cellStart = ({ repeatMs }: CountingWatch, at: number): number => Math.floor(at / repeatMs) * repeatMs

/** A window that speaks. */
type Window = {
  readonly at: number
  readonly count: number
  readonly threshold: number
  /** The window is these matches from `left`, included, to `end`, excluded. */
  readonly matches: readonly Match[]
  readonly left: number
  readonly end: number
}

function spoken(watch: CountingWatch, start: number, known: CellRecord | undefined, window: Window): CellRecord {
  const { at, count, threshold, matches, left, end } = window
  const last = matches[end - 1]?.id ?? ''
  const { samplesMax } = layouts[watch.layout]
  const samples = known && known.samples.length >= samplesMax ? known.samples : withSamples(known, window, samplesMax)
  if (known) return { ...known, to: at, spoke: known.spoke + 1, peak: Math.max(known.peak, count), last, samples }
  return { start, from: at, to: at, spoke: 1, peak: count, threshold, first: matches[left]?.at ?? at, last, samples }
}

/** The samples so far and, behind the last of them, those of this window. */
function withSamples(known: CellRecord | undefined, { matches, left, end }: Window, samplesMax: number) {
  const samples = [...(known?.samples ?? [])]
  const taken = samples.at(-1)
  // The lowest tag comes last among the matches of one event.
  const lastTaken: Match | undefined = taken && { ...taken, tag: '' }
  const behind = lastTaken ? firstIndex(matches, (match) => compareMatches(match, lastTaken) > 0) : left
  for (let index = Math.max(left, behind); index < end && samples.length < samplesMax; index++) {
    const match = matches[index]
    if (match && match.id !== samples.at(-1)?.id) samples.push({ id: match.id, at: match.at })
  }
  return samples
}

/** Whether two records say the same. */
export const sameRecord = (one: CellRecord, other: CellRecord): boolean =>
  one.from === other.from &&
  one.to === other.to &&
  one.spoke === other.spoke &&
  one.peak === other.peak &&
  one.threshold === other.threshold &&
  one.first === other.first &&
  one.last === other.last &&
  one.samples.length === other.samples.length &&
  one.samples.every(({ id }, index) => id === other.samples[index]?.id)
