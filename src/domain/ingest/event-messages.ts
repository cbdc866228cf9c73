// Messages of the event queue, and the events that a trusted server posts, in the form of the reference's servers. Pure.
import * as v from 'valibot'
import { mayReportFor } from '../directory/authorize.ts'
import type { ServerPrincipal } from '../directory/principal.ts'
import { isAuditType } from '../events/audit-events.ts'
import { type AcceptedEvent, logOf } from '../events/event.ts'
import { type Guid, guidOfContent, parseGuid } from '../guid.ts'
import { type Instant, parseInstant } from '../instant.ts'
import { acceptedDate, type EventDate, normalizeDate } from './event-date.ts'
import { actorOf, ServerEvent } from './server-event.ts'

/** Most bytes of one message: Azure's limit of 64 KiB, less what base64 adds. */
export const messageBytesMax = 48 * 1024

/**
 * Why an event in a message or a request cannot be stored. `owner-missing`: it names no organization, provider or user.
 * `type-reserved`: only Keytrail may report its type. `organization-not-allowed`: the server that posts it may not report for
 * its organization, or for none.
 */
type MessageRefusal = 'malformed' | 'owner-missing' | 'type-reserved' | 'organization-not-allowed'

/** An event of a message or a request, or why it cannot be stored. */
type ReadEvent =
  | { readonly kind: 'event'; readonly event: AcceptedEvent }
  | { readonly kind: 'refused'; readonly reason: MessageRefusal }

/** When a message first failed, and how many seconds it waited for this attempt (0 if the message does not say). */
type Retry = { readonly failingSince: Instant; readonly afterSeconds: number }

/**
 * A message as read: its events, and the refused entries by their index; or why it is no message of events at all.
 * `retry` is there on a message whose events an earlier attempt could not store.
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
/** Written by `writeMessages` alone, on the first event of a message that is retried. */
const Retried = v.object({
  FailingSince: v.pipe(v.string(), v.transform(parseInstant)),
  RetriedAfter: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400)), 0),
})

/**
 * Reads a message: a JSON object or an array of objects, properties in PascalCase or camelCase, null the same as absent.
 * An event's id is its IdempotencyId, else it is derived from the message's text and the event's index, so that the same
 * message gives the same ids again. `now` replaces dates that are not plausible: pass a time that is the same at each
 * delivery. Events that `writeMessages` wrote keep their date: it was normalized when they were accepted.
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
    events: eventsOf(outcomes),
    refused: refusalsOf(outcomes),
  }
}

/** The readable ones of some entries, in order. */
export const eventsOf = (entries: readonly ReadEvent[]): AcceptedEvent[] =>
  entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))

/** The refused ones of some entries, by their index. */
export const refusalsOf = (entries: readonly ReadEvent[]): { index: number; reason: MessageRefusal }[] =>
  entries.flatMap((entry, index) => (entry.kind === 'refused' ? [{ index, reason: entry.reason }] : []))

/**
 * Reads one event that a trusted server posts, with properties as in a message. `fallbackId` gives the id of an event
 * without an IdempotencyId. Refuses audit events, and what the server may not report; normalizes the date by `now` in any case.
 */
export function readPosted(server: ServerPrincipal, entry: unknown, fallbackId: () => Guid, now: Instant): ReadEvent {
  if (!v.is(Entry, entry)) return refused('malformed')
  const read = readEntry(entry, fallbackId, now, 'server')
  if (read.kind === 'refused') return read
  if (!mayReportFor(server, read.event.organizationId)) return refused('organization-not-allowed')
  return isAuditType(read.event.type) ? refused('type-reserved') : read
}

const refused = (reason: MessageRefusal): ReadEvent => ({ kind: 'refused', reason })

function readEntry(
  entry: Record<string, unknown>,
  fallbackId: () => Guid,
  now: Instant,
  source: 'queue' | 'server',
): ReadEvent {
  const present = Object.entries(entry).filter(([, value]) => value !== null)
  const read = v.safeParse(ServerEvent, Object.fromEntries(present.map(([name, value]) => [camelCase(name), value])))
  if (!read.success) return refused('malformed')

  const { idempotencyId, date, clientDate, dateFinal, actingUserId, actingUserName, actingUserEmail, ...rest } =
    read.output
  const isAudit = isAuditType(rest.type)
  const accepted = source === 'queue' && dateFinal === true ? acceptedDate(date) : undefined
  const dated: EventDate = accepted ? { date: accepted } : normalizeDate(date, now)
  const event = {
    id: idempotencyId === undefined ? fallbackId() : (parseGuid(idempotencyId) ?? guidOfContent(idempotencyId)),
    ...rest,
    ...actorOf(actingUserId, rest.systemUser),
    ...(isAudit && actingUserName !== undefined && { actingUserName }),
    ...(isAudit && actingUserEmail !== undefined && { actingUserEmail }),
    ...(clientDate !== undefined && { clientDate }),
    ...dated,
  }
  return logOf(event) ? { kind: 'event', event } : refused('owner-missing')
}

/**
 * Writes events as messages that `readMessage` reads: JSON arrays of at most `messageBytesMax` bytes, in order. `retry`
 * marks messages whose events an earlier attempt could not store.
 */
export const writeMessages = (events: readonly AcceptedEvent[], retry?: Retry): string[] => [
  ...messagesOf(events, retry),
]

/** The messages that `writeMessages` writes, one by one, with one in memory at a time. */
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

/** Writes an event as the reference's servers do in their messages. */
export const writeEvent = ({ id, ...rest }: AcceptedEvent): string => jsonOf({ idempotencyId: id, ...rest })

const jsonOf = (properties: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(properties).map(([name, value]) => [pascalCase(name), value])))

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
const pascalCase = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
