// The directory's organizations, providers and items: as a trusted server sends them, and as decisions read them. Pure.
import * as v from 'valibot'
import { boundedArray } from '../bounded-array.ts'
import { Guid } from '../guid.ts'
import { foreignJson, foreignText, wellFormed } from '../texts.ts'
import { WholeNumber } from '../whole-number.ts'

/** Most entries of one kind, such as an organization's members or a member's groups. */
export const entriesMax = 100_000

const name = foreignText(1_000)
/** A vault's record of a form that Keytrail does not read, such as permissions. */
const vaultRecord = v.record(wellFormed, foreignJson)
const nullable = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null)
const flag = (otherwise: boolean) => v.optional(v.boolean(), otherwise)

/** The stages of a membership, by the reference's numbers. Only a confirmed one counts; a revoked one never does. */
export const memberStatus = { revoked: -1, invited: 0, accepted: 1, confirmed: 2, staged: 3 } as const
/** The types of members, by the reference's numbers. */
export const memberType = { owner: 0, admin: 1, user: 2, custom: 4 } as const
/** The types of provider users, by the reference's numbers. */
export const providerUserType = { admin: 0, service: 1 } as const

/** Vaultwarden stores a revoked membership's status less this, so that it can restore it. */
const revokedLess = 128
const MemberStatus = v.pipe(
  WholeNumber,
  v.transform((status) => (status >= -revokedLess && status <= 3 - revokedLess ? memberStatus.revoked : status)),
  v.picklist(Object.values(memberStatus)),
)

/** Vaultwarden's managers: they have the collections given to them and no event log, and its own API shows them as custom members. */
const vaultwardenManager = 3
const MemberType = v.pipe(
  WholeNumber,
  v.transform((type) => (type === vaultwardenManager ? memberType.custom : type)),
  v.picklist(Object.values(memberType)),
)

const CollectionAccess = v.object({
  id: Guid,
  readOnly: flag(false),
  hidePasswords: flag(false),
  manage: flag(false),
})

const Member = v.object({
  id: Guid,
  userId: nullable(Guid),
  name: nullable(name),
  email: nullable(name),
  twoFactorEnabled: flag(false),
  status: MemberStatus,
  type: MemberType,
  externalId: nullable(name),
  permissions: nullable(vaultRecord),
  /** Whether the member reaches every item of the organization. */
  accessAll: flag(false),
  collections: v.optional(v.nullable(boundedArray(CollectionAccess, entriesMax)), []),
  groups: v.optional(boundedArray(Guid, entriesMax), []),
  resetPasswordEnrolled: flag(false),
  ssoExternalId: nullable(name),
})
export type Member = v.InferOutput<typeof Member>

/** The names of what an organization no longer has, and the types of its members: its events still refer to it. */
const Former = v.object({
  members: v.array(
    v.object({ ...v.pick(Member, ['id', 'userId', 'name', 'email']).entries, type: v.optional(MemberType) }),
  ),
  groups: v.array(v.object({ id: Guid, name: v.nullable(name) })),
  collections: v.array(v.object({ id: Guid, name: v.nullable(name) })),
  policies: v.array(v.object({ id: Guid, name: v.nullable(name) })),
})
export type Former = v.InferOutput<typeof Former>

const Group = v.object({
  id: Guid,
  name: nullable(name),
  externalId: nullable(name),
  /** Whether the group's members reach every item of the organization. */
  accessAll: flag(false),
  collections: v.optional(v.nullable(boundedArray(CollectionAccess, entriesMax)), []),
})

const Collection = v.object({
  id: Guid,
  name: nullable(name),
  externalId: nullable(name),
  groups: v.optional(v.nullable(boundedArray(CollectionAccess, entriesMax)), []),
})

const Policy = v.object({
  id: Guid,
  name: nullable(name),
  type: WholeNumber,
  enabled: flag(false),
  data: nullable(vaultRecord),
})

/** A vault item, as far as an event log needs it: its collections decide who reaches it. */
export const ItemEntry = v.object({
  id: Guid,
  collections: v.optional(boundedArray(Guid, entriesMax), []),
  name: v.optional(name),
  critical: v.optional(v.boolean()),
})
export type ItemEntry = v.InferOutput<typeof ItemEntry>

/** An item as it is sent, with the name and the mark that it had before, where it says nothing about them. Properties keep their order. */
export const withKept = <T extends ItemEntry>({ id, collections, name, critical, ...rest }: T, before: ItemEntry) => {
  const [keptName, keptCritical] = [name ?? before.name, critical ?? before.critical]
  return {
    id,
    collections,
    ...(keptName !== undefined && { name: keptName }),
    ...(keptCritical !== undefined && { critical: keptCritical }),
    ...rest,
  }
}

/**
 * An item and the organization that it belongs to. A deleted one stays known, because clients still report events of it.
 * Only the ids of a damaged one are known.
 */
export type Item = ItemEntry & { readonly organizationId: Guid; readonly deleted: boolean; readonly damaged?: true }

/** An item that has a name. */
export type NamedItem = { readonly id: Guid; readonly name: string; readonly deleted: boolean }

/** Most members that one request may add or replace. */
export const membersPerRequestMax = 1_000
export const MemberEntries = boundedArray(Member, membersPerRequestMax)

/** Most items that one request may add or replace. */
export const itemsPerRequestMax = 1_000
export const ItemEntries = boundedArray(ItemEntry, itemsPerRequestMax)

/** An organization with its people and structure, without its items. Absent properties take their defaults. */
export const OrganizationEntry = v.object({
  name,
  enabled: flag(true),
  useEvents: flag(true),
  usePhishingBlocker: flag(false),
  providerId: nullable(Guid),
  members: v.optional(boundedArray(Member, entriesMax), []),
  groups: v.optional(boundedArray(Group, entriesMax), []),
  collections: v.optional(boundedArray(Collection, entriesMax), []),
  policies: v.optional(boundedArray(Policy, entriesMax), []),
})
export type OrganizationEntry = v.InferOutput<typeof OrganizationEntry>

/**
 * The body of `PUT /directory/organizations/{id}`. Null for `members`, and no `items`, leave these as they are. Strict: a
 * misspelt `useEvents` must not take its default. Unknown properties of members and the like are ignored: vaults send these
 * as in their own API.
 */
export const OrganizationReplacement = v.strictObject({
  ...OrganizationEntry.entries,
  members: v.optional(v.nullable(boundedArray(Member, entriesMax)), []),
  items: v.optional(boundedArray(ItemEntry, entriesMax)),
})
export type OrganizationReplacement = v.InferOutput<typeof OrganizationReplacement>
/** An organization's replacement; null for members that stay. */
export type OrganizationUpdate = Omit<OrganizationReplacement, 'items'>

/** An organization as the directory stores it. */
export const Organization = v.object({ ...OrganizationEntry.entries, id: Guid, former: Former })
export type Organization = Readonly<v.InferOutput<typeof Organization>>

const ProviderUser = v.object({
  id: Guid,
  userId: nullable(Guid),
  name: nullable(name),
  email: nullable(name),
  type: v.pipe(WholeNumber, v.picklist(Object.values(providerUserType))),
  status: MemberStatus,
})

/** A provider with its users. */
export const ProviderEntry = v.object({
  name,
  enabled: flag(true),
  useEvents: flag(true),
  users: v.optional(boundedArray(ProviderUser, entriesMax), []),
})
export type ProviderEntry = v.InferOutput<typeof ProviderEntry>

/** The body of `PUT /directory/providers/{id}`; strict, like an organization's. */
export const ProviderReplacement = v.strictObject(ProviderEntry.entries)

/** A provider as the directory stores it; `former` are the users that it no longer has. */
export const Provider = v.object({ ...ProviderEntry.entries, id: Guid, former: v.array(ProviderUser) })
export type Provider = Readonly<v.InferOutput<typeof Provider>>

/** The ids of the organizations and providers that list a person, in any status. */
export type UserMemberships = { readonly organizations: readonly Guid[]; readonly providers: readonly Guid[] }

/**
 * The directory entries that a decision needs; an absent one is unknown. `unreadable` are organizations and providers whose
 * entry exists and cannot be read: no person has a role in them, even if a token claims one.
 */
export type DirectoryFacts = {
  readonly organizations: ReadonlyMap<Guid, Organization>
  readonly providers: ReadonlyMap<Guid, Provider>
  readonly unreadable: ReadonlySet<Guid>
  readonly items: ReadonlyMap<Guid, Item>
}
