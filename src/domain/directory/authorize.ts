// Who may do what. Pure and default-deny: an action is refused unless a line here allows it.

import type { Guid } from '../guid.ts'
import {
  type DirectoryFacts,
  type Item,
  type Member,
  memberStatus,
  memberType,
  type Organization,
  providerUserType,
} from './directory.ts'
import { comparableEmail } from './emails.ts'
import type {
  GrantedRole,
  OrganizationPrincipal,
  OrganizationRole,
  Principal,
  ProviderRole,
  ServerPrincipal,
  UserPrincipal,
} from './principal.ts'

/** The actions that need more than the scope of a token. */
export type Action =
  | { readonly kind: 'read-organization-log'; readonly organizationId: Guid }
  | { readonly kind: 'read-organization-structure'; readonly organizationId: Guid }
  | { readonly kind: 'read-provider-log'; readonly providerId: Guid }
  | { readonly kind: 'manage-organization'; readonly organizationId: Guid }
  | { readonly kind: 'manage-sources'; readonly organizationId: Guid }
  | { readonly kind: 'operate' }

/** The part of the directory that decisions about people need. */
export type PeopleFacts = Pick<DirectoryFacts, 'organizations' | 'providers' | 'unreadable'>

/**
 * Whether the caller may. An organization's owners, admins, custom members with the permission to read event logs, users of
 * its provider and its API key read its log; the key alone reads its people and structure; a provider's admins read the
 * provider's log. Only owners and admins in the directory's entry manage an organization. An owner whom the settings name
 * does both, a reader reads. Operators operate, and manage sources; they read no log.
 */
export function may(principal: Principal, action: Action, facts: PeopleFacts): boolean {
  switch (action.kind) {
    case 'read-organization-log':
      return mayReadOrganizationLog(principal, action.organizationId, facts)
    case 'read-organization-structure':
      return principal.kind === 'organization' && isKeyOf(principal, action.organizationId, facts)
    case 'read-provider-log':
      return principal.kind === 'user' && providerRolesOf(principal, action.providerId, facts).has('admin')
    case 'manage-organization':
      return principal.kind === 'user' && manages(principal, action.organizationId, facts)
    case 'manage-sources':
      return principal.kind === 'user' && managesSources(principal, action.organizationId, facts)
    case 'operate':
      return principal.kind === 'user' && principal.isOperator
  }
}

/** Whether a server may report for this organization; undefined: for none, such as a provider or a person. A server key of named organizations may for these alone. */
export const mayReportFor = ({ organizations }: ServerPrincipal, organizationId: Guid | undefined): boolean =>
  organizations === 'all' || (organizationId !== undefined && organizations.has(organizationId))

function mayReadOrganizationLog(principal: Principal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (principal.kind === 'server') return false
  if (principal.kind === 'organization') return isKeyOf(principal, organizationId, facts)
  if (grantedRoleOf(principal, organizationId, facts)) return true
  const { roles, readsEventLog } = membershipOf(principal, organizationId, facts)
  return roles.has('owner') || roles.has('admin') || readsEventLog || actsForProvider(principal, organizationId, facts)
}

/** Whether this is a key of this organization. A disabled organization, and one whose entry is unreadable, has no keys. */
function isKeyOf(key: OrganizationPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (facts.unreadable.has(organizationId)) return false
  return key.organizationId === organizationId && facts.organizations.get(organizationId)?.enabled !== false
}

/** Whether the directory lists this person as owner or admin, or the settings grant it; a token's claim of membership allows no change. */
function manages(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (!facts.organizations.has(organizationId)) return false
  if (grantedRoleOf(user, organizationId, facts) === 'owner') return true
  const { roles } = membershipOf(user, organizationId, facts)
  return roles.has('owner') || roles.has('admin')
}

function managesSources(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (user.isOperator) return facts.organizations.has(organizationId)
  return manages(user, organizationId, facts)
}

/** The role that the settings give this person here; none if the organization is disabled or unreadable, or has the person as revoked. */
export function grantedRoleOf(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): GrantedRole | undefined {
  if (facts.unreadable.has(organizationId)) return undefined
  const organization = facts.organizations.get(organizationId)
  if (organization && (!organization.enabled || isRevoked(user, organization.members))) return undefined
  return user.granted.get(organizationId)
}

/** An entry of the directory about a person. */
type PersonEntry = Pick<Member, 'userId' | 'email' | 'status'>

/** Every account of this person. */
export const userIdsOf = (user: UserPrincipal): readonly Guid[] => [user.userId, ...user.otherUserIds]

/** The confirmed entries of this person; none if one of the person's is revoked. */
function confirmedOf<E extends PersonEntry>(user: UserPrincipal, entries: readonly E[]): readonly E[] {
  if (isRevoked(user, entries)) return []
  return entries.filter(
    (entry) =>
      entry.status === memberStatus.confirmed &&
      hasIdOf(user, entry) &&
      (user.knownBy === 'vault' || hasEmailOf(user, entry)),
  )
}

const isRevoked = (user: UserPrincipal, entries: readonly PersonEntry[]): boolean =>
  entries.some(
    (entry) =>
      entry.status === memberStatus.revoked &&
      (hasIdOf(user, entry) || (user.knownBy === 'provider' && hasEmailOf(user, entry))),
  )

const hasIdOf = (user: UserPrincipal, { userId }: PersonEntry): boolean =>
  userId !== null && (userId === user.userId || user.otherUserIds.includes(userId))

const hasEmailOf = ({ email }: UserPrincipal, entry: PersonEntry): boolean =>
  email !== undefined && entry.email !== null && comparableEmail(email) === comparableEmail(entry.email)

/** This person under the id by which this organization knows the person: of a member, the member's own. */
export function knownTo({ members }: Organization, user: UserPrincipal): UserPrincipal {
  const [known] = confirmedOf(user, members)
  if (!known?.userId) return user
  const { userId } = known
  return { ...user, userId, otherUserIds: userIdsOf(user).filter((id) => id !== userId) }
}

/** A person's membership in an organization; without roles, the person is not known to be a member. */
type Membership = {
  readonly roles: ReadonlySet<OrganizationRole>
  readonly readsEventLog: boolean
  /** The directory's entry of a confirmed member; only it has the collections. */
  readonly member?: Member
}

const noMembership: Membership = { roles: new Set(), readsEventLog: false }

/**
 * This person's membership in this organization. If the directory knows the organization, it alone decides: a confirmed
 * entry gives a role; a revoked entry, a disabled organization and an unreadable one give none. Otherwise the token's claims
 * decide.
 */
export function membershipOf(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): Membership {
  if (facts.unreadable.has(organizationId)) return noMembership
  const organization = facts.organizations.get(organizationId)
  return organization ? listedMembership(user, organization) : claimedMembership(user, organizationId)
}

function listedMembership(user: UserPrincipal, { enabled, members }: Organization): Membership {
  const entries = enabled ? confirmedOf(user, members) : []
  const [member] = entries
  if (!member) return noMembership
  const readsEventLog = entries.some(
    ({ type, permissions }) => type === memberType.custom && permissions?.accessEventLogs === true,
  )
  return { roles: new Set(entries.map(roleOf)), readsEventLog, member }
}

function claimedMembership(user: UserPrincipal, organizationId: Guid): Membership {
  const role = user.organizations.get(organizationId)
  if (!role) return noMembership
  return { roles: new Set([role]), readsEventLog: role === 'custom' && user.eventLogs.has(organizationId) }
}

/** The role that a directory entry gives a member. */
export function roleOf({ type }: Pick<Member, 'type'>): OrganizationRole {
  if (type === memberType.owner) return 'owner'
  if (type === memberType.admin) return 'admin'
  return type === memberType.custom ? 'custom' : 'user'
}

/**
 * This person's roles in this provider. If the directory knows the provider, it alone decides, as for organizations.
 * Otherwise the token's claim decides.
 */
export function providerRolesOf(user: UserPrincipal, providerId: Guid, facts: PeopleFacts): ReadonlySet<ProviderRole> {
  if (facts.unreadable.has(providerId)) return new Set()
  const provider = facts.providers.get(providerId)
  if (!provider) {
    const claimed = user.providers.get(providerId)
    return new Set(claimed ? [claimed] : [])
  }
  if (!provider.enabled) return new Set()
  return new Set(
    confirmedOf(user, provider.users).map(({ type }) => (type === providerUserType.admin ? 'admin' : 'service')),
  )
}

/** Whether this person is a user of the provider that manages this organization. */
export function actsForProvider(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  const organization = facts.organizations.get(organizationId)
  if (!organization?.enabled || !organization.providerId) return false
  return providerRolesOf(user, organization.providerId, facts).size > 0
}

/**
 * Whether this person reaches this item, and so may report events of it: as owner, admin or provider user of its
 * organization, or as a confirmed member with access to all items or to one of its collections, directly or by a group. A
 * damaged item's collections are unknown: any confirmed member reaches it.
 */
export function reachesItem(user: UserPrincipal, item: Item, facts: PeopleFacts): boolean {
  const { roles, member } = membershipOf(user, item.organizationId, facts)
  if (roles.has('owner') || roles.has('admin') || actsForProvider(user, item.organizationId, facts)) return true
  if (!member || item.damaged) return member !== undefined

  const { groups = [] } = facts.organizations.get(item.organizationId) ?? {}
  const accesses = [member, ...groups.filter((group) => member.groups.includes(group.id))]
  if (accesses.some(({ accessAll }) => accessAll)) return true
  const granted = accesses.flatMap(({ collections }) => collections ?? [])
  return granted.some((collection) => item.collections.includes(collection.id))
}
