// The port of daily summaries.
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { Day, DayCounts } from '../../domain/summary/summary.ts'
import type { HealthCheck } from '../health-check.ts'

/** How far the events of an organization are counted. */
export type SummaryProgress = {
  /** The cursor of the organization's feed up to which every event is counted; null: none is. */
  readonly checkpoint: Cursor | null
  /** When the last counted event was stored (Unix ms); null: none is. */
  readonly countedTo: number | null
  /** The version of this progress, opaque to all but the store; null: nothing is stored yet. */
  readonly version: string | null
}

/** Most days of one step: they and the progress go into one transaction of 100 rows. */
export const daysPerStepMax = 90

/** The days that some events fall on, each with all its counts. */
export type SummaryStep = {
  readonly checkpoint: Cursor
  readonly countedTo: number
  readonly days: ReadonlyMap<Day, DayCounts>
}

/**
 * The daily summaries of every organization. If a day or the progress is unreadable, everything but `commit` throws `Damaged`
 * until `startAnew`, after which the organization's events are counted again from the feed.
 */
export type Summaries = HealthCheck & {
  /** An organization's progress; with nulls if it is unknown. */
  readonly progressOf: (organizationId: Guid) => Promise<SummaryProgress>
  /** These days of an organization as counted; skips days without an event. */
  readonly daysOf: (organizationId: Guid, days: readonly Day[]) => Promise<ReadonlyMap<Day, DayCounts>>
  /** Every day of a range, both ends included, earliest first; skips days without an event. */
  readonly daysBetween: (organizationId: Guid, from: Day, to: Day) => Promise<ReadonlyMap<Day, DayCounts>>
  /**
   * Stores a step atomically and resolves to the progress after it. Undefined, and nothing stored, if another step was stored
   * since `progress` was read; so days read after the progress are unchanged when this succeeds. After a failure, the step is
   * stored or not, as the progress shows. Throws a RangeError for more than `daysPerStepMax` days, and `EntryTooLarge` for
   * days that are too large together; one day never is.
   */
  readonly commit: (
    organizationId: Guid,
    progress: SummaryProgress,
    step: SummaryStep,
  ) => Promise<SummaryProgress | undefined>
  /**
   * Deletes an organization's days and its progress, so that counting begins with the feed's first event; `commit` stores no
   * step over a progress that was read before. Repeat this if it fails, or if `progressOf` still throws `Damaged`.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
}
