// How many matches a window must count for its rule to speak: a fixed number, or more than a group's past leads to expect. Pure.
import { baselineMs } from '../sigma/rules.ts'
import type { CountingWatch, RateWatch } from './correlation.ts'
import { layouts, learningMs } from './limits.ts'
import type { Match } from './matches.ts'

const hourMs = 3_600_000
const weekHours = 168
const weeks = baselineMs / (weekHours * hourMs)

/** Matches of one UTC hour, numbered since 1970. */
export type HourCount = { readonly hour: number; readonly count: number }

/**
 * What a group keeps of matches that it does not list any more; dates in Unix ms. `hours` are sorted, `to` is the date of
 * the newest, and `since` that of the first after which there never was `baselineMs` without a match.
 */
export type Past = { readonly hours: readonly HourCount[]; readonly since: number; readonly to: number }

/**
 * Most matches of an hour that are told apart. An average of up to 10 samples of which one is that high lies above all
 * that a window counts: the rule is silent, however much higher it is.
 */
export const hourCountMax = 4_095

/** The least count that speaks; or why none does: the group is learning, or no window counts as many. */
export type Bar = number | 'learning' | 'unreachable'

/** What a window that ends at a date must count. Reads the matches, which are sorted, when it is first asked. */
export function barsOf(watch: CountingWatch, past: Past | undefined, matches: readonly Match[]): (at: number) => Bar {
  if (watch.kind === 'window') return () => watch.countMin
  let history: History | undefined
  let known: { readonly hour: number; readonly since: number; readonly bar: Bar } | undefined
  return (at) => {
    history ??= historyOf(past, matches)
    const since = history.beginnings.findLast((each) => each <= at) ?? at
    if (at - since < learningMs) return 'learning'
    const hour = hourOf(at)
    if (known?.hour !== hour || known.since !== since) {
      known = { hour, since, bar: barAt(watch, history.counts, hour, hourOf(since)) }
    }
    return known.bar
  }
}

/**
 * The bar of windows that end in this hour. Of the group's matches by UTC hour, a sample is the sum of as many hours as the
 * timespan, rounded up; for w of 1 to 4 weeks before, one that ends at the same hour, one an hour earlier and one an hour
 * later; of last week the earlier one alone, as later hours may still get late events. Samples that begin before the hour
 * `since` are left out. A window speaks when it counts `countMin`, and more than
 * mean + sensitivity × √max(sample variance, mean, 1).
 */
function barAt({ timespanMs, countMin, sensitivity }: RateWatch, counts: Counts, hour: number, since: number): Bar {
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
  const bar = Math.max(countMin, Math.floor(mean + sensitivity * Math.sqrt(variance)) + 1)
  return bar > layouts.full.windowMatchesMax ? 'unreachable' : bar
}

const hourOf = (at: number): number => Math.floor(at / hourMs)
const unitHoursOf = (timespanMs: number): number => Math.max(1, Math.ceil(timespanMs / hourMs))

type Counts = ReadonlyMap<number, number>

function sumOf(counts: Counts, from: number, to: number): number {
  let sum = 0
  for (let hour = from; hour <= to; hour++) sum += counts.get(hour) ?? 0
  return sum
}

/** All matches by hour; and the dates at which the group began, and began anew after `baselineMs` without a match. */
type History = { readonly counts: Counts; readonly beginnings: readonly number[] }

function historyOf(past: Past | undefined, matches: readonly Match[]): History {
  const counts = new Map(past?.hours.map(({ hour, count }) => [hour, count]))
  const beginnings = past ? [past.since] : []
  let last = past?.to ?? Number.NEGATIVE_INFINITY
  for (const { at } of matches) {
    const hour = hourOf(at)
    counts.set(hour, (counts.get(hour) ?? 0) + 1)
    if (at - last >= baselineMs) beginnings.push(at)
    last = at
  }
  return { counts, beginnings }
}

/** The past with these matches, which come behind it, too; without the hours that no window later than `sealedTo` asks for. */
export function pastWith(watch: RateWatch, past: Past | undefined, matches: readonly Match[], sealedTo: number): Past {
  const oldest = hourOf(sealedTo) - weekHours * weeks - unitHoursOf(watch.timespanMs)
  const hours = (past?.hours ?? []).filter(({ hour }) => hour >= oldest)
  let [since, to] = [past?.since ?? 0, past?.to ?? Number.NEGATIVE_INFINITY]
  for (const { at } of matches) {
    const hour = hourOf(at)
    const last = hours.at(-1)
    if (last?.hour === hour) hours.splice(-1, 1, { hour, count: Math.min(last.count + 1, hourCountMax) })
    else if (hour >= oldest) hours.push({ hour, count: 1 })
    if (at - to >= baselineMs) since = at
    to = at
  }
  return { hours, since, to }
}
