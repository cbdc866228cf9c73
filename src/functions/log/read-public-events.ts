// GET /public/events: an organization's log for its own API key, as SIEM connectors read it.
import { factsForOrganization, mayNow } from '../../application/directory/facts.ts'
import type { EventListPorts } from '../../application/log/list-events.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound } from '../http/responses.ts'
import { respondWithList } from './event-list.ts'

type ReadPublicEventsPorts = EventListPorts & {
  readonly authenticate: Authenticate
}

export const readPublicEvents = (ports: ReadPublicEventsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api.organization')
    if (caller.kind === 'refused') return unauthorized(caller)

    const { organizationId } = caller
    const facts = await factsForOrganization(ports.directory, caller, organizationId)
    if (!mayNow(caller, { kind: 'read-organization-log', organizationId }, facts)) return notFound()

    return respondWithList(request, ports, {
      log: { kind: 'organization', id: organizationId },
      audience: 'connectors',
    })
  })
