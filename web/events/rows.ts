// A list of events as rows under the days they happened on, and how newer and older events come into it. Pure.
import type { ListedEvent } from './event.ts'

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly date: string }
  | { readonly kind: 'event'; readonly key: string; readonly event: ListedEvent }

/** The events with a row before the first one of each day; `dayOf` tells days apart, in the zone of whoever looks. */
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

/** Both lists in one, newest first, each event once. Of equal dates those that were there stay first. */
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

/** Dates have three to seven fraction digits: made as long, their texts are in order of time. */
const moment = ({ date }: ListedEvent): string => date.replace('Z', '').padEnd(27, '0')

/** The rows to render: those in sight and some around them, as a range whose end is not included. */
export function rowsInSight(
  place: { readonly aboveTopPx: number; readonly heightPx: number; readonly rowPx: number },
  count: number,
  around = 10,
): { readonly from: number; readonly to: number } {
  const first = Math.floor(place.aboveTopPx / place.rowPx) - around
  const last = Math.ceil((place.aboveTopPx + place.heightPx) / place.rowPx) + around
  const from = Math.min(Math.max(0, first), Math.max(0, count - 1))
  return { from, to: Math.max(from, Math.min(count, last)) }
}
