// An event store that looks at few events for each page, whatever passes the filters: what a large log is to the table's store.
import { matches } from '../../../src/domain/log/query.ts'
import type { EventStore } from '../../../src/ports/events.ts'

/** The store, of which each page of a list looks at so many events at most. */
export const scanningStore = (store: EventStore, eventsMax: number): EventStore => ({
  ...store,
  list: async (query, limit, after) => {
    const page = await store.list({ ...query, filters: [], traits: {} }, Math.min(limit, eventsMax), after)
    return page && { ...page, events: page.events.filter((event) => matches(event, query)) }
  },
})
