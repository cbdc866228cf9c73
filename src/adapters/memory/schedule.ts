// EvaluationSchedule in memory: for tests and for trying things out.

import type { EvaluationSchedule, ScheduledEvaluation, ScheduleEntry } from '../../ports/alerts/schedule.ts'
import type { HealthCheck } from '../../ports/health-check.ts'
import { checkTime } from '../preconditions/times.ts'

const keyOf = ({ at, organizationId }: ScheduledEvaluation): string => `${at} ${organizationId}`

/** Nothing is due yet. */
export function memorySchedule(): EvaluationSchedule & HealthCheck {
  const stored = new Map<string, ScheduleEntry>()
  let versions = 0
  return {
    add: async ({ organizationId, at }) => {
      checkTime(at)
      versions += 1
      const entry = { organizationId, at, version: String(versions) }
      stored.set(keyOf(entry), entry)
      return entry
    },
    due: async (at, limit) =>
      [...stored.values()]
        .filter((entry) => entry.at <= at)
        .sort((a, b) => a.at - b.at || (a.organizationId < b.organizationId ? -1 : 1))
        .slice(0, limit),
    cancel: async (entries) => {
      for (const entry of entries) if (stored.get(keyOf(entry))?.version === entry.version) stored.delete(keyOf(entry))
    },
    check: async () => {},
  }
}
