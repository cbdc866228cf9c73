// POST /events: events that a trusted server reports, one or an array. 200 means safely queued.
import type { HttpHandler } from '@azure/functions'
import { readMessage, writeMessages } from '../domain/event-messages.ts'
import { instantAt } from '../domain/instant.ts'
import type { EventQueue } from '../ports.ts'
import { badRequest, failure, ok } from './answers.ts'
import { type Authenticate, unauthorized } from './authenticate.ts'
import { readText } from './body.ts'
import { batchEventsMax } from './collect.ts'
import { endpoint } from './endpoint.ts'

export type ServerEventsPorts = {
  readonly authenticate: Authenticate
  readonly queue: EventQueue
  readonly now: () => number
}

const problems = { 'not-json': 'is not JSON', 'not-events': 'is no event and no array of events' } as const

export const serverEvents = ({ authenticate, queue, now }: ServerEventsPorts): HttpHandler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers.get('authorization'), 'api.events.write')
    if (caller.kind === 'refused') return unauthorized(caller)

    const body = await readText(request)
    if (body.kind === 'invalid') return body.answer
    const message = readMessage(body.text, instantAt(now()), 'server')
    if (message.kind === 'refused') return badRequest({ body: [problems[message.reason]] })
    const submitted = message.events.length + message.refused.length
    if (submitted > batchEventsMax) return failure(413, `More than ${batchEventsMax} events.`)

    await queue.enqueue(writeMessages(message.events))
    return ok({ accepted: message.events.length, dropped: message.refused })
  })
