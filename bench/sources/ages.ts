// How old events are when they reach the log, and which are missing or too many in the end.
import type { Arrival, PublicEvent } from '../../local/bitwarden/events.ts'
import type { AcceptedEvent } from '../../src/domain/events/event.ts'
import { ofLog, ofSource } from '../../test/support/sources/arrivals.ts'

const minuteMs = 60_000

/** Follows events from the source to the log. Equal events are taken in the order in which they appear. */
export function agesOf(arrivals: readonly Arrival[]) {
  const waiting = new Map<string, Arrival[]>()
  for (const arrival of arrivals) {
    const key = ofSource(arrival.event)
    waiting.set(key, [...(waiting.get(key) ?? []), arrival])
  }
  let [prompt, promptMs, late, lateMs, tooMany] = [0, 0, 0, 0, 0]
  return {
    /** Notes that the log has these since `now` (Unix ms). */
    note: (events: readonly AcceptedEvent[], now: number) => {
      for (const event of events) {
        const arrival = waiting.get(ofLog(event))?.shift()
        if (!arrival) tooMany += 1
        else if (isPrompt(arrival)) [prompt, promptMs] = [prompt + 1, Math.max(promptMs, now - arrival.appearsAt)]
        else [late, lateMs] = [late + 1, Math.max(lateMs, now - arrival.appearsAt)]
      }
    },
    /** In words; `there` is what the source has. */
    result: (there: readonly PublicEvent[]): string => {
      const missing = there.length - (prompt + late)
      const ages = `within a minute of their date ${prompt}, found after at most ${Math.round(promptMs / 1_000)} s`
      const others = `others ${late}, found after at most ${(lateMs / 86_400_000).toFixed(1)} d`
      return `${there.length} events of the source: ${missing} missing, ${tooMany} too many; ${ages}; ${others}`
    },
  }
}

/** Whether an event is there within a minute of its date, by a clock that is right. */
function isPrompt({ appearsAt, event }: Arrival): boolean {
  const date = Date.parse(event.date)
  return date <= appearsAt && appearsAt - date <= minuteMs
}
