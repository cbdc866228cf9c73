// An event log by minutes of dates: that of tests reads all of it for each list.
import type { AcceptedEvent } from '../../src/domain/events/event.ts'
import { type Instant, millisecondsOf } from '../../src/domain/instant.ts'
import type { EventQuery } from '../../src/domain/log/query.ts'

const minuteMs = 60_000
/** Most minutes that a list reads. */
const minutesMax = 3_000

/** A log that stores each id once. `append` gives those of the events that it did not have. */
export function minuteLog() {
  const ids = new Set<string>()
  const minutes = new Map<number, AcceptedEvent[]>()
  const minuteOf = (date: Instant) => Math.floor(millisecondsOf(date) / minuteMs)
  return {
    append: (events: readonly AcceptedEvent[]): readonly AcceptedEvent[] => {
      const fresh = events.filter(({ id }) => !ids.has(id))
      for (const event of fresh) {
        ids.add(event.id)
        const minute = minuteOf(event.date)
        minutes.set(minute, [...(minutes.get(minute) ?? []), event])
      }
      return fresh
    },
    list: async ({ from, to }: EventQuery) => {
      const events: AcceptedEvent[] = []
      const last = minuteOf(to)
      for (let minute = Math.max(minuteOf(from), last - minutesMax); minute <= last; minute += 1) {
        events.push(...(minutes.get(minute) ?? []))
      }
      return { events, next: null }
    },
  }
}
