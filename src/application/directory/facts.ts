// Gathers what decisions need of the directory: each organization, provider and batch of items is looked up once.

import { inParallel, once } from '../../concurrency/parallel.ts'
import { type Action, may, type PeopleFacts } from '../../domain/directory/authorize.ts'
import type { DirectoryFacts, Item, Organization, Provider, UserMemberships } from '../../domain/directory/directory.ts'
import { type Names, namesFrom } from '../../domain/directory/names.ts'
import type { Principal, UserPrincipal } from '../../domain/directory/principal.ts'
import type { EventLog } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import type { WantedFacts } from '../../domain/ingest/collect.ts'
import { type DirectoryReader, itemsPerLookUpMax } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'

const readsAtOnce = 20
/** Look-ups of items at once; behind each are up to 20 requests at once. */
const lookUpsAtOnce = 5

/**
 * Most ids of items unknown to the directory that are looked up for one batch, give or take one look-up; those that are
 * left then count as unknown too.
 */
export const unknownItemsMax = 1_000

/**
 * The facts for a batch that this caller reports. Of the organizations that the batch names, only those are looked up that
 * the caller may belong to: no other changes a decision. `notOlderThan`: how old the facts may be (Unix ms).
 */
export async function factsForBatch(
  directory: DirectoryReader,
  caller: UserPrincipal,
  wanted: WantedFacts,
  notOlderThan?: number,
): Promise<DirectoryFacts> {
  const { callersLogs } = wanted
  const membershipsNow = once(() => directory.memberships(caller.userId, notOlderThan))
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
    // A provider of which the caller is no user changes nothing for him, damaged or not.
    const callers = new Set([...(await membershipsNow()).providers, ...caller.providers.keys()])
    for (const id of providers.unreadable) if (callers.has(id)) unreadable.add(id)
  }
  return { organizations: organizations.known, providers: providers.known, items, unreadable }
}

const noMemberships: UserMemberships = { organizations: [], providers: [] }

/** Whether somebody may. Throws `Damaged` when he may not as far as can be told, but an entry that cannot be read might say so. */
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

/** The facts about every organization whose log the caller might read: as a member, or for a provider. */
export async function factsForCaller(directory: DirectoryReader, caller: UserPrincipal) {
  const memberships = await directory.memberships(caller.userId)
  const providers = await providersOf(directory, [...memberships.providers, ...caller.providers.keys()])
  const ownProviders = new Set([...providers.known.keys(), ...caller.providers.keys()])
  const managed = await inParallel([...ownProviders], readsAtOnce, (id) => directory.managedBy(id))
  const own = [...memberships.organizations, ...caller.organizations.keys()]
  return peopleFacts(await organizationsOf(directory, [...own, ...managed.flat()]), providers)
}

/** The facts for reading a provider's log. */
export async function factsForProvider(directory: DirectoryReader, id: Guid) {
  return peopleFacts({ known: new Map(), unreadable: [] }, await providersOf(directory, [id]))
}

/**
 * The names for the events of a log: from the organization and its provider, the provider, or the user's organizations; none
 * from an entry that cannot be read.
 */
export async function namesForLog(directory: DirectoryReader, { kind, id }: EventLog): Promise<Names> {
  const member = kind === 'user' ? await directory.memberships(id) : noMemberships
  const organizations = await organizationsOf(directory, kind === 'organization' ? [id] : member.organizations)
  const managing = managingProviders(organizations.known)
  const own = kind === 'provider' ? [id] : member.providers
  const providers = await providersOf(directory, [...own, ...managing])
  return namesFrom({ organizations: organizations.known, providers: providers.known })
}

/** The providers of these organizations: a person may be a user of one whatever else he is. */
const managingProviders = (organizations: ReadonlyMap<Guid, Organization>): Guid[] =>
  [...organizations.values()].flatMap(({ providerId }) => providerId ?? [])

const organizationsOf = (directory: DirectoryReader, ids: readonly Guid[], notOlderThan?: number) =>
  found(ids, (id) => directory.organization(id, notOlderThan))

const providersOf = (directory: DirectoryReader, ids: readonly Guid[], notOlderThan?: number) =>
  found(ids, (id) => directory.provider(id, notOlderThan))

/** Entries that were looked up: those that are known, and those that are there and damaged. */
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

/** How old an answer may be (Unix ms), and how many ids may turn out unknown before the rest is not looked up. */
type LookUp = { readonly notOlderThan?: number | undefined; readonly unknownMax?: number }

/** The items of these ids, each looked up once, in batches; unknown ones are left out. */
export async function itemsOf(
  directory: DirectoryReader,
  ids: readonly Guid[],
  { notOlderThan, unknownMax = Number.POSITIVE_INFINITY }: LookUp = {},
): Promise<Map<Guid, Item>> {
  const distinct = [...new Set(ids)]
  const items = new Map<Guid, Item>()
  let asked = 0
  for (let unknown = 0; asked < distinct.length && unknown < unknownMax; unknown = asked - items.size) {
    // A look-up is made full: one id after the other, the last few unknown ones would take very long to find.
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
