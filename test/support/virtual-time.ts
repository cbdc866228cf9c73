// Time that only passes while everybody waits for it: hours of a simulation take as long as its work takes.

export type VirtualTime = {
  /** Unix ms. */
  readonly now: () => number
  /** Resolves when this much virtual time has passed. Only for work that was started by `run`. */
  readonly sleep: (ms: number) => Promise<void>
  /** Starts work at once, beside all other. */
  readonly run: (work: () => Promise<void>) => void
  /** Lets time pass until all work has ended; rejects with the first failure. */
  readonly finish: () => Promise<void>
}

/** Time that begins here and passes whenever all work sleeps. */
export function virtualTime(startMs: number): VirtualTime {
  let now = startMs
  let awake = 0
  const sleepers: { at: number; entry: () => void }[] = []
  const finished = Promise.withResolvers<void>()

  const pass = () => {
    if (awake > 0) return
    sleepers.sort((a, b) => a.at - b.at)
    const next = sleepers.shift()
    if (!next) return finished.resolve()
    now = Math.max(now, next.at)
    awake += 1
    next.entry()
  }
  const rest = () => {
    awake -= 1
    // Work that is about to go on has its turn first.
    setImmediate(pass)
  }
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((entry) => {
        sleepers.push({ at: now + ms, entry })
        rest()
      }),
    run: (work) => {
      awake += 1
      work().then(rest, finished.reject)
    },
    finish: () => finished.promise,
  }
}
