// GET /organizations: the organizations whose log the caller may read.
import { factsForCaller } from '../../application/directory/facts.ts'
import { may, membershipOf, type PeopleFacts } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { Guid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, readQuery } from '../http/query.ts'
import { ok, respondTo, unavailable } from '../http/responses.ts'

export type OrganizationsPorts = {
  readonly authenticate: Authenticate
  readonly directory: DirectoryReader
}

/**
 * Those of which the directory says so, also through a provider, and those that only the token knows; by name, whole. One of
 * which a damaged entry alone could tell is left out; 503 when that leaves none.
 */
export const listOrganizations = ({ authenticate, directory }: OrganizationsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const query = readQuery(request, NoQuery)
    if (query.kind === 'invalid') return respondTo(query)

    const facts = await factsForCaller(directory, caller)
    const ids = new Set([...caller.organizations.keys(), ...facts.organizations.keys()])
    const readable = [...ids].filter((organizationId) =>
      may(caller, { kind: 'read-organization-log', organizationId }, facts),
    )

    if (readable.length === 0 && facts.unreadable.size > 0) return unavailable('directory')

    return ok({ object: 'list', data: readable.map((id) => organizationView(caller, id, facts)).sort(byName) })
  })

/** What a member may be, the strongest first. */
const memberRoles = ['owner', 'admin', 'custom', 'user'] as const

/** Whoever may read an organization's log and is no member of it does so for its provider. */
function organizationView(caller: UserPrincipal, id: Guid, facts: PeopleFacts) {
  const { roles } = membershipOf(caller, id, facts)
  const role = memberRoles.find((each) => roles.has(each)) ?? 'provider'
  const name = facts.organizations.get(id)?.name ?? null
  const mayManage = may(caller, { kind: 'manage-organization', organizationId: id }, facts)
  return { object: 'organization', id, name, role, mayManage }
}

type View = ReturnType<typeof organizationView>

/** Those whose name nobody told come last. */
function byName(one: View, other: View): number {
  const [a, b] = [one, other].map(({ name, id }) => `${name === null ? 1 : 0}${name?.toLowerCase() ?? ''} ${id}`)
  return (a ?? '') < (b ?? '') ? -1 : 1
}
