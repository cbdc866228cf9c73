// Group commit: items that wait for the same key at the same time are committed together, in order, one batch a key at a time.

type GroupCommitOptions<K, T> = {
  /** How many of these items, from the first on, fit into one batch: at least 1. */
  readonly batchLength: (waiting: readonly T[]) => number
  /** Commits a whole batch or nothing. */
  readonly commit: (key: K, batch: readonly T[]) => Promise<void>
  /** Whether a failure is an outage: then all waiting items fail with the batch. */
  readonly isOutage: (error: unknown) => boolean
}

/** Resolves once every item is committed; rejects with the first failure once no item is in progress. */
export type GroupCommit<K, T> = (key: K, items: readonly T[]) => Promise<void>

type Waiting<T> = { readonly item: T; readonly committed: PromiseWithResolvers<void> }

/**
 * The first item is committed at once; items that arrive meanwhile form the next batch. A batch that fails without an outage
 * is committed again item by item, so that one bad item fails alone.
 */
export function groupCommit<K, T>({ batchLength, commit, isOutage }: GroupCommitOptions<K, T>): GroupCommit<K, T> {
  const queues = new Map<K, Waiting<T>[]>()

  async function drain(key: K, queue: Waiting<T>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchLength(queue.map(({ item }) => item)))
      const outage = await commitBatch(key, batch)
      if (outage) for (const { committed } of queue.splice(0)) committed.reject(outage.error)
    }
    queues.delete(key)
  }

  /** Commits a batch, and resolves or rejects its items; resolves to the outage, if there was one. */
  async function commitBatch(key: K, batch: readonly Waiting<T>[]): Promise<{ readonly error: unknown } | undefined> {
    try {
      const items = batch.map(({ item }) => item)
      await commit(key, items)
      for (const { committed } of batch) committed.resolve()
      return undefined
    } catch (error) {
      if (batch.length === 1 || isOutage(error)) {
        for (const { committed } of batch) committed.reject(error)
        return isOutage(error) ? { error } : undefined
      }
    }
    return commitOneByOne(key, batch)
  }

  async function commitOneByOne(key: K, batch: readonly Waiting<T>[]) {
    for (const [index, each] of batch.entries()) {
      const outage = await commitBatch(key, [each])
      if (!outage) continue
      for (const { committed } of batch.slice(index + 1)) committed.reject(outage.error)
      return outage
    }
    return undefined
  }

  return async (key, items) => {
    const added = items.map((item): Waiting<T> => ({ item, committed: Promise.withResolvers<void>() }))
    const waiting = queues.get(key)
    if (waiting) waiting.push(...added)
    else {
      const queue = [...added]
      queues.set(key, queue)
      drain(key, queue)
    }
    const outcomes = await Promise.allSettled(added.map(({ committed }) => committed.promise))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure) throw failure.reason
  }
}
