// EventStore in memory: for tests and for trying things out. Keeps every promise of the port but durability.

import { type AcceptedEvent, type EventLog, logOf, type StoredEvent } from '../../domain/events/event.ts'
import { eventNumberAt } from '../../domain/log/cursor.ts'
import { matches } from '../../domain/log/query.ts'
import type { EventStore } from '../../ports/events.ts'
import { isPosition, partitionKeyOf, positionOf } from '../azure/events/row-keys.ts'

/** An empty store; `now` in Unix ms. */
export function memoryEventStore(now: () => number = () => 0): EventStore {
  const logs = new Map<string, Map<string, AcceptedEvent>>()
  const times = new Map<AcceptedEvent, number>()
  const feedOf = (log: EventLog): StoredEvent[] => [...(logs.get(partitionKeyOf(log))?.values() ?? [])]

  return {
    append: async (events) => {
      for (const event of events) {
        const log = logOf(event)
        if (!log) throw new TypeError('an accepted event must belong to a log')
        const key = partitionKeyOf(log)
        const stored = logs.get(key) ?? new Map<string, AcceptedEvent>()
        logs.set(key, stored)
        if (stored.has(event.id)) continue
        stored.set(event.id, event)
        times.set(event, now())
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
      const stored = feedOf(log)
      const number = eventNumberAt(after)
      if (number === undefined || number > stored.length) return undefined
      const events = stored.slice(number, number + limit)
      const next = number + events.length
      const storedAt = events.map((event) => times.get(event) ?? 0)
      return { events, storedAt, next: String(next), more: next < stored.length }
    },
    end: async (log) => String(feedOf(log).length),
    cursorAt: async (log, ms) => {
      const stored = feedOf(log)
      const first = stored.findIndex((event) => (times.get(event) ?? 0) >= ms)
      return String(first < 0 ? stored.length : first)
    },
    check: async () => {},
  }
}
