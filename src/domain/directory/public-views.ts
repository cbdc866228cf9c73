// An organization's people and structure as the public API shows them: the reference's members, groups, collections and policies. Pure.
import type { Organization } from './directory.ts'

/** The part of an organization that the public API shows. */
export type Structure = Pick<Organization, 'members' | 'groups' | 'collections' | 'policies'>
type Each<Kind extends keyof Structure> = Structure[Kind][number]

/** The structure of an organization that the directory does not know. */
export const emptyStructure: Structure = { members: [], groups: [], collections: [], policies: [] }

/** Shows a member; `collections` are those granted directly, not by groups. An unknown `email` is an empty text. */
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

/** Shows a group; an unknown `name` is an empty text. */
export const publicGroup = (group: Each<'groups'>) => ({
  object: 'group',
  id: group.id,
  name: group.name ?? '',
  externalId: group.externalId,
  collections: group.collections ?? [],
})

/** Shows a collection, without a name: a vault server has names of collections only encrypted. */
export const publicCollection = (collection: Each<'collections'>) => ({
  object: 'collection',
  id: collection.id,
  externalId: collection.externalId,
  groups: collection.groups ?? [],
})

/** Shows a policy. */
export const publicPolicy = ({ id, type, enabled, data }: Each<'policies'>) => ({
  object: 'policy',
  id,
  type,
  enabled,
  data,
})

/** A subscription of which nothing is known: null is also the reference's word for "no limit", and for no Secrets Manager. */
export const unknownSubscription = {
  passwordManager: { seats: null, maxAutoScaleSeats: null, storage: null },
  secretsManager: null,
} as const

/** A list in one page: without a continuation token, like the reference's. */
export const wholeListOf = <T>(data: readonly T[]) => ({ object: 'list', data })
