// Wraps the routes that only an organization's owners and admins may call.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type * as v from 'valibot'
import { may } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from './authenticate.ts'
import { endpoint, type Handler } from './endpoint.ts'
import { NoQuery, type QuerySchema, readQuery } from './query.ts'
import { notFound, respondTo } from './responses.ts'

export type ManagerPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
  readonly now: () => number
}

type Work<P, Q> = (
  request: HttpRequest,
  organizationId: Guid,
  ports: P,
  caller: UserPrincipal,
  query: Q,
) => Promise<HttpResponseInit>

/** A route below /organizations/{id}, for the organization's owners and admins; 404 for all others. It takes no query parameters. */
export const forManagers = <P extends ManagerPorts>(work: Work<P, unknown>) => forManagersWith(NoQuery, work)

/** The same for a route that takes these query parameters. */
export const forManagersWith =
  <P extends ManagerPorts, const S extends QuerySchema>(schema: S, work: Work<P, v.InferOutput<S>>) =>
  (ports: P): Handler =>
    endpoint(async (request) => {
      const caller = await ports.authenticate(request.headers, 'api')
      if (caller.kind === 'refused') return unauthorized(caller)

      const organizationId = parseGuid(request.params.id)
      if (!organizationId || !(await mayManage(caller, organizationId, ports))) return notFound()
      const query = readQuery(request, schema)
      if (query.kind === 'invalid') return respondTo(query)

      return work(request, organizationId, ports, caller, query.value)
    })

/** Decided on what the directory says now, past any cache: a change outlives the right to make it. */
async function mayManage(caller: UserPrincipal, organizationId: Guid, { directory, now }: ManagerPorts) {
  const organization = await directory.organization(organizationId, now())
  const organizations = new Map(organization ? [[organizationId, organization]] : [])
  return may(
    caller,
    { kind: 'manage-organization', organizationId },
    { organizations, providers: new Map(), unreadable: new Set() },
  )
}
