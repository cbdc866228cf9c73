// Wakes in memory: for tests and for trying things out.
import type { Checked } from '../../ports/health-check.ts'
import type { NotedWake, Wake, Wakes } from '../../ports/schedule.ts'
import { timeKey } from '../ordering/alerts.ts'

const keyOf = ({ at, organizationId }: Wake): string => `${timeKey(at)}__${organizationId}`

/** Nothing is due yet. */
export function memoryWakes(): Wakes & Checked {
  const noted = new Map<string, NotedWake>()
  let versions = 0
  return {
    note: async ({ organizationId, at }) => {
      versions += 1
      const wake = { organizationId, at, version: String(versions) }
      noted.set(keyOf(wake), wake)
      return wake
    },
    due: async (at, limit) =>
      [...noted]
        .filter(([, wake]) => wake.at <= at)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, wake]) => wake),
    forget: async (wakes) => {
      for (const wake of wakes) if (noted.get(keyOf(wake))?.version === wake.version) noted.delete(keyOf(wake))
    },
    check: async () => {},
  }
}
