// Gathers what decisions need of the directory: each organization, provider and batch of items is looked up once.

import type { WantedFacts } from '../domain/collect.ts'
import type { DirectoryFacts, Item, Organization } from '../domain/directory.ts'
import type { EventLog } from '../domain/event.ts'
import type { Guid } from '../domain/guid.ts'
import { type Names, namesFrom } from '../domain/names.ts'
import type { Principal, UserPrincipal } from '../domain/principal.ts'
import { inParallel } from '../parallel.ts'
import { type DirectoryReader, itemsPerLookUpMax } from '../ports.ts'

const readsAtOnce = 20

/** The facts for a batch that this caller reports. `asOf`: how old they may be (Unix ms). */
export async function factsForBatch(
  directory: DirectoryReader,
  caller: UserPrincipal,
  wanted: WantedFacts,
  asOf?: number,
): Promise<DirectoryFacts> {
  const [items, memberships] = await Promise.all([
    itemsOf(directory, wanted.items, asOf),
    wanted.callersLogs ? directory.memberships(caller.userId, asOf) : { organizations: [], providers: [] },
  ])
  const ownOrganizations = wanted.callersLogs ? caller.organizations.keys() : []
  const ownProviders = wanted.callersLogs ? caller.providers.keys() : []
  const organizations = await organizationsOf(
    directory,
    [
      ...wanted.organizations,
      ...[...items.values()].map((item) => item.organizationId),
      ...memberships.organizations,
      ...ownOrganizations,
    ],
    asOf,
  )
  const managing = managingProviders(organizations)
  const providers = await providersOf(directory, [...memberships.providers, ...ownProviders, ...managing], asOf)
  return { organizations, providers, items }
}

/** The facts for reading an organization's log. */
export async function factsForOrganization(directory: DirectoryReader, caller: Principal, id: Guid) {
  const organizations = await organizationsOf(directory, [id])
  const managing = caller.kind === 'user' ? managingProviders(organizations) : []
  return { organizations, providers: await providersOf(directory, managing) }
}

/** The facts about every organization whose log the caller might read: as a member, or for a provider. */
export async function factsForCaller(directory: DirectoryReader, caller: UserPrincipal) {
  const memberships = await directory.memberships(caller.userId)
  const providers = await providersOf(directory, [...memberships.providers, ...caller.providers.keys()])
  const ownProviders = new Set([...providers.keys(), ...caller.providers.keys()])
  const managed = await inParallel([...ownProviders], readsAtOnce, (id) => directory.managedBy(id))
  const own = [...memberships.organizations, ...caller.organizations.keys()]
  return { organizations: await organizationsOf(directory, [...own, ...managed.flat()]), providers }
}

/** The facts for reading a provider's log. */
export async function factsForProvider(directory: DirectoryReader, id: Guid) {
  return { organizations: new Map<Guid, Organization>(), providers: await providersOf(directory, [id]) }
}

/** The names for the events of a log: from the organization and its provider, the provider, or the user's organizations. */
export async function namesForLog(directory: DirectoryReader, { kind, id }: EventLog): Promise<Names> {
  const member = kind === 'user' ? await directory.memberships(id) : { organizations: [], providers: [] }
  const organizations = await organizationsOf(directory, kind === 'organization' ? [id] : member.organizations)
  const managing = managingProviders(organizations)
  const own = kind === 'provider' ? [id] : member.providers
  return namesFrom({ organizations, providers: await providersOf(directory, [...own, ...managing]) })
}

/** The providers of these organizations: a person may be a user of one whatever else he is. */
const managingProviders = (organizations: ReadonlyMap<Guid, Organization>): Guid[] =>
  [...organizations.values()].flatMap(({ providerId }) => providerId ?? [])

const organizationsOf = (directory: DirectoryReader, ids: readonly Guid[], asOf?: number) =>
  found(ids, (id) => directory.organization(id, asOf))

const providersOf = (directory: DirectoryReader, ids: readonly Guid[], asOf?: number) =>
  found(ids, (id) => directory.provider(id, asOf))

async function found<T>(ids: readonly Guid[], read: (id: Guid) => Promise<T | undefined>): Promise<Map<Guid, T>> {
  const entries = await inParallel([...new Set(ids)], readsAtOnce, async (id) => [id, await read(id)] as const)
  return new Map(entries.flatMap(([id, entry]) => (entry === undefined ? [] : [[id, entry] as const])))
}

/** The items of these ids, each asked for once; unknown ones are left out. `asOf`: how old an answer may be (Unix ms). */
export async function itemsOf(
  directory: DirectoryReader,
  ids: readonly Guid[],
  asOf?: number,
): Promise<Map<Guid, Item>> {
  const distinct = [...new Set(ids)]
  const batches = Array.from({ length: Math.ceil(distinct.length / itemsPerLookUpMax) }, (_, index) =>
    distinct.slice(index * itemsPerLookUpMax, (index + 1) * itemsPerLookUpMax),
  )
  const found = await inParallel(batches, readsAtOnce, (batch) => directory.items(batch, asOf))
  return new Map(found.flat().map((item) => [item.id, item]))
}
