// POST /events: events that a trusted server reports, one or an array. 200 means safely queued.
import { queueEvents } from '../../application/ingest/accept-events.ts'
import { type Guid, guidOfBytes, guidOfContent } from '../../domain/guid.ts'
import { eventsOf, readPosted, refusalsOf } from '../../domain/ingest/event-messages.ts'
import { instantAt } from '../../domain/instant.ts'
import type { EventQueue } from '../../ports/events.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { readBatch } from '../http/body.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok, respondTo } from '../http/responses.ts'
import { batchBytesMax, batchEventsMax } from './collect.ts'

export type ServerEventsPorts = {
  readonly authenticate: Authenticate
  readonly queue: EventQueue
  readonly now: () => number
}

export const serverEvents = ({ authenticate, queue, now }: ServerEventsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api.events.write')
    if (caller.kind === 'refused') return unauthorized(caller)

    const arrivedAt = instantAt(now())
    let bodyId: Guid | undefined
    const limits = { bytesMax: batchBytesMax, lengthMax: batchEventsMax, orOne: true }
    const body = await readBatch(request, limits, (entry, index, bytes) => {
      // The same body sent again gives an event without an id of its own the same one.
      const fallbackId = () => {
        bodyId ??= guidOfBytes(bytes)
        return guidOfContent(bodyId, index)
      }
      return readPosted(caller, entry, fallbackId, arrivedAt)
    })
    if (body.kind !== 'batch') return respondTo(body)

    const events = eventsOf(body.read)
    await queueEvents(queue, events)
    return ok({ accepted: events.length, dropped: refusalsOf(body.read) })
  })
