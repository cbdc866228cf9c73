// FailureLog in memory: each instance of the app counts for itself.
import { afterFailure, waitMsOf } from '../../domain/keys/failure-limits.ts'
import type { FailureLog } from '../../ports/keys.ts'

/** Most counters; beyond it, the one that failed longest ago is removed. */
export const namesMax = 20_000

/** A log without failures. */
export function memoryFailures(): FailureLog {
  const failures = new Map<string, readonly number[]>()
  return {
    waitMs: (counters, at) =>
      Math.max(0, ...counters.map(({ name, limit }) => waitMsOf(failures.get(name) ?? [], limit, at))),
    note: (counters, at) => {
      for (const { name, limit } of counters) {
        const times = afterFailure(failures.get(name) ?? [], limit, at)
        // Deleted first, so that the map stays in order of the last failure.
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
