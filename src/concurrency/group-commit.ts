// Group commit: items that wait at the same time for the same key are committed together, in order, one batch of a key at a time.

export type GroupCommitOptions<K, T> = {
  /** How many of these items, from the first on, fit in one batch: at least 1. */
  readonly batchLength: (waiting: readonly T[]) => number
  /** Commits a batch whole or not at all. */
  readonly commit: (key: K, batch: readonly T[]) => Promise<void>
  /** Whether a failure is one of the world behind it: then the items that wait fail with the batch. */
  readonly isOutage: (error: unknown) => boolean
}

/** Resolves once every item is committed; rejects with the first failure once none of them is being worked on any more. */
export type GroupCommit<K, T> = (key: K, items: readonly T[]) => Promise<void>

type Waiting<T> = { readonly item: T; readonly settled: PromiseWithResolvers<void> }

/**
 * Batches form by themselves: the first item goes at once, and what comes while it is on its way goes together after it.
 * A batch that fails through no outage is committed again item by item, so that one bad item fails alone.
 */
export function groupCommit<K, T>({ batchLength, commit, isOutage }: GroupCommitOptions<K, T>): GroupCommit<K, T> {
  const queues = new Map<K, Waiting<T>[]>()

  async function drain(key: K, queue: Waiting<T>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchLength(queue.map(({ item }) => item)))
      const outage = await commitBatch(key, batch)
      if (outage) for (const { settled } of queue.splice(0)) settled.reject(outage.error)
    }
    queues.delete(key)
  }

  /** Commits a batch and settles its items; resolves to the outage that ended it, if one did. */
  async function commitBatch(key: K, batch: readonly Waiting<T>[]): Promise<{ readonly error: unknown } | undefined> {
    try {
      const items = batch.map(({ item }) => item)
      await commit(key, items)
      for (const { settled } of batch) settled.resolve()
      return undefined
    } catch (error) {
      if (batch.length === 1 || isOutage(error)) {
        for (const { settled } of batch) settled.reject(error)
        return isOutage(error) ? { error } : undefined
      }
    }
    return commitOneByOne(key, batch)
  }

  async function commitOneByOne(key: K, batch: readonly Waiting<T>[]) {
    for (const [index, each] of batch.entries()) {
      const outage = await commitBatch(key, [each])
      if (!outage) continue
      for (const { settled } of batch.slice(index + 1)) settled.reject(outage.error)
      return outage
    }
    return undefined
  }

  return async (key, items) => {
    const added = items.map((item): Waiting<T> => ({ item, settled: Promise.withResolvers<void>() }))
    const waiting = queues.get(key)
    if (waiting) waiting.push(...added)
    else {
      const queue = [...added]
      queues.set(key, queue)
      drain(key, queue)
    }
    const outcomes = await Promise.allSettled(added.map(({ settled }) => settled.promise))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure) throw failure.reason
  }
}
