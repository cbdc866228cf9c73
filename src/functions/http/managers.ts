// Wraps the routes that only those may call who manage an organization, or its sources.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type * as v from 'valibot'
import { type Action, knownTo, may } from '../../domain/directory/authorize.ts'
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
    wrapped('manage-organization', schema, work, ports)

/** A route below /organizations/{id}, for those who manage the organization's sources; 404 for all others. It takes no query parameters. */
export const forSourceManagers =
  <P extends ManagerPorts>(work: Work<P, unknown>) =>
  (ports: P): Handler =>
    wrapped('manage-sources', NoQuery, work, ports)

type ManagingKind = Extract<Action['kind'], 'manage-organization' | 'manage-sources'>

/** The work gets the caller as the organization knows the person, so that audit events name its member. */
const wrapped = <P extends ManagerPorts, const S extends QuerySchema>(
  kind: ManagingKind,
  schema: S,
  work: Work<P, v.InferOutput<S>>,
  ports: P,
): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const organizationId = parseGuid(request.params.id)
    const organization = organizationId && (await managed(kind, caller, organizationId, ports))
    if (!organizationId || !organization) return notFound()
    const query = readQuery(request, schema)
    if (query.kind === 'invalid') return respondTo(query)

    return work(request, organizationId, ports, knownTo(organization, caller), query.value)
  })

/** The organization, if the caller manages it by what the directory says now, past any cache: a change outlives the right to make it. */
async function managed(
  kind: ManagingKind,
  caller: UserPrincipal,
  organizationId: Guid,
  { directory, now }: ManagerPorts,
) {
  const organization = await directory.organization(organizationId, now())
  if (!organization) return undefined
  const organizations = new Map([[organizationId, organization]])
  const facts = { organizations, providers: new Map(), unreadable: new Set<Guid>() }
  return may(caller, { kind, organizationId }, facts) ? organization : undefined
}
