// Gathers the directory entries that decisions need; looks up each organization, provider and batch of items once.
import { inParallel, once } from '../../concurrency/parallel.ts'
import { type Action, may, type PeopleFacts, userIdsOf } from '../../domain/directory/authorize.ts'
import type { DirectoryFacts, Item, Organization, Provider, UserMemberships } from '../../domain/directory/directory.ts'
import { type Names, namesFrom, withItems } from '../../domain/directory/names.ts'
import type { Principal, UserPrincipal } from '../../domain/directory/principal.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import type { WantedFacts } from '../../domain/ingest/collect.ts'
import type { Expansion } from '../../domain/log/event-views.ts'
import { type DirectoryReader, itemsPerLookUpMax } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'

const readsAtOnce = 20
/** Concurrent look-ups of items, each of up to 20 concurrent requests. */
const lookUpsAtOnce = 5

/**
 * Most unknown items that are looked up for one batch, give or take one look-up; the remaining ids then count as unknown
 * too.
 */
export const unknownItemsMax = 1_000

/**
 * The facts for a batch of this caller. Looks up only those of the batch's organizations that the caller may belong to: no
 * other changes a decision. `notOlderThan`: the earliest time (Unix ms) that cached facts may be of.
 */
export async function factsForBatch(
  directory: DirectoryReader,
  caller: UserPrincipal,
  wanted: WantedFacts,
  notOlderThan?: number,
): Promise<DirectoryFacts> {
  const { callersLogs } = wanted
  const membershipsNow = once(() => membershipsOf(directory, caller, notOlderThan))
  const [items, memberships] = await Promise.all([
    itemsOf(directory, wanted.items, { notOlderThan, unknownMax: unknownItemsMax }),
    callersLogs || wanted.organizations.length > 0 ? membershipsNow() : noMemberships,
  ])
  const callersOrganizations = new Set([...memberships.organizations, ...caller.organizations.keys()])
  const organizations = await organizationsOf(
    directory,
    [
      ...[...items.values()].map((item) => item.organizationId),
      ...(callersLogs ? callersOrganizations : wanted.organizations.filter((id) => callersOrganizations.has(id))),
    ],
    notOlderThan,
  )
  const callersProviders = callersLogs ? [...memberships.providers, ...caller.providers.keys()] : []
  const providers = await providersOf(
    directory,
    [...callersProviders, ...managingProviders(organizations.known)],
    notOlderThan,
  )
  const unreadable = new Set(organizations.unreadable)
  if (providers.unreadable.length > 0) {
    // A provider that the caller is no user of changes no decision, damaged or not.
    const callers = new Set([...(await membershipsNow()).providers, ...caller.providers.keys()])
    for (const id of providers.unreadable) if (callers.has(id)) unreadable.add(id)
  }
  return { organizations: organizations.known, providers: providers.known, items, unreadable }
}

/** The organizations and providers that may list one of the caller's accounts. */
async function membershipsOf(directory: DirectoryReader, caller: UserPrincipal, notOlderThan?: number) {
  const each = await inParallel(userIdsOf(caller), readsAtOnce, (id) => directory.memberships(id, notOlderThan))
  return {
    organizations: each.flatMap(({ organizations }) => organizations),
    providers: each.flatMap(({ providers }) => providers),
  } satisfies UserMemberships
}

const noMemberships: UserMemberships = { organizations: [], providers: [] }

/** Whether the caller may. Throws `Damaged` if the readable entries do not allow it, but an unreadable one might. */
export function mayNow(principal: Principal, action: Action, facts: PeopleFacts): boolean {
  const allowed = may(principal, action, facts)
  if (!allowed && facts.unreadable.size > 0) throw new Damaged('directory', new Error('an entry is damaged'))
  return allowed
}

/** The facts for reading an organization's log. */
export async function factsForOrganization(directory: DirectoryReader, caller: Principal, id: Guid) {
  const organizations = await organizationsOf(directory, [id])
  const managing = caller.kind === 'user' ? managingProviders(organizations.known) : []
  return peopleFacts(organizations, await providersOf(directory, managing))
}

/** The facts about every organization whose log the caller may be able to read, as a member or for a provider. */
export async function factsForCaller(directory: DirectoryReader, caller: UserPrincipal) {
  const memberships = await membershipsOf(directory, caller)
  const providers = await providersOf(directory, [...memberships.providers, ...caller.providers.keys()])
  const callersProviders = new Set([...providers.known.keys(), ...caller.providers.keys()])
  const managed = await inParallel([...callersProviders], readsAtOnce, (id) => directory.managedBy(id))
  const callersOrganizations = [...memberships.organizations, ...caller.organizations.keys(), ...caller.granted.keys()]
  return peopleFacts(await organizationsOf(directory, [...callersOrganizations, ...managed.flat()]), providers)
}

/** The facts about every organization and provider that may list a person with this e-mail, and about these organizations. */
export async function factsForEmail(
  directory: DirectoryReader,
  email: string | undefined,
  organizations: readonly Guid[],
  notOlderThan: number,
) {
  const listed = email === undefined ? noMemberships : await directory.listedByEmail(email, notOlderThan)
  const [known, providers] = await Promise.all([
    organizationsOf(directory, [...listed.organizations, ...organizations], notOlderThan),
    providersOf(directory, listed.providers, notOlderThan),
  ])
  return peopleFacts(known, providers)
}

/** The facts for reading a provider's log. */
export async function factsForProvider(directory: DirectoryReader, id: Guid) {
  return peopleFacts({ known: new Map(), unreadable: [] }, await providersOf(directory, [id]))
}

/**
 * The names for the events of a log: from the organization and its provider, from the provider, or from the user's
 * organizations and providers. Skips unreadable entries.
 */
export async function namesForLog(directory: DirectoryReader, { kind, id }: EventLog): Promise<Names> {
  const member = kind === 'user' ? await directory.memberships(id) : noMemberships
  const organizations = await organizationsOf(directory, kind === 'organization' ? [id] : member.organizations)
  const managing = managingProviders(organizations.known)
  const named = kind === 'provider' ? [id] : member.providers
  const providers = await providersOf(directory, [...named, ...managing])
  return namesFrom({ organizations: organizations.known, providers: providers.known })
}

/**
 * Adds the names of the items in these events of a log. Those of an organization's log alone: who reads a provider's or a personal log
 * may not read the organization's.
 */
export async function withItemsOf(
  directory: DirectoryReader,
  names: Names,
  log: EventLog,
  events: readonly StoredEvent[],
): Promise<Names> {
  if (log.kind !== 'organization') return names
  const items = await itemsOf(
    directory,
    events.flatMap(({ cipherId }) => cipherId ?? []),
  )
  return withItems(names, log.id, items)
}

/** The names that an organization's log says, with those of these items. */
export async function namesWithItems(
  directory: DirectoryReader,
  organizationId: Guid,
  itemIds: readonly Guid[],
): Promise<Names> {
  const [names, items] = await Promise.all([
    namesForLog(directory, { kind: 'organization', id: organizationId }),
    itemsOf(directory, itemIds),
  ])
  return withItems(names, organizationId, items)
}

/** The names that are to be added to these events of a log; undefined for none. */
export async function namesForEvents(
  directory: DirectoryReader,
  log: EventLog,
  events: readonly StoredEvent[],
  expand: Expansion,
): Promise<Names | undefined> {
  if (expand === 'none' || events.length === 0) return undefined
  const names = await namesForLog(directory, log)
  return expand === 'names' ? withItemsOf(directory, names, log, events) : names
}

/** The providers of these organizations: any caller may also be a user of one. */
const managingProviders = (organizations: ReadonlyMap<Guid, Organization>): Guid[] =>
  [...organizations.values()].flatMap(({ providerId }) => providerId ?? [])

const organizationsOf = (directory: DirectoryReader, ids: readonly Guid[], notOlderThan?: number) =>
  found(ids, (id) => directory.organization(id, notOlderThan))

const providersOf = (directory: DirectoryReader, ids: readonly Guid[], notOlderThan?: number) =>
  found(ids, (id) => directory.provider(id, notOlderThan))

/** The result of look-ups: the known entries, and the ids of those that exist and are unreadable. */
type Found<T> = { readonly known: ReadonlyMap<Guid, T>; readonly unreadable: readonly Guid[] }

async function found<T>(ids: readonly Guid[], read: (id: Guid) => Promise<T | undefined>): Promise<Found<T>> {
  const unreadable: Guid[] = []
  const entries = await inParallel([...new Set(ids)], readsAtOnce, async (id) => {
    try {
      const entry = await read(id)
      return entry === undefined ? [] : [[id, entry] as const]
    } catch (error) {
      if (!(error instanceof Damaged)) throw error
      unreadable.push(id)
      return []
    }
  })
  return { known: new Map(entries.flat()), unreadable }
}

const peopleFacts = (organizations: Found<Organization>, providers: Found<Provider>): PeopleFacts => ({
  organizations: organizations.known,
  providers: providers.known,
  unreadable: new Set([...organizations.unreadable, ...providers.unreadable]),
})

/** The earliest time (Unix ms) that a cached item may be of, and the number of unknown ids after which a look-up ends. */
type LookUp = { readonly notOlderThan?: number | undefined; readonly unknownMax?: number }

/** The items of these ids, each looked up once, in batches; skips unknown ones. */
export async function itemsOf(
  directory: DirectoryReader,
  ids: readonly Guid[],
  { notOlderThan, unknownMax = Number.POSITIVE_INFINITY }: LookUp = {},
): Promise<Map<Guid, Item>> {
  const distinct = [...new Set(ids)]
  const items = new Map<Guid, Item>()
  let asked = 0
  for (let unknown = 0; asked < distinct.length && unknown < unknownMax; unknown = asked - items.size) {
    // Look-ups are always full: one id at a time, the last few unknown ones would take very long.
    const next = distinct.slice(asked, asked + Math.max(unknownMax - unknown, itemsPerLookUpMax))
    const batches = Array.from({ length: Math.ceil(next.length / itemsPerLookUpMax) }, (_, index) =>
      next.slice(index * itemsPerLookUpMax, (index + 1) * itemsPerLookUpMax),
    )
    const found = await inParallel(batches, lookUpsAtOnce, (batch) => directory.items(batch, notOlderThan))
    for (const item of found.flat()) items.set(item.id, item)
    asked += next.length
  }
  return items
}
