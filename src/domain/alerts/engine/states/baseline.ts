// Thresholds: how many matches a window must count for its rule to fire, as a fixed number or from the baseline of a group key. Pure.
import { baselineMs } from '../../sigma/rules.ts'
import type { CountingCorrelation, RateCorrelation } from '../compiled/correlation.ts'
import { layouts, learningMs } from '../compiled/limits.ts'
import type { Match } from '../compiled/window.ts'

const hourMs = 3_600_000
const weekHours = 168
const weeks = baselineMs / (weekHours * hourMs)

/** Matches of one UTC hour, numbered since 1970. */
export type HourCount = { readonly hour: number; readonly count: number }

/**
 * The matches of a group key that its state does not list, by hour; dates in Unix ms. `hours` are sorted, `to` is the date
 * of the newest match, and `since` that of the first after which `baselineMs` never passed without a match. `learntTo` is the
 * number in the feed of the last event of the history that is among them; 0 for none.
 */
export type Baseline = {
  readonly hours: readonly HourCount[]
  readonly since: number
  readonly to: number
  readonly learntTo: number
}

/** A match of an event that arrived too late for windows: its date (Unix ms), and the event's number in the feed. */
export type HistoryMatch = { readonly at: number; readonly number: number }

/**
 * Highest count of an hour. The mean of up to 10 samples of which one is that high exceeds everything that a window counts:
 * the rule does not fire, however much higher the true count was.
 */
export const hourCountMax = 4_095

/** The least count that fires; or why none does: the group key is learning, or no window counts as many. */
export type Threshold = number | 'learning' | 'unreachable'

/** The threshold of a window by the date it ends at. The matches are sorted, and read at the first call. */
export function thresholdsOf(
  correlation: CountingCorrelation,
  baseline: Baseline | undefined,
  matches: readonly Match[],
): (at: number) => Threshold {
  if (correlation.kind === 'window') return () => correlation.countMin
  let history: History | undefined
  let known: { readonly hour: number; readonly since: number; readonly threshold: Threshold } | undefined
  return (at) => {
    history ??= historyOf(baseline, matches)
    const since = history.beginnings.findLast((each) => each <= at) ?? at
    if (at - since < learningMs) return 'learning'
    const hour = hourOf(at)
    if (known?.hour !== hour || known.since !== since) {
      known = { hour, since, threshold: thresholdAt(correlation, history.counts, hour, hourOf(since)) }
    }
    return known.threshold
  }
}

/**
 * The threshold of windows that end in this hour. A sample is the sum of as many UTC hours of matches as the timespan has,
 * rounded up. There are three for each of the last 4 weeks: ending at the same hour, an hour earlier and an hour later; for
 * last week only the earlier one, as later hours may still get late events. Samples that begin before the hour `since` are
 * skipped. A window fires when it counts `countMin`, and more than mean + sensitivity × √max(sample variance, mean, 1).
 */
function thresholdAt(
  { timespanMs, countMin, sensitivity }: RateCorrelation,
  counts: Counts,
  hour: number,
  since: number,
): Threshold {
  const unit = unitHoursOf(timespanMs)
  const samples: number[] = []
  for (let week = 1; week <= weeks; week++) {
    for (const shift of week === 1 ? [-1] : [-1, 0, 1]) {
      const end = hour - weekHours * week + shift
      if (end - unit + 1 >= since) samples.push(sumOf(counts, end - unit + 1, end))
    }
  }
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length
  const squares = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  const variance = Math.max(squares / Math.max(samples.length - 1, 1), mean, 1)
  const threshold = Math.max(countMin, Math.floor(mean + sensitivity * Math.sqrt(variance)) + 1)
  return threshold > layouts.full.windowMatchesMax ? 'unreachable' : threshold
}

const hourOf = (at: number): number => Math.floor(at / hourMs)
const unitHoursOf = (timespanMs: number): number => Math.max(1, Math.ceil(timespanMs / hourMs))

type Counts = ReadonlyMap<number, number>

function sumOf(counts: Counts, from: number, to: number): number {
  let sum = 0
  for (let hour = from; hour <= to; hour++) sum += counts.get(hour) ?? 0
  return sum
}

/** All matches by hour; and the dates at which the group key began, and began anew after `baselineMs` without a match. */
type History = { readonly counts: Counts; readonly beginnings: readonly number[] }

function historyOf(baseline: Baseline | undefined, matches: readonly Match[]): History {
  const counts = new Map(baseline?.hours.map(({ hour, count }) => [hour, count]))
  const beginnings = baseline ? [baseline.since] : []
  let last = baseline?.to ?? Number.NEGATIVE_INFINITY
  for (const { at } of matches) {
    const hour = hourOf(at)
    counts.set(hour, (counts.get(hour) ?? 0) + 1)
    if (at - last >= baselineMs) beginnings.push(at)
    last = at
  }
  return { counts, beginnings }
}

/** The baseline with these matches, and without the hours that no window behind `watermark` needs. */
export const baselineWith = (
  correlation: RateCorrelation,
  baseline: Baseline | undefined,
  matches: readonly Match[],
  watermark: number,
): Baseline | undefined => withDates(baseline, matches, oldestHour(correlation, watermark), baseline?.learntTo ?? 0)

/**
 * The baseline with matches of the history, in any order of their dates: those up to `learntTo` were taken before. The same
 * baseline if none is new and recent enough for windows that end at `judgedFrom` (Unix ms) or later.
 */
export function baselineTaught(
  correlation: RateCorrelation,
  baseline: Baseline | undefined,
  history: readonly HistoryMatch[],
  judgedFrom: number,
): Baseline | undefined {
  const oldest = oldestHour(correlation, judgedFrom)
  const learntTo = baseline?.learntTo ?? 0
  const taken = new Map(history.map((match) => [match.number, match]))
  const fresh = [...taken.values()].filter(({ at, number }) => number > learntTo && hourOf(at) >= oldest)
  if (fresh.length === 0) return baseline
  return withDates(baseline, fresh, oldest, Math.max(...fresh.map(({ number }) => number)))
}

/** The first hour that windows ending at `judgedFrom` (Unix ms) or later need. */
const oldestHour = ({ timespanMs }: RateCorrelation, judgedFrom: number): number =>
  hourOf(judgedFrom) - weekHours * weeks - unitHoursOf(timespanMs)

function withDates(
  baseline: Baseline | undefined,
  dates: readonly { readonly at: number }[],
  oldest: number,
  learntTo: number,
): Baseline | undefined {
  let life: Life | undefined = baseline
  for (const { at } of dates) life = lifeWith(life, at)
  if (!life) return undefined
  const hours = hoursWith(
    baseline?.hours ?? [],
    dates.map(({ at }) => hourOf(at)).filter((hour) => hour >= oldest),
  )
  const first = hours.findIndex(({ hour }) => hour >= oldest)
  return { hours: first > 0 ? hours.slice(first) : hours, since: life.since, to: life.to, learntTo }
}

/** Sorted hours with one more match for each of these. Mostly those are the last: then nothing is sorted. */
function hoursWith(known: readonly HourCount[], added: readonly number[]): HourCount[] {
  const hours = [...known]
  let isSorted = true
  for (const hour of added) {
    const last = hours.at(-1)
    if (last?.hour === hour) hours[hours.length - 1] = { hour, count: Math.min(last.count + 1, hourCountMax) }
    else {
      isSorted &&= !last || last.hour < hour
      hours.push({ hour, count: 1 })
    }
  }
  return isSorted ? hours : summed(hours)
}

/** Hours in any order, several times, as each once. */
function summed(hours: readonly HourCount[]): HourCount[] {
  const counts = new Map<number, number>()
  for (const { hour, count } of hours) counts.set(hour, Math.min((counts.get(hour) ?? 0) + count, hourCountMax))
  return [...counts].map(([hour, count]) => ({ hour, count })).sort((one, other) => one.hour - other.hour)
}

type Life = Pick<Baseline, 'since' | 'to'>

/** The beginning and end of a group key with one more match. */
function lifeWith(life: Life | undefined, at: number): Life {
  if (!life || at - life.to >= baselineMs) return { since: at, to: at }
  const isSameLife = life.since - at < baselineMs
  return { since: isSameLife ? Math.min(life.since, at) : life.since, to: Math.max(life.to, at) }
}
