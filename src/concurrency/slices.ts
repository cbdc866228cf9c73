// Long work in slices: between two of them, everything else that waits in this process has its turn.
import { setImmediate } from 'node:timers/promises'
import type { Work } from '../domain/steps.ts'

/** After how many milliseconds work stops for others, at its next step. A step takes a few milliseconds at most. */
export const sliceMs = 10

/** Tells the time, and how to let others have their turn. */
export type Turns = { readonly now: () => number; readonly pause: () => Promise<unknown> }

/** The process's own. */
const eventLoop: Turns = { now: () => performance.now(), pause: () => setImmediate() }

/** When somebody last paused: several works at once, or one after the other, count as one to those that wait. */
const pausedAt = new WeakMap<Turns, number>()

/** Runs work to its end, and pauses after a step whenever nobody did for `sliceMs`. */
export async function inSlices<T>(work: Work<T>, turns: Turns = eventLoop): Promise<T> {
  const { now, pause } = turns
  if (!pausedAt.has(turns)) pausedAt.set(turns, now())
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    if (now() - (pausedAt.get(turns) ?? 0) < sliceMs) continue
    await pause()
    pausedAt.set(turns, now())
  }
}
