// EventStore in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import { type AcceptedEvent, type EventLog, logOf, type StoredEvent } from '../domain/event.ts'
import { matches } from '../domain/query.ts'
import { isPosition, partitionKeyOf, positionOf } from '../domain/row-keys.ts'
import type { EventStore } from '../ports.ts'

/** An empty store. */
export function memoryEventStore(): EventStore {
  const logs = new Map<string, Map<string, AcceptedEvent>>()
  const feedOf = (log: EventLog): StoredEvent[] => [...(logs.get(partitionKeyOf(log))?.values() ?? [])]

  return {
    append: async (events) => {
      for (const event of events) {
        const log = logOf(event)
        if (!log) throw new TypeError('an accepted event must belong to a log')
        const key = partitionKeyOf(log)
        const stored = logs.get(key) ?? new Map<string, AcceptedEvent>()
        logs.set(key, stored)
        if (!stored.has(event.id)) stored.set(event.id, event)
      }
    },
    list: async (query, limit, after) => {
      if (after !== null && !isPosition(after)) return undefined
      const found = feedOf(query.log)
        .filter((event) => matches(event, query) && (after === null || positionOf(event) > after))
        .sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))
      const events = found.slice(0, limit)
      const last = events.at(-1)
      return { events, next: last && found.length > limit ? positionOf(last) : null }
    },
    feed: async (log, limit, after) => {
      const start = Number(after ?? 0)
      const events = feedOf(log).slice(start, start + limit)
      return { events, next: events.length > 0 ? String(start + events.length) : after }
    },
    check: async () => {},
  }
}
