// A list of events as rows under their days, and how newer and older events are merged into it. Pure.
import type { ListedEvent } from '../event.ts'

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly date: string }
  | { readonly kind: 'event'; readonly key: string; readonly event: ListedEvent }

/** The events with a row before the first one of each day; `dayOf` gives the day in the reader's time zone. */
export function rowsOf(events: readonly ListedEvent[], dayOf: (date: string) => string): readonly Row[] {
  const rows: Row[] = []
  let day: string | undefined
  for (const event of events) {
    const its = dayOf(event.date)
    if (its !== day) rows.push({ kind: 'day', key: its, date: event.date })
    day = its
    rows.push({ kind: 'event', key: event.id, event })
  }
  return rows
}

/** Both lists in one, newest first, each event once. Among equal dates, known events come first. */
export function merged(known: readonly ListedEvent[], others: readonly ListedEvent[]): readonly ListedEvent[] {
  const ids = new Set(known.map(({ id }) => id))
  const fresh = others.filter(({ id }) => !ids.has(id) && ids.add(id)).sort(newestFirst)
  const [newest, last] = [fresh[0], known.at(-1)]
  if (newest === undefined) return known
  const all = [...known, ...fresh]
  return last === undefined || newestFirst(last, newest) <= 0 ? all : all.sort(newestFirst)
}

const newestFirst = (one: ListedEvent, other: ListedEvent): number =>
  moment(one) < moment(other) ? 1 : moment(one) > moment(other) ? -1 : 0

/** Dates have three to seven fraction digits: padded to the same length, they sort as text. */
const moment = ({ date }: ListedEvent): string => date.replace('Z', '').padEnd(27, '0')

/** The height of a row of each kind, in CSS pixels. */
export type Heights = { readonly day: number; readonly event: number }

/** Where each row begins, in pixels from the first one, and last where all of them end. */
export function topsOf(rows: readonly Row[], heights: Heights): readonly number[] {
  const tops = [0]
  let top = 0
  for (const { kind } of rows) {
    top += heights[kind]
    tops.push(top)
  }
  return tops
}

/** The rows to render: the visible ones and some around them; `to` is not included. */
export function rowsInSight(
  tops: readonly number[],
  window: { readonly fromPx: number; readonly heightPx: number },
  around = 10,
): { readonly from: number; readonly to: number } {
  const count = tops.length - 1
  const first = rowAt(tops, window.fromPx)
  const last = rowAt(tops, window.fromPx + window.heightPx)
  return { from: Math.max(0, first - around), to: Math.min(count, last + 1 + around) }
}

/** The last row that begins at or above a height; the first one for a height above all. */
function rowAt(tops: readonly number[], px: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((tops[middle] ?? 0) <= px) low = middle
    else high = middle - 1
  }
  return low
}
