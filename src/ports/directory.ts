// The ports of the directory: what trusted servers say about organizations, providers and items.
import type {
  Item,
  ItemEntry,
  Member,
  Organization,
  OrganizationUpdate,
  Provider,
  ProviderEntry,
  UserMemberships,
} from '../domain/directory/directory.ts'
import type { Guid } from '../domain/guid.ts'
import type { HealthCheck } from './health-check.ts'

/**
 * What a trusted server told about organizations, providers and items. What was put is read at once, except through a
 * cache. Unknown ids give undefined or are left out. An organization or a provider whose entry is damaged throws `Damaged`;
 * of a damaged item nothing is known but whose it is, and one of which not even that can be told is unknown.
 */
export type DirectoryReader = {
  /** `notOlderThan`: an answer may come from a cache that was filled at this time (Unix ms) or later; absent: any age it keeps. */
  readonly organization: (id: Guid, notOlderThan?: number) => Promise<Organization | undefined>
  readonly provider: (id: Guid, notOlderThan?: number) => Promise<Provider | undefined>
  /** One look-up for up to `itemsPerLookUpMax` ids. `each` may be told what an id gives once it is read, also when the look-up fails. */
  readonly items: (
    ids: readonly Guid[],
    notOlderThan?: number,
    each?: (id: Guid, item: Item | undefined) => void,
  ) => Promise<readonly Item[]>
  /** Where a person may stand; each place must be checked in the organization or provider itself. */
  readonly memberships: (userId: Guid, notOlderThan?: number) => Promise<UserMemberships>
  /** Organizations that a provider may manage; whether it does must be checked in each. */
  readonly managedBy: (providerId: Guid, notOlderThan?: number) => Promise<readonly Guid[]>
}

/** Most items one look-up asks for. */
export const itemsPerLookUpMax = 100

/**
 * Each entry is replaced at once: a reader finds the old one or the new one, also after a failure. Of changes made at the
 * same time none undoes another's. Repeat what failed: it does what is missing, and nothing is begun after a failure.
 */
export type DirectoryWriter = {
  /**
   * Replaces an organization, and its items when given, which come before the rest and a part at a time. Of a damaged entry
   * nothing stays, not even names of what is gone; where its members are to stay (null), it throws `Damaged`.
   */
  readonly putOrganization: (id: Guid, entry: OrganizationUpdate, items?: readonly ItemEntry[]) => Promise<void>
  /** Adds members to an organization or replaces them; false when the organization is unknown. Throws `Damaged` as reading does. */
  readonly putMembers: (id: Guid, members: readonly Member[]) => Promise<boolean>
  /** Takes a member out of an organization; unknown ones are left alone. Throws `Damaged` as reading does. */
  readonly deleteMember: (id: Guid, memberId: Guid) => Promise<void>
  /** Adds items to an organization or replaces them, damaged ones too. */
  readonly putItems: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  /** Marks an item as deleted; an unknown one is left alone. */
  readonly deleteItem: (organizationId: Guid, itemId: Guid) => Promise<void>
  readonly putProvider: (id: Guid, entry: ProviderEntry) => Promise<void>
}

export type Directory = DirectoryReader & DirectoryWriter & HealthCheck
