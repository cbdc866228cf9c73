// Lists the organizations whose log a caller may read.
import { grantedRoleOf, may, membershipOf, type PeopleFacts } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { Guid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { factsForCaller } from './facts.ts'

/**
 * The organizations by name: those of which the directory says so, also through a provider, and those that only the token
 * knows. One that depends on a damaged entry is missing; undefined if nothing else remains.
 */
export async function organizationsOf(
  caller: UserPrincipal,
  directory: DirectoryReader,
): Promise<readonly OrganizationView[] | undefined> {
  const facts = await factsForCaller(directory, caller)
  const ids = new Set([...caller.organizations.keys(), ...caller.granted.keys(), ...facts.organizations.keys()])
  const readable = [...ids].filter((organizationId) =>
    may(caller, { kind: 'read-organization-log', organizationId }, facts),
  )
  if (readable.length === 0 && facts.unreadable.size > 0) return undefined
  return readable.map((id) => organizationView(caller, id, facts)).sort(byName)
}

/** What a member may be, the strongest first. */
const memberRoles = ['owner', 'admin', 'custom', 'user'] as const

/** A caller who may read an organization's log and is neither a member nor granted a role does so for its provider. */
function organizationView(caller: UserPrincipal, id: Guid, facts: PeopleFacts) {
  const { roles } = membershipOf(caller, id, facts)
  const granted = grantedRoleOf(caller, id, facts)
  const role = memberRoles.find((each) => roles.has(each) || each === granted) ?? granted ?? 'provider'
  const name = facts.organizations.get(id)?.name ?? null
  const mayManage = may(caller, { kind: 'manage-organization', organizationId: id }, facts)
  return { object: 'organization', id, name, role, mayManage }
}

type OrganizationView = ReturnType<typeof organizationView>

/** Organizations without a known name come last. */
function byName(one: OrganizationView, other: OrganizationView): number {
  const [a, b] = [one, other].map(({ name, id }) => `${name === null ? 1 : 0}${name?.toLowerCase() ?? ''} ${id}`)
  return (a ?? '') < (b ?? '') ? -1 : 1
}
