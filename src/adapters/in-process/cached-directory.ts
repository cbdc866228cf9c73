// A directory whose answers are kept in memory for a while; that something is unknown only shortly, for it may just have come.

import { boundedMap } from '../../domain/bounded-map.ts'
import type { Item } from '../../domain/directory/directory.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Directory } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'

/** How long an answer is kept. */
export const cacheMs = 30_000
/** How long it is kept that the directory does not know something, or cannot read it. */
export const unknownCacheMs = 5_000
/** Most answers of a kind kept, and most unknown ids; the oldest go first. */
const entriesMax = 20_000

/**
 * Keeps what a directory answers for `cacheMs`, or `unknownCacheMs` when it knows nothing or an entry is damaged. A caller that must not decide on an old answer says how old it may be
 * (`notOlderThan`). Writes through this instance are seen at once, those through another after `cacheMs` at the latest.
 */
export function cachedDirectory(directory: Directory, now: () => number): Directory {
  const organizations = cache<Awaited<ReturnType<Directory['organization']>> | Damaged>(now)
  const providers = cache<Awaited<ReturnType<Directory['provider']>> | Damaged>(now)
  const items = cache<Awaited<ReturnType<Directory['items']>>[number] | undefined>(now)
  const memberships = cache<Awaited<ReturnType<Directory['memberships']>>>(now)
  const managed = cache<Awaited<ReturnType<Directory['managedBy']>>>(now)

  return {
    organization: (id, notOlderThan) =>
      whole(organizations.through(id, notOlderThan, () => orDamaged(directory.organization(id)))),
    provider: (id, notOlderThan) => whole(providers.through(id, notOlderThan, () => orDamaged(directory.provider(id)))),
    memberships: (userId, notOlderThan) =>
      memberships.through(userId, notOlderThan, () => directory.memberships(userId)),
    managedBy: (providerId, notOlderThan) =>
      managed.through(providerId, notOlderThan, () => directory.managedBy(providerId)),
    items: async (ids, notOlderThan) => {
      const kept = ids.map((id) => items.get(id, notOlderThan))
      const missing = ids.filter((_, index) => !kept[index])
      const begun = items.begin()
      // Of a look-up that fails, what was read is kept.
      const keep = (id: Guid, item: Item | undefined) => items.set(id, item, begun)
      const read = missing.length > 0 ? await directory.items(missing, undefined, keep) : []
      const found = new Map(read.map((item) => [item.id, item]))
      for (const id of missing) keep(id, found.get(id))
      return [...kept.flatMap((entry) => entry?.value ?? []), ...read]
    },
    putOrganization: (id, entry, entries) =>
      forgetting(directory.putOrganization(id, entry, entries), () => {
        organizations.drop(id)
        memberships.clear()
        managed.clear()
        if (entries) items.clear()
      }),
    putMembers: (id, members) =>
      forgetting(directory.putMembers(id, members), () => {
        organizations.drop(id)
        memberships.clear()
      }),
    deleteMember: (id, memberId) => forgetting(directory.deleteMember(id, memberId), () => organizations.drop(id)),
    putItems: (organizationId, entries) =>
      forgetting(directory.putItems(organizationId, entries), () => {
        for (const { id } of entries) items.drop(id)
      }),
    deleteItem: (organizationId, itemId) =>
      forgetting(directory.deleteItem(organizationId, itemId), () => items.drop(itemId)),
    putProvider: (id, entry) =>
      forgetting(directory.putProvider(id, entry), () => {
        providers.drop(id)
        memberships.clear()
      }),
    check: directory.check,
  }
}

/** What was read, or that it is damaged. */
async function orDamaged<T>(read: Promise<T>): Promise<T | Damaged> {
  try {
    return await read
  } catch (error) {
    if (error instanceof Damaged) return error
    throw error
  }
}

/** What was kept; throws when that it is damaged was. */
async function whole<T>(kept: Promise<T | Damaged>): Promise<T> {
  const entry = await kept
  if (entry instanceof Damaged) throw entry
  return entry
}

/** Forgets what a write may have changed, also when it failed: it may have been done. */
async function forgetting<T>(write: Promise<T>, forget: () => void): Promise<T> {
  try {
    return await write
  } finally {
    forget()
  }
}

type CacheEntry<T> = { readonly value: T; readonly readAt: number }

/** What is unknown is kept apart: ids that strangers make up push out nothing that is known. */
function cache<T>(now: () => number) {
  const known = boundedMap<string, CacheEntry<T>>({ entriesMax })
  const unknown = boundedMap<string, CacheEntry<T>>({ entriesMax })
  let writes = 0
  const get = (key: string, notOlderThan?: number): CacheEntry<T> | undefined => {
    const entry = known.get(key) ?? unknown.get(key)
    const keptMs = entry?.value === undefined || entry.value instanceof Damaged ? unknownCacheMs : cacheMs
    // What a request has read since `notOlderThan` serves it to its end, however long it takes.
    return entry && entry.readAt >= (notOlderThan ?? now() - keptMs) ? entry : undefined
  }
  /** When a reading begins. What a write overtakes before it ends is not kept: it may be from before the write. */
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
      const kept = get(key, notOlderThan)
      if (kept) return kept.value
      const begun = begin()
      const value = await read()
      set(key, value, begun)
      return value
    },
  }
}
