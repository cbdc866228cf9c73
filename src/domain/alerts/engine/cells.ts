// When a rule speaks, gathered by cells of its repeat: one sweep over sorted matches, one record a cell. Pure.
import { gaugeOf } from './gauges.ts'
import { layouts, samplesMax } from './limits.ts'
import { compareMatches, firstIndex, type Match } from './matches.ts'
import type { Watch } from './watches.ts'

/** What a rule said of one group in one cell: the dates from `cell` × repeat, included, to the next, excluded; in Unix ms. */
export type CellRecord = {
  readonly cell: number
  /** The first and last date at which it spoke, and at how many it did. */
  readonly from: number
  readonly to: number
  readonly spoke: number
  /** The highest count of a window; as high as windows count, it means at least. */
  readonly peak: number
  /** Date of the first match in the first window that spoke. */
  readonly first: number
  /** Id of the last match at `to`. */
  readonly last: string
  /** Ids of the first matches, by date and id, in the windows that spoke; and the date of the last of these. */
  readonly samples: readonly string[]
  readonly sampledAt: number
}

/** The dates to judge: later than `after`, up to `upTo`. */
export type Span = { readonly after: number; readonly upTo: number }

/**
 * The records of the cells in which the rule spoke within the span, by cell. A window ends at a date and begins, excluded,
 * `timespanMs` before; of more than it can count it takes the newest. `carry` is what was said earlier in its cell.
 */
export function sweep(
  watch: Watch,
  matches: readonly Match[],
  { after, upTo }: Span,
  carry: CellRecord | undefined,
): ReadonlyMap<number, CellRecord> {
  const records = new Map<number, CellRecord>()
  const { windowMatchesMax } = layouts[watch.layout]
  const gauge = gaugeOf(watch.measure, watch.sources.length)
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
    const cell = Math.floor(at / watch.repeatMs)
    const known = records.get(cell) ?? (carry?.cell === cell ? carry : undefined)
    records.set(cell, spoken(known, { cell, at, count, matches, left, end: right }))
  }
  return records

  function addAt(index: number) {
    const match = matches[index]
    if (match) gauge.add(match, index)
  }
  function isBefore(match: Match, at: number) {
    return match.at <= at - watch.timespanMs || right - left > windowMatchesMax
  }
}

type Spoken = {
  readonly cell: number
  readonly at: number
  readonly count: number
  /** The window is these matches from `left`, included, to `end`, excluded. */
  readonly matches: readonly Match[]
  readonly left: number
  readonly end: number
}

function spoken(known: CellRecord | undefined, now: Spoken): CellRecord {
  const { cell, at, count, matches, left, end } = now
  const last = matches[end - 1]?.id ?? ''
  const { samples, sampledAt } = known && known.samples.length >= samplesMax ? known : withSamples(known, now)
  if (known) {
    return { ...known, to: at, spoke: known.spoke + 1, peak: Math.max(known.peak, count), last, samples, sampledAt }
  }
  return { cell, from: at, to: at, spoke: 1, peak: count, first: matches[left]?.at ?? at, last, samples, sampledAt }
}

/** The samples so far and, behind the last of them, those of this window. */
function withSamples(known: CellRecord | undefined, { matches, left, end }: Spoken) {
  const samples = [...(known?.samples ?? [])]
  let sampledAt = known?.sampledAt ?? 0
  // The lowest tag comes last among the matches of one event.
  const lastTaken: Match = { at: sampledAt, id: samples.at(-1) ?? '', tag: '' }
  const behind = known ? firstIndex(matches, (match) => compareMatches(match, lastTaken) > 0) : left
  for (let index = Math.max(left, behind); index < end && samples.length < samplesMax; index++) {
    const match = matches[index]
    if (!match || match.id === samples.at(-1)) continue
    samples.push(match.id)
    sampledAt = match.at
  }
  return { samples, sampledAt }
}

/** Whether two records say the same. */
export const sameRecord = (one: CellRecord, other: CellRecord): boolean =>
  one.from === other.from &&
  one.to === other.to &&
  one.spoke === other.spoke &&
  one.peak === other.peak &&
  one.first === other.first &&
  one.last === other.last &&
  one.samples.join() === other.samples.join()
