// POST /collect: a batch of events that a vault client reports. 200 means safely queued; anything else, and the client keeps them.
import type { HttpHandler } from '@azure/functions'
import * as v from 'valibot'
import { decideCollect, readBatch, wantedBy } from '../domain/collect.ts'
import { writeMessages } from '../domain/event-messages.ts'
import { instantAt } from '../domain/instant.ts'
import type { DirectoryReader, EventQueue } from '../ports.ts'
import { failure, ok } from './answers.ts'
import { type Authenticate, unauthorized } from './authenticate.ts'
import { readJson } from './body.ts'
import { factsForBatch } from './directory-facts.ts'
import { browserEndpoint } from './endpoint.ts'
import { type AddressSettings, uploadContextOf } from './upload-context.ts'

export type CollectPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
  readonly queue: EventQueue
  readonly now: () => number
  readonly origins: readonly string[]
  readonly address: AddressSettings
}

/** Most events of one request. */
export const batchEventsMax = 20_000

const Batch = v.array(v.record(v.string(), v.unknown()))

export const collect = ({ authenticate, directory, queue, now, origins, address }: CollectPorts): HttpHandler =>
  browserEndpoint(origins, async (request) => {
    const caller = await authenticate(request.headers.get('authorization'), 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const body = await readJson(request, Batch)
    if (body.kind === 'invalid') return body.answer
    if (body.value.length > batchEventsMax) return failure(413, `More than ${batchEventsMax} events.`)

    const batch = readBatch(body.value)
    const context = uploadContextOf(request, caller, address)
    const arrivedAt = now()
    const decide = async (asOf?: number) => {
      const facts = await factsForBatch(directory, caller, wantedBy(batch), asOf)
      return decideCollect(caller, batch, facts, context, instantAt(arrivedAt))
    }
    const first = await decide()
    // No event is dropped on what a cache remembers: rights may have been given a moment ago.
    const decision = first.dropped.length > 0 ? await decide(arrivedAt) : first

    await queue.enqueue(writeMessages(decision.events))
    return ok({ accepted: decision.accepted, dropped: decision.dropped })
  })
