// PUT and DELETE /directory/…: a trusted server writes organizations, items and providers.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import {
  ItemEntries,
  MemberEntries,
  OrganizationReplacement,
  ProviderReplacement,
} from '../../domain/directory/directory.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { DirectoryWriter } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { readJson } from '../http/body.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, readQuery } from '../http/query.ts'
import { notFound, respondTo } from '../http/responses.ts'

/** Largest body of these routes: a whole organization of 20,000 members in two collections each, and 100,000 items. */
export const directoryBytesMax = 32 * 1024 * 1024

export type WriteDirectoryPorts = { readonly authenticate: Authenticate; readonly directory: DirectoryWriter }

type Write = (id: Guid, request: HttpRequest, directory: DirectoryWriter) => Promise<HttpResponseInit>

const done: HttpResponseInit = { status: 204 }

const writing =
  (write: Write) =>
  ({ authenticate, directory }: WriteDirectoryPorts): Handler =>
    endpoint(async (request) => {
      const caller = await authenticate(request.headers, 'api.events.write')
      if (caller.kind === 'refused') return unauthorized(caller)

      const id = parseGuid(request.params.id)
      if (!id) return notFound()
      const query = readQuery(request, NoQuery)
      if (query.kind === 'invalid') return respondTo(query)

      return write(id, request, directory)
    })

/** PUT /directory/organizations/{id}: replaces an organization; its items too when they are given. */
export const putOrganization = writing(async (id, request, directory) => {
  const body = await readJson(request, OrganizationReplacement, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  const { items, ...entry } = body.value
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
export const putItems = writing(async (id, request, directory) => {
  const body = await readJson(request, ItemEntries, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
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

/** PUT /directory/providers/{id}: replaces a provider. */
export const putProvider = writing(async (id, request, directory) => {
  const body = await readJson(request, ProviderReplacement, { bytesMax: directoryBytesMax })
  if (body.kind !== 'json') return respondTo(body)
  await directory.putProvider(id, body.value)
  return done
})
