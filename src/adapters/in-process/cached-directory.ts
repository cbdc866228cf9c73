// A directory whose results are cached in memory for a while; that something is unknown only briefly, as it may be about to come.

import { boundedMap } from '../../domain/bounded-map.ts'
import type { Item } from '../../domain/directory/directory.ts'
import { comparableEmail } from '../../domain/directory/emails.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Directory } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'

/** How long a result is cached. */
export const cacheMs = 30_000
/** How long it is cached that the directory does not know something, or cannot read it. */
export const unknownCacheMs = 5_000
/** Most results of a kind that are cached, and most unknown ids; the oldest go first. */
const entriesMax = 20_000
/** Most organizations whose items are cached by name. */
const namedItemsMax = 20

/**
 * Caches the results of a directory for `cacheMs`, or `unknownCacheMs` when it knows nothing or an entry is damaged. `notOlderThan`
 * (Unix ms) is for callers that must not decide on an older result. A write through this instance is visible at once, one through
 * another after `cacheMs` at the latest.
 */
export function cachedDirectory(directory: Directory, now: () => number): Directory {
  const organizations = cache<Awaited<ReturnType<Directory['organization']>> | Damaged>(now)
  const providers = cache<Awaited<ReturnType<Directory['provider']>> | Damaged>(now)
  const items = cache<Awaited<ReturnType<Directory['items']>>[number] | undefined>(now)
  const namedItems = cache<Awaited<ReturnType<Directory['namedItems']>>>(now, namedItemsMax)
  const memberships = cache<Awaited<ReturnType<Directory['memberships']>>>(now)
  const emails = cache<Awaited<ReturnType<Directory['listedByEmail']>>>(now)
  const managed = cache<Awaited<ReturnType<Directory['managedBy']>>>(now)

  return {
    organization: (id, notOlderThan) =>
      whole(organizations.through(id, notOlderThan, () => orDamage(directory.organization(id)))),
    provider: (id, notOlderThan) => whole(providers.through(id, notOlderThan, () => orDamage(directory.provider(id)))),
    namedItems: (organizationId, notOlderThan) =>
      namedItems.through(organizationId, notOlderThan, () => directory.namedItems(organizationId)),
    memberships: (userId, notOlderThan) =>
      memberships.through(userId, notOlderThan, () => directory.memberships(userId)),
    listedByEmail: (email, notOlderThan) =>
      emails.through(comparableEmail(email), notOlderThan, () => directory.listedByEmail(email)),
    managedBy: (providerId, notOlderThan) =>
      managed.through(providerId, notOlderThan, () => directory.managedBy(providerId)),
    items: async (ids, notOlderThan) => {
      const cached = ids.map((id) => items.get(id, notOlderThan))
      const missing = ids.filter((_, index) => !cached[index])
      const begun = items.begin()
      // What was read is cached even if the look-up fails later.
      const add = (id: Guid, item: Item | undefined) => items.set(id, item, begun)
      const read = missing.length > 0 ? await directory.items(missing, undefined, add) : []
      const found = new Map(read.map((item) => [item.id, item]))
      for (const id of missing) add(id, found.get(id))
      return [...cached.flatMap((entry) => entry?.value ?? []), ...read]
    },
    placesOfOrganizations: directory.placesOfOrganizations,
    addOrganization: (id, name) => forgetting(directory.addOrganization(id, name), () => organizations.drop(id)),
    putOrganization: (id, entry, entries) =>
      forgetting(directory.putOrganization(id, entry, entries), () => {
        organizations.drop(id)
        memberships.clear()
        emails.clear()
        managed.clear()
        if (entries) {
          items.clear()
          namedItems.clear()
        }
      }),
    putMembers: (id, members) =>
      forgetting(directory.putMembers(id, members), () => {
        organizations.drop(id)
        memberships.clear()
        emails.clear()
      }),
    deleteMember: (id, memberId) => forgetting(directory.deleteMember(id, memberId), () => organizations.drop(id)),
    putItems: (organizationId, entries) =>
      forgetting(directory.putItems(organizationId, entries), () => {
        for (const { id } of entries) items.drop(id)
        // They may have been another organization's.
        namedItems.clear()
      }),
    deleteItem: (organizationId, itemId) =>
      forgetting(directory.deleteItem(organizationId, itemId), () => {
        items.drop(itemId)
        namedItems.drop(organizationId)
      }),
    putProvider: (id, entry) =>
      forgetting(directory.putProvider(id, entry), () => {
        providers.drop(id)
        memberships.clear()
        emails.clear()
      }),
    check: directory.check,
  }
}

/** What was read, or that it is damaged. */
async function orDamage<T>(read: Promise<T>): Promise<T | Damaged> {
  try {
    return await read
  } catch (error) {
    if (error instanceof Damaged) return error
    throw error
  }
}

/** The result; throws `Damaged` if that is what was read. */
async function whole<T>(result: Promise<T | Damaged>): Promise<T> {
  const entry = await result
  if (entry instanceof Damaged) throw entry
  return entry
}

/** Drops what a write may have changed, also when it fails: it may have taken effect. */
async function forgetting<T>(write: Promise<T>, forget: () => void): Promise<T> {
  try {
    return await write
  } finally {
    forget()
  }
}

type CacheEntry<T> = { readonly value: T; readonly readAt: number }

/** Unknown ids have a map of their own: made-up ones push out nothing that is known. */
function cache<T>(now: () => number, knownMax = entriesMax) {
  const known = boundedMap<string, CacheEntry<T>>({ entriesMax: knownMax })
  const unknown = boundedMap<string, CacheEntry<T>>({ entriesMax })
  let writes = 0
  const get = (key: string, notOlderThan?: number): CacheEntry<T> | undefined => {
    const entry = known.get(key) ?? unknown.get(key)
    const maxAgeMs = entry?.value === undefined || entry.value instanceof Damaged ? unknownCacheMs : cacheMs
    // What a request has read since `notOlderThan` is valid for all of the request, however long it takes.
    return entry && entry.readAt >= (notOlderThan ?? now() - maxAgeMs) ? entry : undefined
  }
  /** Marks the beginning of a read. When a write comes before its end, the result is not cached: it may be older than the write. */
  const begin = () => ({ readAt: now(), after: writes })
  const set = (key: string, value: T, begun: ReturnType<typeof begin>) => {
    if (begun.after !== writes) return
    for (const entries of [known, unknown]) entries.delete(key)
    const entries = value === undefined ? unknown : known
    entries.set(key, { value, readAt: begun.readAt })
  }
  return {
    get,
    begin,
    set,
    drop: (key: string) => {
      writes += 1
      for (const entries of [known, unknown]) entries.delete(key)
    },
    clear: () => {
      writes += 1
      for (const entries of [known, unknown]) entries.clear()
    },
    through: async (key: string, notOlderThan: number | undefined, read: () => Promise<T>): Promise<T> => {
      const cached = get(key, notOlderThan)
      if (cached) return cached.value
      const begun = begin()
      const value = await read()
      set(key, value, begun)
      return value
    },
  }
}
