// POST /collect: a batch of events that a vault client reports. 200 means safely queued; after any other status, the client sends them again.
import { type AcceptPorts, acceptUpload } from '../../application/ingest/accept-events.ts'
import { readSubmitted } from '../../domain/ingest/collect.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { readBatch } from '../http/body.ts'
import { type AddressSettings, uploadContextOf } from '../http/client-context.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound, ok, respondTo, unavailable } from '../http/responses.ts'

export type CollectPorts = AcceptPorts & { readonly authenticate: Authenticate; readonly address: AddressSettings }

/** Most events of one request, and its largest body: clients that were offline for long send all they have at once. */
export const batchEventsMax = 100_000
export const batchBytesMax = 20 * 1024 * 1024

export const collect = ({ authenticate, directory, queue, now, address }: CollectPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)
    if (caller.knownBy !== 'vault') return notFound()

    // A version of the iOS client sends the array in an object.
    const limits = { bytesMax: batchBytesMax, lengthMax: batchEventsMax, orIn: 'events' }
    const body = await readBatch(request, limits, readSubmitted)
    if (body.kind !== 'batch') return respondTo(body)

    const context = uploadContextOf(request, caller, address)
    const decision = await acceptUpload({ directory, queue, now }, caller, body.read, context)

    // The client sends all again; what is queued already is stored once.
    if (decision.undecided) return unavailable('directory')
    return ok({ accepted: decision.accepted, dropped: decision.dropped })
  })
