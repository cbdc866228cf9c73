// EventStore in memory: for tests and for trying things out. Keeps every promise of the port but durability.

import { type AcceptedEvent, type EventLog, logOf, type StoredEvent } from '../../domain/events/event.ts'
import { millisecondsOf } from '../../domain/instant.ts'
import { eventNumberAt } from '../../domain/log/cursor.ts'
import { indexedFields, matches } from '../../domain/log/query.ts'
import { idsBeginningMax } from '../../domain/log/search/find-named.ts'
import type { EventStore } from '../../ports/events.ts'
import { pageOf } from './cursors.ts'

const keyOf = ({ kind, id }: EventLog): string => `${kind} ${id}`

/** An empty store; `now` in Unix ms. */
export function memoryEventStore(now: () => number = () => 0): EventStore {
  const logs = new Map<string, Map<string, AcceptedEvent>>()
  const times = new Map<AcceptedEvent, number>()
  const feedOf = (log: EventLog): StoredEvent[] => [...(logs.get(keyOf(log))?.values() ?? [])]

  return {
    append: async (events) => {
      for (const event of events) {
        const log = logOf(event)
        if (!log) throw new TypeError('an accepted event must belong to a log')
        const key = keyOf(log)
        const stored = logs.get(key) ?? new Map<string, AcceptedEvent>()
        logs.set(key, stored)
        if (stored.has(event.id)) continue
        stored.set(event.id, event)
        times.set(event, now())
      }
    },
    list: async (query, limit, after) => {
      const wanted = feedOf(query.log).filter((event) => matches(event, query))
      const found = pageOf(wanted, ({ date, id }) => ({ ms: millisecondsOf(date), id }), limit, after)
      return found && { events: found.page, next: found.next }
    },
    idsBeginning: async (log, digits) => {
      const found = feedOf(log).flatMap((event) =>
        indexedFields.flatMap((field) => {
          const id = event[field]
          return id?.startsWith(digits) ? [{ field, id }] : []
        }),
      )
      const distinct = [...new Map(found.map((each) => [`${each.field} ${each.id}`, each])).values()]
      return indexedFields.flatMap((field) =>
        distinct
          .filter((each) => each.field === field)
          .sort((one, other) => (one.id < other.id ? -1 : 1))
          .slice(0, idsBeginningMax),
      )
    },
    feed: async (log, limit, after) => {
      const stored = feedOf(log)
      const number = eventNumberAt(after)
      if (number === undefined || number > stored.length) return undefined
      const events = stored.slice(number, number + limit)
      const next = number + events.length
      const storedAt = events.map((event) => times.get(event) ?? 0)
      const numbers = events.map((_, index) => number + index + 1)
      return { events, numbers, storedAt, next: String(next), more: next < stored.length }
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
