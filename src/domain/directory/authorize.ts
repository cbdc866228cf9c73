// Who may do what. Pure and default-deny: whatever no line here allows is refused.

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
import type { OrganizationPrincipal, OrganizationRole, Principal, ProviderRole, UserPrincipal } from './principal.ts'

/** What somebody may want to do, beyond what the scope of a token alone allows. */
export type Action =
  | { readonly kind: 'read-organization-log'; readonly organizationId: Guid }
  | { readonly kind: 'read-organization-structure'; readonly organizationId: Guid }
  | { readonly kind: 'read-provider-log'; readonly providerId: Guid }
  | { readonly kind: 'manage-organization'; readonly organizationId: Guid }

/** What decisions about people need of the directory. */
export type PeopleFacts = Pick<DirectoryFacts, 'organizations' | 'providers' | 'unreadable'>

/**
 * Whether this caller may. An organization's log is open to its owners, admins, custom members with the permission to
 * read event logs, users of its provider, and its own API key; its people and structure to the key alone; a provider's
 * log to the provider's admins. Only owners and admins whom the directory lists manage an organization.
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
      return principal.kind === 'user' && isOwnerOrAdmin(principal, action.organizationId, facts)
  }
}

function mayReadOrganizationLog(principal: Principal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (principal.kind === 'server') return false
  if (principal.kind === 'organization') return isKeyOf(principal, organizationId, facts)
  const { roles, readsEventLog } = membershipOf(principal, organizationId, facts)
  return roles.has('owner') || roles.has('admin') || readsEventLog || actsForProvider(principal, organizationId, facts)
}

/** Whether this key stands for this organization; one that the directory disabled, or cannot read, has no keys. */
function isKeyOf(key: OrganizationPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (facts.unreadable.has(organizationId)) return false
  return key.organizationId === organizationId && facts.organizations.get(organizationId)?.enabled !== false
}

/** Whether the directory lists this person as owner or admin; what a token claims is not enough to change anything. */
function isOwnerOrAdmin(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  if (!facts.organizations.has(organizationId)) return false
  const { roles } = membershipOf(user, organizationId, facts)
  return roles.has('owner') || roles.has('admin')
}

/** What a person is in an organization; no roles: not a member, as far as anything shows. */
export type Membership = {
  readonly roles: ReadonlySet<OrganizationRole>
  readonly readsEventLog: boolean
  /** The directory's entry of a confirmed member: it alone knows the collections. */
  readonly member?: Member
}

const noMembership: Membership = { roles: new Set(), readsEventLog: false }

/**
 * What this person is in this organization. The directory alone decides where it knows the organization: only a confirmed
 * entry gives anything, a revoked one, a disabled organization or an unreadable one nothing. Elsewhere the token's claims
 * decide.
 */
export function membershipOf(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): Membership {
  if (facts.unreadable.has(organizationId)) return noMembership
  const organization = facts.organizations.get(organizationId)
  return organization ? listedMembership(user, organization) : claimedMembership(user, organizationId)
}

function listedMembership(user: UserPrincipal, { enabled, members }: Organization): Membership {
  const entries = members.filter((each) => each.userId === user.userId)
  const member = entries.find((each) => each.status === memberStatus.confirmed)
  if (!enabled || !member || entries.some((each) => each.status === memberStatus.revoked)) return noMembership
  const readsEventLog = member.type === memberType.custom && member.permissions?.accessEventLogs === true
  return { roles: new Set([roleOf(member)]), readsEventLog, member }
}

function claimedMembership(user: UserPrincipal, organizationId: Guid): Membership {
  const role = user.organizations.get(organizationId)
  if (!role) return noMembership
  return { roles: new Set([role]), readsEventLog: role === 'custom' && user.eventLogs.has(organizationId) }
}

/** The role that a directory entry gives a member. */
export function roleOf(member: Member): OrganizationRole {
  if (member.type === memberType.owner) return 'owner'
  if (member.type === memberType.admin) return 'admin'
  return member.type === memberType.custom ? 'custom' : 'user'
}

/**
 * What this person is in this provider. The directory alone decides where it knows the provider, as it does for
 * organizations. Elsewhere the token's claim decides.
 */
export function providerRolesOf(user: UserPrincipal, providerId: Guid, facts: PeopleFacts): ReadonlySet<ProviderRole> {
  if (facts.unreadable.has(providerId)) return new Set()
  const provider = facts.providers.get(providerId)
  if (!provider) {
    const claimed = user.providers.get(providerId)
    return new Set(claimed ? [claimed] : [])
  }
  const entries = provider.users.filter((each) => each.userId === user.userId)
  if (!provider.enabled || entries.some((each) => each.status === memberStatus.revoked)) return new Set()
  const confirmed = entries.filter((each) => each.status === memberStatus.confirmed)
  return new Set(confirmed.map(({ type }) => (type === providerUserType.admin ? 'admin' : 'service')))
}

/** Whether this person is a user of the provider that manages this organization. */
export function actsForProvider(user: UserPrincipal, organizationId: Guid, facts: PeopleFacts): boolean {
  const organization = facts.organizations.get(organizationId)
  if (!organization?.enabled || !organization.providerId) return false
  return providerRolesOf(user, organization.providerId, facts).size > 0
}

/**
 * Whether this person reaches this item: as owner, admin or provider user of its organization, or as a confirmed member
 * through a collection, given directly or by a group. A damaged item's collections are unknown: any confirmed member reaches
 * it. (Whoever reaches an item may report what he did with it, and nothing else.)
 */
export function reachesItem(user: UserPrincipal, item: Item, facts: PeopleFacts): boolean {
  const { roles, member } = membershipOf(user, item.organizationId, facts)
  if (roles.has('owner') || roles.has('admin') || actsForProvider(user, item.organizationId, facts)) return true
  if (!member || item.damaged) return member !== undefined

  const groups = facts.organizations.get(item.organizationId)?.groups ?? []
  const granted = [
    ...(member.collections ?? []),
    ...groups.filter((group) => member.groups.includes(group.id)).flatMap((group) => group.collections ?? []),
  ]
  return granted.some((collection) => item.collections.includes(collection.id))
}
