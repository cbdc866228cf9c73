// An event store that reads few events for each page, however few of them pass the filters: as the table's store does with a large log.
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
