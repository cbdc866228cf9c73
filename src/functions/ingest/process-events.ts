// Queue trigger `event`: stores the events of a message, each once, however often it is delivered, and has them evaluated.
import type { InvocationContext, StorageQueueHandler } from '@azure/functions'
import type { ScheduleEvaluations } from '../../application/alerts/schedule-evaluation.ts'
import { faultOf } from '../../application/fault.ts'
import { deliveriesMax, jittered, nextRetrySeconds, retryWindowMs } from '../../application/ingest/retry.ts'
import type { AcceptedEvent } from '../../domain/events/event.ts'
import { type ReadMessage, readMessage, writeMessages } from '../../domain/ingest/event-messages.ts'
import { instantAt, millisecondsOf, parseInstant } from '../../domain/instant.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { EventQueue, EventStore } from '../../ports/events.ts'
import { messageText } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

export type ProcessEventsPorts = {
  readonly store: EventStore
  readonly queue: EventQueue
  readonly noteActivity: ScheduleEvaluations
  readonly now: () => number
}

/**
 * Stores what can be stored. A message in which anything cannot is dead-lettered whole, after the rest is stored: sent again
 * once it is mended, it stores only what is missing. An outage has the events come again by delayed messages, for as long as
 * `retryWindowMs`; then they are dead-lettered. Any other fault fails the run, so that the host delivers again, and the last
 * delivery dead-letters the message. Repeating any step stores nothing twice: events keep their ids on every way.
 */
export const processEvents = (ports: ProcessEventsPorts): StorageQueueHandler =>
  triggered(async (message, context) => {
    const text = messageText(message)
    const { triggerMetadata } = context
    const arrivedAt = parseInstant(String(triggerMetadata?.insertionTime ?? '')) ?? instantAt(ports.now())
    const read = readMessage(text, arrivedAt)
    const original = message instanceof Uint8Array ? message : text

    try {
      if (read.kind === 'events' && read.events.length > 0) await storeOrPutOff(ports, read, context)
      const reason = read.kind === 'refused' ? read.reason : read.refused.map(placed).join(', ')
      if (reason !== '') await deadLetterAll(ports, [original], reason, context)
    } catch (error) {
      if (!isLastDelivery(triggerMetadata?.dequeueCount)) throw error
      await deadLetterAll(ports, [original], `it failed ${deliveriesMax} times: ${faultOf(error)}`, context)
    }
  })

type Events = Extract<ReadMessage, { readonly kind: 'events' }>

async function storeOrPutOff(ports: ProcessEventsPorts, read: Events, context: InvocationContext): Promise<void> {
  try {
    await ports.store.append(read.events)
    await ports.noteActivity(read.events)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    await putOff(ports, read, error, context)
  }
}

/** Sends the events again, to be stored later; as they were read, so that no date is judged anew. */
async function putOff(
  ports: ProcessEventsPorts,
  { events, retry }: Events,
  error: Unavailable,
  context: InvocationContext,
): Promise<void> {
  const now = ports.now()
  // Later than now: no clock of ours wrote that.
  const since = retry && millisecondsOf(retry.failingSince) <= now ? retry.failingSince : instantAt(now)
  if (now - millisecondsOf(since) >= retryWindowMs) {
    return deadLetterAll(ports, writeMessages(events), `failing since ${since}: ${faultOf(error)}`, context)
  }
  const afterSeconds = nextRetrySeconds(retry?.afterSeconds ?? 0)
  const delaySeconds = jittered(afterSeconds, events[0]?.id ?? '')
  await ports.queue.enqueue(writeMessages(events, { failingSince: since, afterSeconds }), delaySeconds)
  context.warn(`${counted(events)} put off for ${delaySeconds} s: ${faultOf(error)}`)
}

async function deadLetterAll(
  { queue }: ProcessEventsPorts,
  messages: readonly (string | Uint8Array)[],
  reason: string,
  context: InvocationContext,
): Promise<void> {
  for (const message of messages) await queue.deadLetter(message)
  context.error(`message set aside: ${reason}`)
}

/** Never more often than so: a host that says nothing of it, or something else, delivers as often as it likes. */
const isLastDelivery = (dequeueCount: unknown): boolean => Number(dequeueCount) >= deliveriesMax

const counted = (events: readonly AcceptedEvent[]) => (events.length === 1 ? '1 event' : `${events.length} events`)
const placed = ({ index, reason }: { readonly index: number; readonly reason: string }) => `event ${index} ${reason}`
