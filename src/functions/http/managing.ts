// Who may set up an organization: wraps the routes that only its owners and admins may call.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { may } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from './authenticate.ts'
import { endpoint, type Handler } from './endpoint.ts'
import { unknownParameter, wrongParameter } from './parameters.ts'
import { notFound } from './responses.ts'

export type ManagingPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
  readonly now: () => number
}

type Work<P> = (
  request: HttpRequest,
  organizationId: Guid,
  ports: P,
  caller: UserPrincipal,
) => Promise<HttpResponseInit>

/**
 * A route below /organizations/{id}, for the organization's owners and admins; 404 for anybody else. It takes these query
 * parameters and no others.
 */
export const managing =
  <P extends ManagingPorts>(work: Work<P>, parameters: readonly string[] = []) =>
  (ports: P): Handler =>
    endpoint(async (request) => {
      const caller = await ports.authenticate(request.headers, 'api')
      if (caller.kind === 'refused') return unauthorized(caller)

      const organizationId = parseGuid(request.params.id)
      if (!organizationId || !(await mayManage(caller, organizationId, ports))) return notFound()
      const unknown = unknownParameter(request, parameters)
      if (unknown) return wrongParameter(unknown)

      return work(request, organizationId, ports, caller)
    })

/** Decided on what the directory says now, past any cache: what is set up outlives the right to do it. */
async function mayManage(caller: UserPrincipal, organizationId: Guid, { directory, now }: ManagingPorts) {
  const organization = await directory.organization(organizationId, now())
  const organizations = new Map(organization ? [[organizationId, organization]] : [])
  return may(
    caller,
    { kind: 'manage-organization', organizationId },
    { organizations, providers: new Map(), unreadable: new Set() },
  )
}
