// What Keytrail knows of organizations, providers and items: as a trusted server tells it, and as decisions read it. Pure.
import * as v from 'valibot'
import { boundedArray } from '../bounded-array.ts'
import { Guid } from '../guid.ts'
import { foreignJson, foreignText, wellFormed } from '../texts.ts'

/** Most entries of one kind: members, groups, items and the like of an organization, or of one of these. */
export const entriesMax = 100_000

const name = foreignText(1_000)
/** What a vault says in a form of its own, such as permissions. */
const ownForm = v.record(wellFormed, foreignJson)
const nullable = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null)
const flag = (otherwise: boolean) => v.optional(v.boolean(), otherwise)

/** How far a member has come: the reference's numbers. Only a confirmed one counts; a revoked one never does. */
export const memberStatus = { revoked: -1, invited: 0, accepted: 1, confirmed: 2, staged: 3 } as const
/** What a member may do: the reference's numbers. */
export const memberType = { owner: 0, admin: 1, user: 2, custom: 4 } as const
/** What a provider's user may do: the reference's numbers. */
export const providerUserType = { admin: 0, service: 1 } as const

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
  status: v.picklist(Object.values(memberStatus)),
  type: v.picklist(Object.values(memberType)),
  externalId: nullable(name),
  permissions: nullable(ownForm),
  collections: v.optional(v.nullable(boundedArray(CollectionAccess, entriesMax)), []),
  groups: v.optional(boundedArray(Guid, entriesMax), []),
  resetPasswordEnrolled: flag(false),
  ssoExternalId: nullable(name),
})
export type Member = v.InferOutput<typeof Member>

/** Of what an organization no longer has, the names: its events still tell of it. */
const Former = v.object({
  members: v.array(v.pick(Member, ['id', 'userId', 'name', 'email'])),
  groups: v.array(v.object({ id: Guid, name: v.nullable(name) })),
  collections: v.array(v.object({ id: Guid, name: v.nullable(name) })),
  policies: v.array(v.object({ id: Guid, name: v.nullable(name) })),
})
export type Former = v.InferOutput<typeof Former>

const Group = v.object({
  id: Guid,
  name: nullable(name),
  externalId: nullable(name),
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
  type: v.pipe(v.number(), v.integer()),
  enabled: flag(false),
  data: nullable(ownForm),
})

/** A vault item, as far as an event log needs it: its collections say who reaches it. */
export const ItemEntry = v.object({
  id: Guid,
  collections: v.optional(boundedArray(Guid, entriesMax), []),
  name: v.optional(name),
  critical: v.optional(v.boolean()),
})
export type ItemEntry = v.InferOutput<typeof ItemEntry>

/**
 * An item and the organization it belongs to. A deleted one stays known: what was done with it is still reported. Of a
 * damaged one nothing else is known.
 */
export type Item = ItemEntry & { readonly organizationId: Guid; readonly deleted: boolean; readonly damaged?: true }

/** Most members one request may upsert. */
export const membersPerRequestMax = 1_000
export const MemberEntries = boundedArray(Member, membersPerRequestMax)

/** Most items one request may upsert. */
export const itemsPerRequestMax = 1_000
export const ItemEntries = boundedArray(ItemEntry, itemsPerRequestMax)

/** One organization with its people and structure; without its items. Members that are left out take their defaults. */
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
 * The body of `PUT /directory/organizations/{id}`. With null for `members`, or without `items`, these stay
 * as they are. Strict: a misspelt
 * `useEvents` must not take its default. Of members and the like, what is not known is passed over: vaults send them as
 * their own API shows them.
 */
export const OrganizationReplacement = v.strictObject({
  ...OrganizationEntry.entries,
  members: v.optional(v.nullable(boundedArray(Member, entriesMax)), []),
  items: v.optional(boundedArray(ItemEntry, entriesMax)),
})
export type OrganizationReplacement = v.InferOutput<typeof OrganizationReplacement>
/** What takes an organization's place; null for members that stay. */
export type OrganizationUpdate = Omit<OrganizationReplacement, 'items'>

/** An organization as the directory keeps it. */
export const Organization = v.object({ ...OrganizationEntry.entries, id: Guid, former: Former })
export type Organization = Readonly<v.InferOutput<typeof Organization>>

const ProviderUser = v.object({
  id: Guid,
  userId: nullable(Guid),
  name: nullable(name),
  email: nullable(name),
  type: v.picklist(Object.values(providerUserType)),
  status: v.picklist(Object.values(memberStatus)),
})

/** One provider with its users. */
export const ProviderEntry = v.object({
  name,
  enabled: flag(true),
  useEvents: flag(true),
  users: v.optional(boundedArray(ProviderUser, entriesMax), []),
})
export type ProviderEntry = v.InferOutput<typeof ProviderEntry>

/** The body of `PUT /directory/providers/{id}`; strict, as an organization's. */
export const ProviderReplacement = v.strictObject(ProviderEntry.entries)

/** A provider as the directory keeps it; `former` are the users it no longer has. */
export const Provider = v.object({ ...ProviderEntry.entries, id: Guid, former: v.array(ProviderUser) })
export type Provider = Readonly<v.InferOutput<typeof Provider>>

/** The organizations and providers a person stands in, by their ids, whatever the status there. */
export type UserMemberships = { readonly organizations: readonly Guid[]; readonly providers: readonly Guid[] }

/**
 * What a decision may know: only what the directory has; an absent entry is an unknown one. `unreadable` are organizations and
 * providers that the directory has and cannot read: nobody is anything in them, whatever a token claims.
 */
export type DirectoryFacts = {
  readonly organizations: ReadonlyMap<Guid, Organization>
  readonly providers: ReadonlyMap<Guid, Provider>
  readonly unreadable: ReadonlySet<Guid>
  readonly items: ReadonlyMap<Guid, Item>
}
