// EvaluationSchedule in memory: for tests and for trying things out.
import type { HealthCheck } from '../../ports/health-check.ts'
import type { EvaluationSchedule, ScheduledEvaluation, ScheduleEntry } from '../../ports/schedule.ts'
import { timeKey } from '../ordering/alerts.ts'

const keyOf = ({ at, organizationId }: ScheduledEvaluation): string => `${timeKey(at)}__${organizationId}`

/** Nothing is due yet. */
export function memorySchedule(): EvaluationSchedule & HealthCheck {
  const stored = new Map<string, ScheduleEntry>()
  let versions = 0
  return {
    add: async ({ organizationId, at }) => {
      versions += 1
      const entry = { organizationId, at, version: String(versions) }
      stored.set(keyOf(entry), entry)
      return entry
    },
    due: async (at, limit) =>
      [...stored]
        .filter(([, entry]) => entry.at <= at)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, entry]) => entry),
    cancel: async (entries) => {
      for (const entry of entries) if (stored.get(keyOf(entry))?.version === entry.version) stored.delete(keyOf(entry))
    },
    check: async () => {},
  }
}
