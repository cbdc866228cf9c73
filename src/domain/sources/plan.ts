// What a run reads of a source: the newest events, then what is left over, then the past again as far as the day's requests allow. Pure.
import { type Instant, instantAt } from '../instant.ts'
import { pageEvents } from './pages.ts'
import type { DayUse, Progress, Reread, Span } from './progress.ts'
import { rangeMsMax } from './reading.ts'
import { dayOf } from './view.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/**
 * Requests a day for an organization of `eventsPerDayUsual`, or fewer; for a larger one, as many times more as it is larger. The
 * last re-read may go beyond, so that a day of 10,000 events has 2,000 at most; its busiest days have some more events.
 */
const requestsPerDay = 1_780
const eventsPerDayUsual = 11_000
/** How far a poll reaches back before the one before it: clients upload once a minute. */
const overlapMs = minuteMs
/** The minutes that a deep poll reads in full. */
const deepMs = 15 * minuteMs
/** How often a deep poll happens when the day's requests are few. */
const deepEveryMs = 10 * minuteMs
/** How much busier than the day's average an hour may be. */
const busyFactor = 3
/** How far ahead of us clocks may be for a poll, and how far for one that looks for any: the latter a few times a day when there are such, since it reads all of them. */
const [nearMs, farMs] = [10 * minuteMs, 365 * dayMs]
const farEveryMs = 6 * hourMs
const daysMax = 21

/** The poll of the newest events: the range to ask for, up to which date pages are read, and whether it is a deep or a far one. */
export type Poll = {
  readonly start: Instant
  readonly end: Instant
  readonly stopAt: Instant
  readonly deep: boolean
  readonly far: boolean
  /** Whether late events at the end of a page lead to a further page: the day's requests allow it. */
  readonly further: boolean
}

/** The poll at `now` (Unix ms). */
export function pollAt(progress: Progress, now: number): Poll {
  const deep = isDeepDue(progress, now)
  const stopMs = Math.min(progress.readTo - overlapMs, deep ? now - deepMs : now)
  const far = (!progress.ahead || now - progress.aheadAt >= farEveryMs) && stopMs >= now - dayMs
  const endMs = now + (far ? farMs : nearMs)
  const startMs = far ? now - dayMs : Math.max(endMs - rangeMsMax, Math.min(now - dayMs, stopMs))
  return {
    start: instantAt(startMs),
    end: instantAt(endMs),
    stopAt: instantAt(stopMs),
    deep,
    far,
    further: hasSpare(progress, now) && !dueReread(progress, now),
  }
}

function isDeepDue(progress: Progress, now: number): boolean {
  const extra = Math.ceil((expectedPerDay(progress, now) * busyFactor * deepMs) / dayMs / pageEvents) - 1
  if (extra <= 0) return true
  const spare = spareRequests(progress, now) - extra
  if (spare < 0 || dueReread(progress, now)) return false
  return spare >= pageEvents || now - progress.deepAt >= deepEveryMs
}

/** How far a re-read reaches at once, in hours, by its age. */
const spanHours: Readonly<Record<Reread['hours'], number>> = { 1: 1, 6: 3, 24: 6, 72: 24, 168: 24, 336: 24, 840: 24 }
/** The ages of re-reads, the most worthwhile first: the last one is what finds every event in the end. */
const byWorth: readonly Reread['hours'][] = [840, 24, 168, 72, 1, 336, 6]
const lastHours = 840
/** How far the last re-read may go beyond the day's requests. */
const lastExtraRequests = 220
/** How many spans a re-read may be late before it skips some. */
const lateSpansMax = 3

/** The re-read that is due now and that the day's requests allow; undefined: none. */
export function dueReread(progress: Progress, now: number): Reread | undefined {
  const spare = spareRequests(progress, now)
  return byWorth
    .flatMap((hours) => progress.rereads.filter((each) => each.hours === hours))
    .find((each) => isDue(each, now) && spare > (each.hours === lastHours ? -lastExtraRequests : 0))
}

const isDue = ({ hours, doneTo, span }: Reread, now: number): boolean =>
  span !== null || doneTo + spanHours[hours] * hourMs <= now - hours * hourMs

/** The re-read with its span, which is the next one if none is being read. */
export function withSpan(reread: Reread): Reread & { readonly span: Span } {
  const { hours, doneTo, span } = reread
  const next = { from: instantAt(doneTo), to: instantAt(doneTo + spanHours[hours] * hourMs) }
  return { ...reread, span: span ?? next }
}

/** A re-read whose span is read. */
export const spanDone = ({ hours, doneTo }: Reread): Reread => ({
  hours,
  doneTo: doneTo + spanHours[hours] * hourMs,
  span: null,
})

/** Re-reads that the day's requests did not allow skip what they are late with; the last one skips nothing. */
export function withoutLate(rereads: readonly Reread[], now: number): Reread[] {
  return rereads.map((each) => {
    const spanMs = spanHours[each.hours] * hourMs
    const wanted = now - each.hours * hourMs
    const isLate = wanted - each.doneTo > lateSpansMax * spanMs
    return isLate && each.hours !== lastHours ? { ...each, doneTo: wanted - spanMs, span: null } : each
  })
}

/** The days with an entry for that of `now` (Unix ms), newest first. */
export function daysAt(days: readonly DayUse[], now: number): readonly DayUse[] {
  const day = dayOf(now)
  if (days[0]?.day === day) return days
  return [{ day, requests: 0, historyRequests: 0, events: 0 }, ...days].slice(0, daysMax)
}

/** The most new events that a day of the last week had. */
const eventsPerDay = ({ days }: Pick<Progress, 'days'>): number =>
  Math.max(0, ...days.slice(0, 8).map(({ events }) => events))

/** How many new events a day may have: as many as one of the last week, or as today has so far, if it goes on like this. */
function expectedPerDay(progress: Progress, now: number): number {
  const [today] = daysAt(progress.days, now)
  const sofarMs = Math.max(hourMs, now - dayBegun(progress, now))
  return Math.max(eventsPerDay(progress), ((today?.events ?? 0) * dayMs) / sofarMs)
}

/** When the day of `now` began for a source: with its first pull, or at midnight. */
const dayBegun = ({ startedAt }: Progress, now: number): number => Math.max(startedAt, Math.floor(now / dayMs) * dayMs)

/** Whether the day's requests allow what is not needed at once. */
export const hasSpare = (progress: Progress, now: number): boolean => spareRequests(progress, now) > 0

/** How many requests of the day are left up to `now` (Unix ms), if they are spread evenly; below 0: more were made. */
function spareRequests(progress: Progress, now: number): number {
  const [today] = daysAt(progress.days, now)
  const allowed = requestsPerDay * Math.max(1, eventsPerDay(progress) / eventsPerDayUsual)
  const used = (today?.requests ?? 0) - (today?.historyRequests ?? 0)
  return (allowed * (now - dayBegun(progress, now))) / dayMs - used
}

/** Most gaps that are listed; beyond it, the two oldest become one. */
const gapsMax = 20

/** The gaps with one more, newest first. */
export function withGap(gaps: readonly Span[], gap: Span): Span[] {
  const all = [...gaps, gap].toSorted((one, other) => (one.to < other.to ? 1 : -1))
  const [older, oldest] = all.slice(-2)
  if (all.length <= gapsMax || !older || !oldest) return all
  const from = older.from < oldest.from ? older.from : oldest.from
  return [...all.slice(0, -2), { from, to: older.to }]
}
