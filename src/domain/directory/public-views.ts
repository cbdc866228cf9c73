// An organization's people and structure as the public API shows them: the reference's members, groups, collections and policies. Pure.
import type { Organization } from './directory.ts'

/** What the public API shows of an organization. */
export type Structure = Pick<Organization, 'members' | 'groups' | 'collections' | 'policies'>
type Each<Kind extends keyof Structure> = Structure[Kind][number]

/** What stands for an organization that the directory does not know. */
export const emptyStructure: Structure = { members: [], groups: [], collections: [], policies: [] }

/** A member; `collections` are those given directly, not through groups. `email` is text also where none is known. */
export const publicMember = (member: Each<'members'>) => ({
  object: 'member',
  id: member.id,
  userId: member.userId,
  name: member.name,
  email: member.email ?? '',
  twoFactorEnabled: member.twoFactorEnabled,
  status: member.status,
  type: member.type,
  externalId: member.externalId,
  permissions: member.permissions,
  collections: member.collections,
  resetPasswordEnrolled: member.resetPasswordEnrolled,
  ssoExternalId: member.ssoExternalId,
})

/** A group; `name` is text also where none is known. */
export const publicGroup = (group: Each<'groups'>) => ({
  object: 'group',
  id: group.id,
  name: group.name ?? '',
  externalId: group.externalId,
  collections: group.collections ?? [],
})

/** A collection; it has no name here, since a vault server knows names of collections only encrypted. */
export const publicCollection = (collection: Each<'collections'>) => ({
  object: 'collection',
  id: collection.id,
  externalId: collection.externalId,
  groups: collection.groups ?? [],
})

export const publicPolicy = ({ id, type, enabled, data }: Each<'policies'>) => ({
  object: 'policy',
  id,
  type,
  enabled,
  data,
})

/** A list that comes whole: without a continuation token, as the reference's. */
export const wholeListOf = <T>(data: readonly T[]) => ({ object: 'list', data })
