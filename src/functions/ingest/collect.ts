// POST /collect: a batch of events that a vault client reports. 200 means safely queued; anything else, and the client keeps them.
import { factsForBatch } from '../../application/directory/facts.ts'
import type { AcceptedEvent } from '../../domain/events/event.ts'
import { decideCollect, readSubmitted, wantedBy } from '../../domain/ingest/collect.ts'
import { messagesOf } from '../../domain/ingest/event-messages.ts'
import { instantAt } from '../../domain/instant.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventQueue } from '../../ports/events.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { readBatch } from '../http/body.ts'
import { type AddressSettings, uploadContextOf } from '../http/client-context.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok, respondTo, unavailable } from '../http/responses.ts'

export type CollectPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
  readonly queue: EventQueue
  readonly now: () => number
  readonly address: AddressSettings
}

/** Most events of one request, and its largest body: clients that were offline for long send all they have at once. */
export const batchEventsMax = 100_000
export const batchBytesMax = 20 * 1024 * 1024

/** Messages that are made and queued together, so that all of a batch never stand in memory at once. */
const messagesAtOnce = 32

export const collect = ({ authenticate, directory, queue, now, address }: CollectPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const limits = { bytesMax: batchBytesMax, lengthMax: batchEventsMax }
    const body = await readBatch(request, limits, readSubmitted)
    if (body.kind !== 'batch') return respondTo(body)

    const batch = body.read
    const context = uploadContextOf(request, caller, address)
    const arrivedAt = now()
    const decide = async (notOlderThan?: number) => {
      const facts = await factsForBatch(directory, caller, wantedBy(batch), notOlderThan)
      return decideCollect(caller, batch, facts, context, instantAt(arrivedAt))
    }
    const first = await decide()
    // No event is dropped on what a cache remembers: rights may have been given a moment ago.
    const decision = first.dropped.length > 0 ? await decide(arrivedAt) : first

    await enqueueAll(queue, decision.events)
    // What is queued now is stored once, however often it comes again beside what waits.
    if (decision.undecided) return unavailable('directory')
    return ok({ accepted: decision.accepted, dropped: decision.dropped })
  })

/** Resolves once every event is safely queued, a few messages at a time. */
export async function enqueueAll(queue: Pick<EventQueue, 'enqueue'>, events: Iterable<AcceptedEvent>): Promise<void> {
  let messages: string[] = []
  for (const message of messagesOf(events)) {
    messages.push(message)
    if (messages.length < messagesAtOnce) continue
    await queue.enqueue(messages)
    messages = []
  }
  if (messages.length > 0) await queue.enqueue(messages)
}
