// Time as the host's loops see it, handed in so that a test can turn it.
import { setTimeout as timeout } from 'node:timers/promises'

/** setTimeout takes at most 2³¹−1 ms; longer waits are cut. */
const sleepMsMax = 86_400_000

export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= sleepMsMax)
      await timeout(Math.min(leftMs, sleepMsMax), undefined, { signal }).catch(() => {})
  },
}
