// FailureLog in memory: each instance of the app counts for itself.
import { afterFailure, waitMsOf } from '../../domain/keys/failure-limits.ts'
import type { FailureLog } from '../../ports/keys.ts'

/** Most names that are remembered; beyond it, the one that failed longest ago is forgotten. */
export const namesMax = 20_000

/** Nothing has failed yet. */
export function memoryFailures(): FailureLog {
  const failures = new Map<string, readonly number[]>()
  return {
    waitMs: (watched, at) =>
      Math.max(0, ...watched.map(({ name, limit }) => waitMsOf(failures.get(name) ?? [], limit, at))),
    note: (watched, at) => {
      for (const { name, limit } of watched) {
        const times = afterFailure(failures.get(name) ?? [], limit, at)
        // Taken out first, so that the map stays in order of the last failure.
        failures.delete(name)
        failures.set(name, times)
      }
      for (const name of failures.keys()) {
        if (failures.size <= namesMax) break
        failures.delete(name)
      }
    },
  }
}
