// Summaries in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import type { Guid } from '../../../domain/guid.ts'
import type { Day, DayCounts } from '../../../domain/summary/summary.ts'
import { daysPerStepMax, type Summaries, type SummaryProgress } from '../../../ports/counts/summaries.ts'

type Organization = { readonly progress: SummaryProgress; readonly days: ReadonlyMap<Day, DayCounts> }

const unknown: Organization = { progress: { checkpoint: null, countedTo: null, version: null }, days: new Map() }

/** No summaries yet. */
export function memorySummaries(): Summaries {
  const organizations = new Map<Guid, Organization>()
  const of = (id: Guid) => organizations.get(id) ?? unknown
  const daysWhere = (id: Guid, wanted: (day: Day) => boolean) =>
    new Map([...of(id).days].filter(([day]) => wanted(day)).sort(([a], [b]) => (a < b ? -1 : 1)))

  return {
    progressOf: async (id) => of(id).progress,
    daysOf: async (id, days) => daysWhere(id, (day) => days.includes(day)),
    daysBetween: async (id, from, to) => daysWhere(id, (day) => day >= from && day <= to),
    commit: async (id, { version }, { checkpoint, countedTo, days }) => {
      if (days.size > daysPerStepMax) throw new RangeError('a step has too many days')
      const before = of(id)
      if (before.progress.version !== version) return undefined
      const progress = { checkpoint, countedTo, version: String(Number(version ?? 0) + 1) }
      organizations.set(id, { progress, days: new Map([...before.days, ...days]) })
      return progress
    },
    startAnew: async (id) => {
      const version = String(Number(of(id).progress.version ?? 0) + 1)
      organizations.set(id, { progress: { checkpoint: null, countedTo: null, version }, days: new Map() })
    },
    check: async () => {},
  }
}
