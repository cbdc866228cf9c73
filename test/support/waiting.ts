// Waiting for something to be so, however long a busy machine takes. The limit ends what hangs, and says what it waited for.
import { setTimeout as pause } from 'node:timers/promises'

/** Longer than anything takes, and shorter than a test's own time; milliseconds. */
export const hangMsMax = 300_000
const lookAgainMs = 50

/** Looks again and again until something is there, and gives it; throws, with what was waited for, after `hangMsMax`. */
export async function eventually<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>) {
  const startedAt = performance.now()
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() - startedAt > hangMsMax) throw new Error(`never so: ${what}`)
    await pause(lookAgainMs)
  }
}

/** Resolves once it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(`${holds}`, holds)
}
