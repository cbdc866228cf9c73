// The text of queue messages, and of what a trusted server posts: one event or an array of events, as the reference's servers write them. Pure.
import * as v from 'valibot'
import { isAuditType } from '../events/audit-events.ts'
import { AcceptedEvent, logOf } from '../events/event.ts'
import { type Guid, guidOfContent, parseGuid } from '../guid.ts'
import { type Instant, parseInstant } from '../instant.ts'
import { Shallow } from '../nesting.ts'
import { decidedDate, type EventDate, settleDate } from './event-date.ts'

/** Most bytes of one message: Azure's 64 KiB a message, less what base64 adds. */
export const messageBytesMax = 48 * 1024

/**
 * Why an event in a message cannot be stored. `owner-missing`: it names no organization, provider or user whose log it is.
 * `type-reserved`: its type is one of our own, and somebody else wrote it.
 */
export type MessageRefusal = 'malformed' | 'owner-missing' | 'type-reserved'

/** When a message first failed, and how long it then waited for this try (seconds; 0 when it does not say). */
export type Retry = { readonly failingSince: Instant; readonly afterSeconds: number }

/**
 * What a message says: its events, and the places in it that are none; or that it is no message of events at all.
 * `retry` is there on a message that could not be stored before.
 */
export type ReadMessage =
  | {
      readonly kind: 'events'
      readonly events: readonly AcceptedEvent[]
      readonly refused: readonly { readonly index: number; readonly reason: MessageRefusal }[]
      readonly retry?: Retry
    }
  | { readonly kind: 'refused'; readonly reason: 'not-json' | 'not-events' }

const Entry = v.record(v.string(), v.unknown())
const { id: _id, date: _date, ...facts } = AcceptedEvent.entries
const ServerEvent = v.object({
  ...facts,
  date: v.optional(Shallow),
  idempotencyId: v.optional(v.pipe(v.string(), v.minLength(1))),
  // Ours: the date was decided when the event was accepted.
  dateFinal: v.optional(v.unknown()),
})
/** Ours, on the first event of a message that is tried again. */
const Retried = v.object({
  FailingSince: v.pipe(v.string(), v.transform(parseInstant)),
  RetriedAfter: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400)), 0),
})

/**
 * Reads a message: a JSON object or an array of objects, members in PascalCase or camelCase, null the same as absent.
 * An event's id is its IdempotencyId, else stands for the message's text and the event's place in it, so that the same
 * message read again gives the same ids. `now` dates the events whose own date cannot stand: hand in a time that is the
 * same at each delivery. An event that `writeMessages` wrote keeps the date that was decided when it was accepted: one clock
 * judges each date, once.
 */
export function readMessage(text: string, now: Instant): ReadMessage {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return { kind: 'refused', reason: 'not-json' }
  }
  const entries: unknown = Array.isArray(message) ? message : [message]
  if (!v.is(v.array(Entry), entries)) return { kind: 'refused', reason: 'not-events' }

  const outcomes = entries.map((entry, index) => readEntry(entry, () => guidOfContent(text, index), now, 'queue'))
  const retried = v.safeParse(Retried, entries[0])
  const failingSince = retried.success ? retried.output.FailingSince : undefined
  const afterSeconds = retried.success ? retried.output.RetriedAfter : 0
  return {
    kind: 'events',
    ...(failingSince !== undefined && { retry: { failingSince, afterSeconds } }),
    events: outcomes.filter((outcome) => typeof outcome !== 'string'),
    refused: outcomes.flatMap((outcome, index) => (typeof outcome === 'string' ? [{ index, reason: outcome }] : [])),
  }
}

/**
 * Reads one event that a trusted server posts, members as in a message; `idOfPlace` gives the id of one without an
 * IdempotencyId. It may be none of our own, and its date is judged by `now` in any case.
 */
export function readPosted(entry: unknown, idOfPlace: () => Guid, now: Instant): AcceptedEvent | MessageRefusal {
  if (!v.is(Entry, entry)) return 'malformed'
  const outcome = readEntry(entry, idOfPlace, now, 'server')
  return typeof outcome !== 'string' && isAuditType(outcome.type) ? 'type-reserved' : outcome
}

function readEntry(
  entry: Record<string, unknown>,
  idOfPlace: () => Guid,
  now: Instant,
  writtenBy: 'queue' | 'server',
): AcceptedEvent | MessageRefusal {
  const present = Object.entries(entry).filter(([, value]) => value !== null)
  const read = v.safeParse(ServerEvent, Object.fromEntries(present.map(([name, value]) => [camelCase(name), value])))
  if (!read.success) return 'malformed'

  const { idempotencyId, date, clientDate, dateFinal, ...rest } = read.output
  const decided = writtenBy === 'queue' && dateFinal === true ? decidedDate(date) : undefined
  const dated: EventDate = decided ? { date: decided } : settleDate(date, now)
  const event = {
    id: idempotencyId === undefined ? idOfPlace() : (parseGuid(idempotencyId) ?? guidOfContent(idempotencyId)),
    ...rest,
    ...(clientDate !== undefined && { clientDate }),
    ...dated,
  }
  return logOf(event) ? event : 'owner-missing'
}

/**
 * Writes events as messages that `readMessage` reads back: JSON arrays of at most `messageBytesMax` bytes, in order.
 * `retry`: they are tried again.
 */
export const writeMessages = (events: readonly AcceptedEvent[], retry?: Retry): string[] => [
  ...messagesOf(events, retry),
]

/** The messages that `writeMessages` writes, one by one: at no time more than one of them stands in memory. */
export function* messagesOf(events: Iterable<AcceptedEvent>, retry?: Retry): Generator<string> {
  const retried = retry && { failingSince: retry.failingSince, retriedAfter: retry.afterSeconds }
  let texts: string[] = []
  let bytes = 1
  for (const { id, ...rest } of events) {
    const text = jsonOf({ idempotencyId: id, ...rest, dateFinal: true, ...retried })
    const added = Buffer.byteLength(text) + 1
    if (texts.length > 0 && bytes + added > messageBytesMax) {
      yield `[${texts.join()}]`
      texts = []
      bytes = 1
    }
    texts.push(text)
    bytes += added
  }
  if (texts.length > 0) yield `[${texts.join()}]`
}

/** An event as reference servers write it in their messages. */
export const writeEvent = ({ id, ...rest }: AcceptedEvent): string => jsonOf({ idempotencyId: id, ...rest })

const jsonOf = (properties: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(properties).map(([name, value]) => [pascalCase(name), value])))

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
const pascalCase = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
