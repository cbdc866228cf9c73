// What a run would send, counted: the deliveries of a dry run go here, and nothing leaves the machine.
import { counted } from './counted.ts'
import { organizationOf } from './follow/event-rows.ts'
import type { Sink } from './keytrail/sink.ts'
import type { StateStore } from './state.ts'

type Counts = { name: string; events: number; first: string; last: string; members: number; items: number }

/** A sink that counts, and the counts in words, an organization a line. */
export function countingSink(): Sink & { readonly lines: () => string[] } {
  const counts = new Map<string, Counts>()
  const countsOf = (id: string): Counts => {
    const known = counts.get(id) ?? { name: id, events: 0, first: '', last: '', members: 0, items: 0 }
    counts.set(id, known)
    return known
  }
  return {
    events: async (events) => {
      for (const event of events) {
        const of = countsOf(organizationOf(event) ?? 'people’s personal logs')
        const date = String(event.date)
        of.events += 1
        of.first = of.first === '' || date < of.first ? date : of.first
        of.last = date > of.last ? date : of.last
      }
      return { accepted: events.length, dropped: new Map() }
    },
    organization: async (id, { name, members, items }) => {
      Object.assign(countsOf(id), { name: `${name} (${id})`, members: members.length, items: items.length })
    },
    items: async () => {},
    lines: () =>
      [...counts.values()].map(({ name, events, first, last, members, items }) => {
        const range = events > 0 ? `, from ${first} to ${last}` : ''
        const people =
          members + items > 0 ? `; ${counted(members, 'member')}, ${counted(items, 'item')} without names` : ''
        return `${name}: ${counted(events, 'event')}${range}${people}`
      }),
  }
}

/** A state that is read from another one, and never written there. */
export function unwritten(store: StateStore): StateStore {
  return { read: store.read, write: async () => {} }
}
