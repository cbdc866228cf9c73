// FailureLog in memory: each instance of the app counts for itself.
import { boundedMap } from '../../domain/bounded-map.ts'
import { afterFailure, waitMsOf } from '../../domain/keys/failure-limits.ts'
import type { FailureLog } from '../../ports/keys.ts'

/** Most counters; beyond it, the one that failed the longest ago is removed. */
export const namesMax = 20_000

/** A log without failures. */
export function memoryFailures(): FailureLog {
  const failures = boundedMap<string, readonly number[]>({ entriesMax: namesMax })
  return {
    waitMs: (counters, at) =>
      Math.max(0, ...counters.map(({ name, limit }) => waitMsOf(failures.get(name) ?? [], limit, at))),
    note: (counters, at) => {
      for (const { name, limit } of counters) {
        failures.set(name, afterFailure(failures.get(name) ?? [], limit, at))
      }
    },
  }
}
