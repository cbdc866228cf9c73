// Wakes in memory: for tests and for trying things out.
import type { Checked, Wake, Wakes } from '../ports.ts'
import { timeKey } from './alert-keys.ts'

const keyOf = ({ at, organizationId }: Wake): string => `${timeKey(at)}__${organizationId}`

/** Nothing is due yet. */
export function memoryWakes(): Wakes & Checked {
  const noted = new Map<string, Wake>()
  return {
    note: async (wake) => {
      noted.set(keyOf(wake), wake)
    },
    due: async (at, limit) =>
      [...noted]
        .filter(([, wake]) => wake.at <= at)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, wake]) => wake),
    forget: async (wakes) => {
      for (const wake of wakes) noted.delete(keyOf(wake))
    },
    check: async () => {},
  }
}
