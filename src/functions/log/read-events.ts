// GET lists of events for people: their personal log, an organization's, a member's, an item's, a provider's.
import type { HttpRequest } from '@azure/functions'
import type { EventListPorts } from '../../application/log/list-events.ts'
import {
  itemEvents,
  memberEvents,
  organizationLog,
  providerLog,
  providerUserEvents,
} from '../../application/log/readable-log.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { IdField } from '../../domain/events/event.ts'
import { parseGuid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound } from '../http/responses.ts'
import { type EventList, respondWithList } from './event-list.ts'

export type ReadEventsPorts = EventListPorts & {
  readonly authenticate: Authenticate
}

/** Finds what a route lists for this caller; undefined if it does not exist or the caller may not read it. */
type Find = (caller: UserPrincipal, request: HttpRequest, directory: DirectoryReader) => Promise<Found>
type Found = Omit<EventList, 'audience'> | undefined

const listing =
  (find: Find) =>
  (ports: ReadEventsPorts): Handler =>
    endpoint(async (request) => {
      const caller = await ports.authenticate(request.headers, 'api')
      if (caller.kind === 'refused') return unauthorized(caller)

      const found = await find(caller, request, ports.directory)
      if (!found) return notFound()

      return respondWithList(request, ports, { ...found, audience: 'members' })
    })

/** GET /events: the caller's personal log; only the vault's own token opens it, since no organization says whose account that is. */
export const readPersonalEvents = listing(async ({ knownBy, userId }) =>
  knownBy === 'vault' ? { log: { kind: 'user', id: userId } } : undefined,
)

/** GET /organizations/{id}/events: an organization's log, which can be searched. */
export const readOrganizationEvents = listing(async (caller, { params }, directory) => {
  const log = await organizationLog(caller, parseGuid(params.id), directory)
  return log && { log, searched: true }
})

/** Lists the events of an organization's log that have the path's `id` in one of these properties. */
const readThingEvents = (...fields: readonly IdField[]) =>
  listing(async (caller, { params }, directory) => {
    const id = parseGuid(params.id)
    const log = await organizationLog(caller, parseGuid(params.orgId), directory)
    return log && id && { log, filters: [{ fields, ids: [id] }] }
  })

/** GET /organizations/{orgId}/sends/{id}/events */
export const readSendEvents = readThingEvents('sendId')
/** GET /organization/{orgId}/secrets/{id}/events */
export const readSecretEvents = readThingEvents('secretId')
/** GET /organization/{orgId}/projects/{id}/events */
export const readProjectEvents = readThingEvents('projectId')
/** GET /organization/{orgId}/service-account/{id}/events: what it did or was done to it, and what it was granted. */
export const readServiceAccountEvents = readThingEvents('serviceAccountId', 'grantedServiceAccountId')

/** GET /organizations/{orgId}/users/{memberId}/events: what a member did, in the organization's log. */
export const readMemberEvents = listing((caller, { params }, directory) =>
  memberEvents(caller, parseGuid(params.orgId), parseGuid(params.memberId), directory),
)

/** GET /ciphers/{id}/events: what was done with an item, in its organization's log. */
export const readItemEvents = listing((caller, { params }, directory) =>
  itemEvents(caller, parseGuid(params.id), directory),
)

/** GET /providers/{id}/events: a provider's log. */
export const readProviderEvents = listing(async (caller, { params }, directory) => {
  const log = await providerLog(caller, parseGuid(params.id), directory)
  return log && { log }
})

/** GET /providers/{id}/users/{providerUserId}/events: what a provider's user did, in the provider's log. */
export const readProviderUserEvents = listing((caller, { params }, directory) =>
  providerUserEvents(caller, parseGuid(params.id), parseGuid(params.providerUserId), directory),
)
