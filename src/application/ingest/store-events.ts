// Stores the events of a queue message, each once, however often the message is delivered; retries and dead-letters the rest.
import type { AcceptedEvent } from '../../domain/events/event.ts'
import { type ReadMessage, readMessage, writeMessages } from '../../domain/ingest/event-messages.ts'
import { type Instant, instantAt, millisecondsOf } from '../../domain/instant.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { EventQueue, EventStore } from '../../ports/events.ts'
import { faultOf } from '../fault.ts'
import { deliveriesMax, jittered, nextRetrySeconds, retryWindowMs } from '../outage-backoff.ts'
import type { RunLog } from '../run-log.ts'

export type StoreEventsPorts = {
  readonly store: EventStore
  readonly queue: EventQueue
  /** Resolves once an evaluation of these stored events is durably scheduled. */
  readonly scheduleEvaluations: (events: readonly AcceptedEvent[]) => Promise<void>
  readonly now: () => number
}

type DeliveredMessage = {
  readonly text: string
  /** The message as it came, for its dead letter. */
  readonly original: string | Uint8Array
  readonly arrivedAt: Instant
  /** How often the message has been delivered, with this time; NaN if unknown. */
  readonly deliveries: number
}

/**
 * Stores what can be stored. A message with anything that cannot be stored is dead-lettered whole, after the rest is stored:
 * repaired and sent again, it stores only what is missing. On an outage, delayed messages bring the events again for as long as
 * `retryWindowMs`; then they are dead-lettered. Any other fault fails the run, so that the host delivers again, and the last
 * delivery dead-letters the message. Repeating any step stores nothing twice, because events keep their ids.
 */
export async function storeEvents(ports: StoreEventsPorts, message: DeliveredMessage, log: RunLog): Promise<void> {
  const read = readMessage(message.text, message.arrivedAt)
  try {
    if (read.kind === 'events' && read.events.length > 0) await storeOrRetry(ports, read, log)
    const reason = read.kind === 'refused' ? read.reason : read.refused.map(refusalText).join(', ')
    if (reason !== '') await deadLetterAll(ports, [message.original], reason, log)
  } catch (error) {
    // A host that does not count deliveries retries as often as it likes.
    if (!(message.deliveries >= deliveriesMax)) throw error
    await deadLetterAll(ports, [message.original], `it failed ${deliveriesMax} times: ${faultOf(error)}`, log)
  }
}

type Events = Extract<ReadMessage, { readonly kind: 'events' }>

async function storeOrRetry(ports: StoreEventsPorts, read: Events, log: RunLog): Promise<void> {
  try {
    await ports.store.append(read.events)
    await ports.scheduleEvaluations(read.events)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    await retryLater(ports, read, error, log)
  }
}

/** Sends the events again, delayed; as they were read, so that no date is decided anew. */
async function retryLater(
  ports: StoreEventsPorts,
  { events, retry }: Events,
  error: Unavailable,
  log: RunLog,
): Promise<void> {
  const now = ports.now()
  // A time in the future was not written by this app.
  const since = retry && millisecondsOf(retry.failingSince) <= now ? retry.failingSince : instantAt(now)
  if (now - millisecondsOf(since) >= retryWindowMs) {
    return deadLetterAll(ports, writeMessages(events), `failing since ${since}: ${faultOf(error)}`, log)
  }
  const afterSeconds = nextRetrySeconds(retry?.afterSeconds ?? 0)
  const delaySeconds = jittered(afterSeconds, events[0]?.id ?? '')
  await ports.queue.enqueue(writeMessages(events, { failingSince: since, afterSeconds }), delaySeconds)
  log.warn(`${counted(events)} put off for ${delaySeconds} s: ${faultOf(error)}`)
}

async function deadLetterAll(
  { queue }: StoreEventsPorts,
  messages: readonly (string | Uint8Array)[],
  reason: string,
  log: RunLog,
): Promise<void> {
  for (const message of messages) await queue.deadLetter(message)
  log.error(`message dead-lettered: ${reason}`)
}

const counted = (events: readonly AcceptedEvent[]) => (events.length === 1 ? '1 event' : `${events.length} events`)
const refusalText = ({ index, reason }: { readonly index: number; readonly reason: string }) =>
  `event ${index} ${reason}`
