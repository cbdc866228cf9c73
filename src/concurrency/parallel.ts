// Runs asynchronous work on many items, a few at a time.

/**
 * Runs `work` on every item, at most `atOnce` at a time; results in the order of the items. Rejects with the first failure,
 * and starts no more work after it.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const waiting = items.entries()
  let failed = false
  const lane = async () => {
    for (const [index, item] of waiting) {
      results[index] = await work(item)
      if (failed) return
    }
  }
  const guardedLane = () =>
    lane().catch((error: unknown) => {
      failed = true
      throw error
    })
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, guardedLane))
  return results
}

/** Makes a value at the first call and returns it at each later one; after a failure, the next call tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
