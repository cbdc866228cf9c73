// Names for the ids in events, also of people and things that are gone: a replaced directory entry keeps their names. Pure.

import type { StoredEvent } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import type {
  DirectoryFacts,
  Former,
  Item,
  Member,
  Organization,
  OrganizationUpdate,
  Provider,
  ProviderEntry,
} from './directory.ts'
import { policyTypeName } from './policy-types.ts'

/** A person's name and email address, as far as known. */
type Person = { readonly name: string | null; readonly email: string | null }

/** Looks names up; null for ids that the directory never had. */
export type Names = {
  readonly person: (userId: Guid | undefined) => Person
  readonly member: (id: Guid | undefined) => string | null
  /** The account of a member: the user's id. */
  readonly account: (memberId: Guid | undefined) => Guid | null
  readonly group: (id: Guid | undefined) => string | null
  readonly collection: (id: Guid | undefined) => string | null
  readonly policy: (id: Guid | undefined) => string | null
  readonly item: (id: Guid | undefined) => string | null
  /** Whether an item is marked critical; null for one that the directory does not know. */
  readonly isCritical: (itemId: Guid | undefined) => boolean | null
}

/** Who acted in an event: as the directory names the person, else as the event itself does. */
export function actingPerson(names: Names, { actingUserId, actingUserName, actingUserEmail }: Acted): Person {
  const { name, email } = names.person(actingUserId)
  return { name: name ?? actingUserName ?? null, email: email ?? actingUserEmail ?? null }
}

type Acted = Pick<StoredEvent, 'actingUserId' | 'actingUserName' | 'actingUserEmail'>

/** Replaces an organization's entry; keeps the names of what the new entry lacks or does not name. */
export function replaceOrganization(
  known: Organization | undefined,
  id: Guid,
  entry: OrganizationUpdate,
): Organization {
  const { groups, collections, policies } = entry
  const members = entry.members ?? known?.members ?? []
  const former: Former = {
    members: gone(known?.members, known?.former.members, members).map((each) => ({
      id: each.id,
      userId: each.userId,
      name: each.name,
      email: each.email,
      ...(each.type !== undefined && { type: each.type }),
    })),
    groups: gone(known?.groups, known?.former.groups, groups).map(named),
    collections: gone(known?.collections, known?.former.collections, collections).map(named),
    policies: gone(known?.policies, known?.former.policies, policies).map(named),
  }
  return { id, ...entry, members, former }
}

/** Adds members to an organization, or replaces those with the same ids; of repeated ids, the last entry counts. */
export function withMembers(known: Organization, entries: readonly Member[]): Organization {
  const members = new Map([...known.members, ...entries].map((member) => [member.id, member]))
  return replaceOrganization(known, known.id, { ...known, members: [...members.values()] })
}

/** Removes a member from an organization; the name stays known. */
export function withoutMember(known: Organization, memberId: Guid): Organization {
  const members = known.members.filter(({ id }) => id !== memberId)
  return replaceOrganization(known, known.id, { ...known, members })
}

/** An organization of which nothing but the name is known yet; it is enabled, and has an event log. */
export const newOrganization = (id: Guid, name: string): Organization =>
  replaceOrganization(undefined, id, {
    name,
    enabled: true,
    useEvents: true,
    usePhishingBlocker: false,
    providerId: null,
    members: [],
    groups: [],
    collections: [],
    policies: [],
  })

/** Replaces a provider's entry; keeps the names of users that the new entry lacks. */
export function replaceProvider(known: Provider | undefined, id: Guid, entry: ProviderEntry): Provider {
  return { id, ...entry, former: gone(known?.users, known?.former, entry.users) }
}

type Named = { readonly id: Guid; readonly name: string | null }

const named = ({ id, name }: Named) => ({ id, name })

/** The current and former entries with a name that the next entries do not name. */
function gone<C extends Named, F extends Named>(
  current: readonly C[] = [],
  former: readonly F[] = [],
  next: readonly Named[],
): (C | F)[] {
  const named = new Set(next.flatMap(({ id, name }) => (name === null ? [] : [id])))
  const present = new Set(next.map(({ id }) => id))
  const known = new Map<Guid, C | F>()
  for (const each of [...former, ...current]) {
    if (named.has(each.id) || (each.name === null && (present.has(each.id) || known.has(each.id)))) continue
    known.set(each.id, each)
  }
  return [...known.values()]
}

type NamedFacts = Pick<DirectoryFacts, 'organizations' | 'providers'> & { readonly items?: DirectoryFacts['items'] }

/** Collects the names in these organizations and providers, and of those of the items that belong to one of the organizations. */
export function namesFrom({ organizations, providers, items = new Map() }: NamedFacts): Names {
  const people = new Map<Guid, Person>()
  const members = new Map<Guid, string>()
  const accounts = new Map<Guid, Guid>()
  const things = {
    groups: new Map<Guid, string>(),
    collections: new Map<Guid, string>(),
    policies: new Map<Guid, string>(),
  }
  const addPerson = ({ userId, name, email }: Person & { readonly userId: Guid | null }) => {
    const known = userId === null ? undefined : people.get(userId)
    if (userId !== null) people.set(userId, { name: known?.name ?? name, email: known?.email ?? email })
  }
  for (const { former, ...current } of organizations.values()) {
    for (const member of [...current.members, ...former.members]) {
      addPerson(member)
      addName(members, member.id, member.name ?? member.email)
      if (member.userId !== null && !accounts.has(member.id)) accounts.set(member.id, member.userId)
    }
    for (const kind of ['groups', 'collections', 'policies'] as const) {
      for (const { id, name } of [...current[kind], ...former[kind]]) addName(things[kind], id, name)
    }
    // The public API shows policies without names, but with their types.
    for (const { id, type } of current.policies) addName(things.policies, id, policyTypeName(type))
  }
  for (const { users, former } of providers.values()) [...users, ...former].forEach(addPerson)

  const lookUp =
    <T>(known: ReadonlyMap<Guid, T>) =>
    (id: Guid | undefined) =>
      (id && known.get(id)) ?? null
  return {
    person: (userId) => (userId && people.get(userId)) ?? unknownPerson,
    member: lookUp(members),
    account: lookUp(accounts),
    group: lookUp(things.groups),
    collection: lookUp(things.collections),
    policy: lookUp(things.policies),
    ...itemFacts(items, (id) => organizations.has(id)),
  }
}

/** The same names, and what is known of an organization's items. */
export const withItems = (names: Names, organizationId: Guid, items: DirectoryFacts['items']): Names => ({
  ...names,
  ...itemFacts(items, (id) => id === organizationId),
})

/** What is known of the items that belong to such an organization; an event of another one may name any id. */
function itemFacts(
  items: ReadonlyMap<Guid, Item>,
  isOwn: (organizationId: Guid) => boolean,
): Pick<Names, 'item' | 'isCritical'> {
  const find = (id: Guid | undefined) => {
    const item = id && items.get(id)
    return item && isOwn(item.organizationId) ? item : undefined
  }
  return {
    item: (id) => find(id)?.name ?? null,
    isCritical: (id) => {
      const item = find(id)
      return item ? item.critical === true : null
    },
  }
}

const unknownPerson: Person = { name: null, email: null }

/** Adds a name unless there is one: current names come before former ones. */
function addName(names: Map<Guid, string>, id: Guid, name: string | null): void {
  if (name !== null && !names.has(id)) names.set(id, name)
}
