// Follows a table that has no sequence (PostgreSQL, MySQL): one statement gives, for each hour of the events' dates, the number of rows and
// a sum over their ids. An hour that differs from what was sent is read again. Exact in any order of dates and commits: a row that was not read
// makes its hour differ (but for one in four thousand million). Hours of the older past are summed up as days. Pure.
import * as v from 'valibot'

/** How many rows, and the sum of their ids' hashes. */
const Digest = v.tuple([v.number(), v.number()])
type Digest = v.InferOutput<typeof Digest>
/** Digests by hour, counted from 1970; a day of the older past is under its first hour. */
export const Digests = v.record(v.string(), Digest)
export type Digests = Map<number, Digest>

/** Days that are known hour by hour: so far back do clients that were offline report. */
const hourlyDays = 35
const hourMs = 3_600_000

/** The first hour that is known by itself, at a time in Unix ms. */
export const firstHourOf = (now: number): number => dayOf(Math.floor(now / hourMs)) - hourlyDays * 24

/** The first hour of an hour's day. */
export const dayOf = (hour: number): number => hour - (hour % 24)

/** The digests with all hours before `firstHour` summed up by day. */
export function summedUp(digests: Digests, firstHour: number): Digests {
  const summed: Digests = new Map()
  for (const [hour, digest] of digests) add(summed, hour < firstHour ? dayOf(hour) : hour, digest)
  return summed
}

/** Adds rows to the digest of an hour. */
export function add(digests: Digests, hour: number, [rows, sum]: Digest): void {
  const [knownRows, knownSum] = digests.get(hour) ?? [0, 0]
  digests.set(hour, [knownRows + rows, knownSum + sum])
}

/** Hours beside each other that differ, and how many rows they have. */
export type Span = { readonly first: number; readonly last: number; readonly rows: number }

/** The hours of `current` that differ from what is known, oldest first, in spans of at most `rowsMax` rows (one hour may have more). */
export function changedSpans(known: Digests, current: Digests, rowsMax: number): Span[] {
  const spans: Span[] = []
  let open: Span | undefined
  for (const [hour, [rows, sum]] of [...current].toSorted(([a], [b]) => a - b)) {
    const [knownRows, knownSum] = known.get(hour) ?? [0, 0]
    if (rows === knownRows && sum === knownSum) {
      if (open) spans.push(open)
      open = undefined
    } else if (open && open.rows + rows <= rowsMax) open = { first: open.first, last: hour, rows: open.rows + rows }
    else {
      if (open) spans.push(open)
      open = { first: hour, last: hour, rows }
    }
  }
  return open ? [...spans, open] : spans
}
