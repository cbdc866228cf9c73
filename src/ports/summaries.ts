// The port of daily summaries.
import type { Guid } from '../domain/guid.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { Day, DayCounts } from '../domain/summary/summary.ts'
import type { HealthCheck } from './health-check.ts'

/** How far the summaries of an organization are. */
export type SummaryProgress = {
  /** The place in the organization's feed up to which every event is counted; null: none is. */
  readonly checkpoint: Cursor | null
  /** When the last event that is counted was stored (Unix ms); null: none is. */
  readonly countedTo: number | null
  /** What tells one state of the progress from the next, in the words of the store; null: there is none yet. */
  readonly version: string | null
}

/** Most days of one step: they and the progress go into one transaction of 100 rows. */
export const daysPerStepMax = 90

/** What some events came to: the days that they are of, each whole. */
export type SummaryStep = {
  readonly checkpoint: Cursor
  readonly countedTo: number
  readonly days: ReadonlyMap<Day, DayCounts>
}

/**
 * The daily summaries of every organization. Where one of its days, or how far they are, cannot be read, everything but `commit`
 * throws `Damaged` until `startAnew`: summaries follow from the feed, and so does what was in that day.
 */
export type Summaries = HealthCheck & {
  /** How far an organization's summaries are; of an unknown one, a progress with nulls. */
  readonly progressOf: (organizationId: Guid) => Promise<SummaryProgress>
  /** These days of an organization, as they are counted; days without an event are left out. */
  readonly daysOf: (organizationId: Guid, days: readonly Day[]) => Promise<ReadonlyMap<Day, DayCounts>>
  /** Every day from one on to another, both included, earliest first; days without an event are left out. */
  readonly daysBetween: (organizationId: Guid, from: Day, to: Day) => Promise<ReadonlyMap<Day, DayCounts>>
  /**
   * Stores a step as a whole and resolves to the progress after it. Undefined when another step was stored since `progress`
   * was read: then nothing is stored. So what was read after the progress still stands when this succeeds. When it fails, the
   * step is stored or not: the progress tells. Throws a RangeError for more than `daysPerStepMax` days, and `EntryTooLarge` for days that
   * are too large together; a step of one day never is.
   */
  readonly commit: (
    organizationId: Guid,
    progress: SummaryProgress,
    step: SummaryStep,
  ) => Promise<SummaryProgress | undefined>
  /**
   * Forgets an organization's days and how far they are, so that the feed is counted from its beginning; no step is stored
   * whose progress was read before. Repeat it when `progressOf` still throws `Damaged`, as after a failure.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
}
