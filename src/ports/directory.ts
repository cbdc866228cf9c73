// The ports of the directory: organizations, providers and items, as trusted servers send them.
import type {
  Item,
  ItemEntry,
  Member,
  NamedItem,
  Organization,
  OrganizationUpdate,
  Provider,
  ProviderEntry,
  UserMemberships,
} from '../domain/directory/directory.ts'
import type { Place } from '../domain/directory/places.ts'
import type { Guid } from '../domain/guid.ts'
import type { HealthCheck } from './health-check.ts'

/**
 * Reads the directory. A write is visible at once, except through a cache. Unknown ids give undefined or are skipped. Reading
 * an organization or a provider throws `Damaged` if its entry is damaged. Of a damaged item only the ids of the item and its
 * organization are known; if the latter is unreadable too, the item is unknown.
 */
export type DirectoryReader = {
  /** `notOlderThan`: the entry may come from a cache if it was read at this time (Unix ms) or later; absent: of any age in the cache. */
  readonly organization: (id: Guid, notOlderThan?: number) => Promise<Organization | undefined>
  readonly provider: (id: Guid, notOlderThan?: number) => Promise<Provider | undefined>
  /** Looks up at most `itemsPerLookUpMax` ids. May call `each` with every id's result as it is read, also when the look-up fails later. */
  readonly items: (
    ids: readonly Guid[],
    notOlderThan?: number,
    each?: (id: Guid, item: Item | undefined) => void,
  ) => Promise<readonly Item[]>
  /** The items of an organization that have a name, deleted ones too; skips what cannot be read. Reads every item of it. */
  readonly namedItems: (organizationId: Guid, notOlderThan?: number) => Promise<readonly NamedItem[]>
  /** The organizations and providers that may list a person; check the entry of each. */
  readonly memberships: (userId: Guid, notOlderThan?: number) => Promise<UserMemberships>
  /** The organizations and providers that may list a person with this e-mail, compared as `comparableEmail` does; check the entry of each. */
  readonly listedByEmail: (email: string, notOlderThan?: number) => Promise<UserMemberships>
  /** The organizations that a provider may manage; check the entry of each. */
  readonly managedBy: (providerId: Guid, notOlderThan?: number) => Promise<readonly Guid[]>
  /**
   * The first `limit` places after this one (null: of all) in the order of organizations; fewer only at the end. Skips those
   * that cannot be read. An organization may still have places under earlier names: check the entry of each.
   */
  readonly placesOfOrganizations: (after: Place | null, limit: number) => Promise<readonly Place[]>
}

/** Most items of one look-up. */
export const itemsPerLookUpMax = 100

/**
 * Writes the directory. Each entry is replaced atomically: a reader finds the old one or the new one, also after a failure.
 * Concurrent changes never undo each other. A call starts nothing more after a failure; repeated, it does the rest.
 */
export type DirectoryWriter = {
  /** Adds an organization of this name, without members; false if there is one of this id, damaged or not, which then stays as it is. */
  readonly addOrganization: (id: Guid, name: string) => Promise<boolean>
  /**
   * Replaces an organization and, if given, its items, which are written first and in parts. A damaged entry is replaced
   * without its former names; if its members are to stay (null), throws `Damaged`.
   */
  readonly putOrganization: (id: Guid, entry: OrganizationUpdate, items?: readonly ItemEntry[]) => Promise<void>
  /** Adds or replaces members of an organization; false if it is unknown. Throws `Damaged` if its entry is damaged. */
  readonly putMembers: (id: Guid, members: readonly Member[]) => Promise<boolean>
  /** Removes a member from an organization; no effect if either is unknown. Throws `Damaged` if the entry is damaged. */
  readonly deleteMember: (id: Guid, memberId: Guid) => Promise<void>
  /** Adds or replaces items of an organization, also damaged ones. */
  readonly putItems: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  /** Marks an item as deleted; no effect if it is unknown. */
  readonly deleteItem: (organizationId: Guid, itemId: Guid) => Promise<void>
  readonly putProvider: (id: Guid, entry: ProviderEntry) => Promise<void>
}

export type Directory = DirectoryReader & DirectoryWriter & HealthCheck
