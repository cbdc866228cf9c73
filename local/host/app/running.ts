// The invocations under way, so that a stop can let them finish.

export type Running = {
  /** Counts the work until it settles, and hands it back. */
  track<Result>(work: Promise<Result>): Promise<Result>
  /** Resolves true when nothing is under way, false when something still is after `msMax`. */
  drained(msMax: number): Promise<boolean>
}

/** A trigger that goes on by itself until it is stopped. */
export type Listener = {
  /** Begins nothing new, and resolves when its loop has ended; the invocations it began are in Running. */
  stop(): Promise<void>
}

/** Starts with nothing under way. */
export function createRunning(): Running {
  const active = new Set<Promise<unknown>>()
  return {
    track: (work) => {
      active.add(work)
      const done = () => active.delete(work)
      work.then(done, done)
      return work
    },
    drained: async (msMax) => {
      const { promise: timeUp, resolve } = Promise.withResolvers<'time up'>()
      const timer = setTimeout(resolve, msMax, 'time up')
      while (active.size > 0) {
        if ((await Promise.race([Promise.allSettled(active), timeUp])) === 'time up') break
      }
      clearTimeout(timer)
      return active.size === 0
    },
  }
}
