// Repeats what failed by an outage: later each time, at a random moment, and not before the other side wants it.
import { Trouble } from './trouble.ts'

export type Patience = {
  /** Waits; ends early, without an error, when the agent is to stop. */
  readonly sleep: (ms: number) => Promise<void>
  /** A number from 0 to below 1. */
  readonly random: () => number
  /** Says a line to the person who runs the agent. */
  readonly say: (words: string) => void
  /** How many attempts a piece of work has; Infinity for an agent that runs on. */
  readonly attemptsMax: number
  readonly isStopped: () => boolean
}

const firstWaitMs = 1_000
const longestWaitMs = 5 * 60_000

/** The wait after this many failures: half of a doubling time and a random part of the other half, at least what was asked for. */
function waitMs(failures: number, retryAfterMs: number, random: number): number {
  const doubled = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 30), longestWaitMs)
  return Math.round(Math.max(doubled / 2, retryAfterMs) + (doubled / 2) * random)
}

/**
 * Does the work until it succeeds. Throws the `Trouble` of the last attempt, of a stopped agent, or one that only a person can end
 * when the agent does not run on; anything else at once. Failures count from the last one on before which `progress` changed.
 */
export async function patiently<T>(
  patience: Patience,
  work: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  const { sleep, random, say, attemptsMax, isStopped } = patience
  for (let failures = 1, before = progress(); ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (progress() !== before) failures = 1
      before = progress()
      if (!(error instanceof Trouble) || failures >= attemptsMax || isStopped()) throw error
      if (error.isLasting && attemptsMax !== Number.POSITIVE_INFINITY) throw error
      const ms = waitMs(failures, error.retryAfterMs, random())
      say(`${error.message} Next attempt in ${Math.ceil(ms / 1_000)} s.`)
      await sleep(ms)
    }
  }
}
