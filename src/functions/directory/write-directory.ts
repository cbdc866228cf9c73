// PUT and DELETE /directory/…: a trusted server writes organizations, items and providers.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { mayReportItems } from '../../application/directory/report-items.ts'
import { mayReportFor } from '../../domain/directory/authorize.ts'
import {
  ItemEntries,
  MemberEntries,
  OrganizationReplacement,
  ProviderReplacement,
} from '../../domain/directory/directory.ts'
import type { ServerPrincipal } from '../../domain/directory/principal.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { Directory } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { readJson } from '../http/body.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, readQuery } from '../http/query.ts'
import { notFound, respondTo } from '../http/responses.ts'

/** Largest body of these routes: a whole organization of 20,000 members in two collections each, and 100,000 items. */
export const directoryBytesMax = 32 * 1024 * 1024

export type WriteDirectoryPorts = { readonly authenticate: Authenticate; readonly directory: Directory }

type Write = (
  id: Guid,
  request: HttpRequest,
  directory: Directory,
  server: ServerPrincipal,
) => Promise<HttpResponseInit>

const done: HttpResponseInit = { status: 204 }

/** A route for servers that may report for `organizationId`'s organization; 404 for all others, as for what does not exist. */
const writing =
  (write: Write, organizationId: (id: Guid) => Guid | undefined = (id) => id) =>
  ({ authenticate, directory }: WriteDirectoryPorts): Handler =>
    endpoint(async (request) => {
      const caller = await authenticate(request.headers, 'api.events.write')
      if (caller.kind === 'refused') return unauthorized(caller)

      const id = parseGuid(request.params.id)
      if (!id || !mayReportFor(caller, organizationId(id))) return notFound()
      const query = readQuery(request, NoQuery)
      if (query.kind === 'invalid') return respondTo(query)

      return write(id, request, directory, caller)
    })

/** PUT /directory/organizations/{id}: replaces an organization; its items too when they are given. */
export const putOrganization = writing(async (id, request, directory, server) => {
  const body = await readJson(request, OrganizationReplacement, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  const { items, ...entry } = body.value
  if (!(await mayReportItems(server, items ?? [], directory))) return notFound()
  await directory.putOrganization(id, entry, items)
  return done
})

/** PUT /directory/organizations/{id}/members: adds or replaces up to 1,000 members; 404 when the organization is unknown. */
export const putMembers = writing(async (id, request, directory) => {
  const body = await readJson(request, MemberEntries, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  return (await directory.putMembers(id, body.value)) ? done : notFound()
})

/** DELETE /directory/organizations/{id}/members/{memberId}: no member any more; the name stays known to the log. */
export const deleteMember = writing(async (id, request, directory) => {
  const memberId = parseGuid(request.params.memberId)
  if (!memberId) return notFound()
  await directory.deleteMember(id, memberId)
  return done
})

/** PUT /directory/organizations/{id}/items: adds or replaces up to 1,000 items. */
export const putItems = writing(async (id, request, directory, server) => {
  const body = await readJson(request, ItemEntries, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  if (!(await mayReportItems(server, body.value, directory))) return notFound()
  await directory.putItems(id, body.value)
  return done
})

/** DELETE /directory/organizations/{id}/items/{itemId}: the item is gone; what was done with it may still be reported. */
export const deleteItem = writing(async (id, request, directory) => {
  const itemId = parseGuid(request.params.itemId)
  if (!itemId) return notFound()
  await directory.deleteItem(id, itemId)
  return done
})

/** No organization is a provider's: only a server that may report for all writes one. */
const ofNoOrganization = () => undefined

/** PUT /directory/providers/{id}: replaces a provider. */
export const putProvider = writing(async (id, request, directory) => {
  const body = await readJson(request, ProviderReplacement, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  await directory.putProvider(id, body.value)
  return done
}, ofNoOrganization)
