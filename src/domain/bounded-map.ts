// A map with bounds, for caches: beyond them, it removes the entries that were set the longest ago. Pure.

/** A map that removes its oldest entries beyond its bounds. */
export type BoundedMap<K, V> = {
  readonly get: (key: K) => V | undefined
  readonly has: (key: K) => boolean
  /** Sets an entry, which becomes the newest. Returns the keys of the entries that it removed. */
  readonly set: (key: K, value: V) => readonly K[]
  readonly delete: (key: K) => void
  readonly clear: () => void
}

/** The most entries of a map, and the most that their sizes add up to. The newest entry stays even if it is larger. */
type Bounds<K, V> = {
  readonly entriesMax?: number
  readonly sizeMax?: number
  readonly sizeOf?: (key: K, value: V) => number
}

/** Makes an empty map. Reading an entry does not make it newer. */
export function boundedMap<K, V>({
  entriesMax = Number.POSITIVE_INFINITY,
  sizeMax = Number.POSITIVE_INFINITY,
  sizeOf = () => 0,
}: Bounds<K, V>): BoundedMap<K, V> {
  const entries = new Map<K, { readonly value: V; readonly size: number }>()
  let size = 0

  function remove(key: K): void {
    size -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }

  return {
    get: (key) => entries.get(key)?.value,
    has: (key) => entries.has(key),
    set: (key, value) => {
      remove(key)
      const entry = { value, size: sizeOf(key, value) }
      entries.set(key, entry)
      size += entry.size
      const gone: K[] = []
      for (const oldest of entries.keys()) {
        if (oldest === key || (entries.size <= entriesMax && size <= sizeMax)) break
        remove(oldest)
        gone.push(oldest)
      }
      return gone
    },
    delete: remove,
    clear: () => {
      entries.clear()
      size = 0
    },
  }
}
