// A directory whose answers are kept in memory for a while. What it does not know is asked again each time: it may just have come.
import type { Directory } from '../ports.ts'

/** How long an answer is kept. */
export const cacheMs = 30_000
/** Most answers kept; the oldest go first. */
const entriesMax = 20_000

/**
 * Keeps what a directory answers for `cacheMs`. A caller that must not decide on an old answer says how old it may be
 * (`asOf`). Writes through this instance are seen at once, those through another after `cacheMs` at the latest.
 */
export function cachedDirectory(directory: Directory, now: () => number): Directory {
  const organizations = cache<Awaited<ReturnType<Directory['organization']>>>(now)
  const providers = cache<Awaited<ReturnType<Directory['provider']>>>(now)
  const items = cache<Awaited<ReturnType<Directory['items']>>[number]>(now)
  const memberships = cache<Awaited<ReturnType<Directory['memberships']>>>(now)
  const managed = cache<Awaited<ReturnType<Directory['managedBy']>>>(now)

  return {
    organization: (id, asOf) => organizations.through(id, asOf, () => directory.organization(id)),
    provider: (id, asOf) => providers.through(id, asOf, () => directory.provider(id)),
    memberships: (userId, asOf) => memberships.through(userId, asOf, () => directory.memberships(userId)),
    managedBy: (providerId, asOf) => managed.through(providerId, asOf, () => directory.managedBy(providerId)),
    items: async (ids, asOf) => {
      const kept = ids.flatMap((id) => items.get(id, asOf) ?? [])
      const known = new Set(kept.map((item) => item.id))
      const unknown = ids.filter((id) => !known.has(id))
      const begun = items.begin()
      const read = unknown.length > 0 ? await directory.items(unknown) : []
      for (const item of read) items.set(item.id, item, begun)
      return [...kept, ...read]
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

/** Forgets what a write may have changed, also when it failed: it may have been done. */
async function forgetting<T>(write: Promise<T>, forget: () => void): Promise<T> {
  try {
    return await write
  } finally {
    forget()
  }
}

function cache<T>(now: () => number) {
  const entries = new Map<string, { readonly value: T; readonly readAt: number }>()
  let writes = 0
  const get = (key: string, asOf = 0): T | undefined => {
    const entry = entries.get(key)
    return entry && entry.readAt >= Math.max(asOf, now() - cacheMs) ? entry.value : undefined
  }
  /** When a reading begins. What a write overtakes before it ends is not kept: it may be from before the write. */
  const begin = () => ({ readAt: now(), after: writes })
  const set = (key: string, value: T, begun: ReturnType<typeof begin>) => {
    if (begun.after !== writes) return
    entries.delete(key)
    entries.set(key, { value, readAt: begun.readAt })
    const [oldest] = entries.keys()
    if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest)
  }
  return {
    get,
    begin,
    set,
    drop: (key: string) => {
      writes += 1
      entries.delete(key)
    },
    clear: () => {
      writes += 1
      entries.clear()
    },
    through: async (key: string, asOf: number | undefined, read: () => Promise<T>): Promise<T> => {
      const kept = get(key, asOf)
      if (kept !== undefined) return kept
      const begun = begin()
      const value = await read()
      if (value !== undefined) set(key, value, begun)
      return value
    },
  }
}
