// Does the same for many things, a few at a time.

/**
 * Runs `work` on every item, at most `atOnce` together; results in order of the items. Rejects with the first failure,
 * after which nothing more is begun.
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
  const watched = () =>
    lane().catch((error: unknown) => {
      failed = true
      throw error
    })
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, watched))
  return results
}

/** Makes a value at the first call and keeps it; a failure is not kept, so that the next call tries again. */
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
