// Long work in slices: between two of them, other work of this process runs.
import { setImmediate } from 'node:timers/promises'
import type { Work } from '../domain/steps.ts'

/** Milliseconds after which work pauses at its next step. A step takes a few milliseconds at most. */
export const sliceMs = 10

/** A clock in milliseconds, and a pause in which other work runs. */
export type Turns = { readonly now: () => number; readonly pause: () => Promise<unknown> }

/** The turns of this process's event loop. */
const eventLoop: Turns = { now: () => performance.now(), pause: () => setImmediate() }

/** When any work last paused: to the work that waits, several works in a row are like one. */
const pausedAt = new WeakMap<Turns, number>()

/** Runs work to its end, and pauses after a step if no work paused for `sliceMs`. */
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
