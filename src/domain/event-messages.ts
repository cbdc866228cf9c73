// The text of queue messages, and of what a trusted server posts: one event or an array of events, as the reference's servers write them. Pure.
import * as v from 'valibot'
import { AcceptedEvent, logOf } from './event.ts'
import { settleDate } from './event-date.ts'
import { type Guid, guidOfContent, parseGuid } from './guid.ts'
import type { Instant } from './instant.ts'
import { Shallow } from './nesting.ts'
import { isOwnType } from './own-events.ts'

/** Most bytes of one message: Azure's 64 KiB a message, less what base64 adds. */
export const messageBytesMax = 48 * 1024

/**
 * Why an event in a message cannot be stored. `owner-missing`: it names no organization, provider or user whose log it is.
 * `type-reserved`: its type is one of our own, and somebody else wrote it.
 */
export type MessageRefusal = 'malformed' | 'owner-missing' | 'type-reserved'

/** What a message says: its events, and the places in it that are none; or that it is no message of events at all. */
export type ReadMessage =
  | {
      readonly kind: 'events'
      readonly events: readonly AcceptedEvent[]
      readonly refused: readonly { readonly index: number; readonly reason: MessageRefusal }[]
    }
  | { readonly kind: 'refused'; readonly reason: 'not-json' | 'not-events' }

const { id: _id, date: _date, ...facts } = AcceptedEvent.entries
const ServerEvent = v.object({
  ...facts,
  date: v.optional(Shallow),
  idempotencyId: v.optional(v.pipe(v.string(), v.minLength(1))),
})

/**
 * Reads a message: a JSON object or an array of objects, members in PascalCase or camelCase, null the same as absent.
 * An event's id is its IdempotencyId, else stands for the message's text and the event's place in it, so that the same
 * message read again gives the same ids. `now` dates the events whose own date cannot stand: hand in a time that is the
 * same at each delivery. What a `server` posts may hold no events of our own; what stands in the `queue` may.
 */
export function readMessage(text: string, now: Instant, writtenBy: 'queue' | 'server' = 'queue'): ReadMessage {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return { kind: 'refused', reason: 'not-json' }
  }
  const entries: unknown = Array.isArray(message) ? message : [message]
  if (!v.is(v.array(v.record(v.string(), v.unknown())), entries)) return { kind: 'refused', reason: 'not-events' }

  const outcomes = entries.map((entry, index) => {
    const outcome = readEntry(entry, () => guidOfContent(text, index), now)
    const reserved = writtenBy === 'server' && typeof outcome !== 'string' && isOwnType(outcome.type)
    return reserved ? 'type-reserved' : outcome
  })
  return {
    kind: 'events',
    events: outcomes.filter((outcome) => typeof outcome !== 'string'),
    refused: outcomes.flatMap((outcome, index) => (typeof outcome === 'string' ? [{ index, reason: outcome }] : [])),
  }
}

function readEntry(
  entry: Record<string, unknown>,
  idOfPlace: () => Guid,
  now: Instant,
): AcceptedEvent | MessageRefusal {
  const present = Object.entries(entry).filter(([, value]) => value !== null)
  const read = v.safeParse(ServerEvent, Object.fromEntries(present.map(([name, value]) => [camelCase(name), value])))
  if (!read.success) return 'malformed'

  const { idempotencyId, date, clientDate, ...rest } = read.output
  const event = {
    id: idempotencyId === undefined ? idOfPlace() : (parseGuid(idempotencyId) ?? guidOfContent(idempotencyId)),
    ...rest,
    ...(clientDate !== undefined && { clientDate }),
    ...settleDate(date, now),
  }
  return logOf(event) ? event : 'owner-missing'
}

/** Writes events as messages that `readMessage` reads back: JSON arrays of at most `messageBytesMax` bytes, in order. */
export function writeMessages(events: readonly AcceptedEvent[]): string[] {
  const messages: string[][] = []
  let bytes = 0
  for (const { id, ...rest } of events) {
    const named = Object.entries({ idempotencyId: id, ...rest }).map(([name, value]) => [pascalCase(name), value])
    const text = JSON.stringify(Object.fromEntries(named))
    const added = Buffer.byteLength(text) + 1
    const open = messages.at(-1)
    if (open && bytes + added <= messageBytesMax) {
      open.push(text)
      bytes += added
    } else {
      messages.push([text])
      bytes = added + 1
    }
  }
  return messages.map((texts) => `[${texts.join()}]`)
}

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
const pascalCase = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
