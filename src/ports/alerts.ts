// The port of alerts and of the evaluation that raises them.
import type { Acknowledgement, AlertQuery, StoredAlert } from '../domain/alerts/alert.ts'
import type { Guid } from '../domain/guid.ts'
import type { Instant } from '../domain/instant.ts'
import type { Cursor } from '../domain/log/cursor.ts'
import type { EvaluationStep, Progress, StateEntry } from './evaluation-state.ts'
import type { HealthCheck } from './health-check.ts'

/** Alerts found by a list, and where it goes on; null when nothing is left. */
export type AlertPage = { readonly alerts: readonly StoredAlert[]; readonly next: Cursor | null }

/** The alerts of every organization, and what their evaluation must remember. */
export type AlertStore = HealthCheck & {
  /**
   * How far the evaluation is; of an unknown organization, a progress with nulls and an empty metadata. Throws `Damaged` where the place
   * cannot be read, until `startAnew`.
   */
  readonly progressOf: (organizationId: Guid) => Promise<Progress>
  /**
   * Forgets the place and everything that is kept, so that nothing is counted twice when events are evaluated again; alerts stay. No
   * step is stored whose progress was read before. Repeat it when `progressOf` still throws `Damaged`, as after a failure.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
  /** The texts kept under these names; unknown names, and texts that cannot be read, are left out. */
  readonly keptUnder: (organizationId: Guid, names: readonly string[]) => Promise<ReadonlyMap<string, StateEntry>>
  /** Names whose text is due at this time (Unix ms) or before, with that text, earliest first, `limit` at most. */
  readonly keptDue: (
    organizationId: Guid,
    at: number,
    limit: number,
  ) => Promise<readonly (StateEntry & { readonly name: string })[]>
  /** When the earliest text is due (Unix ms); undefined without any. */
  readonly nextDue: (organizationId: Guid) => Promise<number | undefined>
  /** Every name that begins so, with the time it is due, those left out for which that cannot be read; for rare cases, as it may be long. */
  readonly namesKept: (
    organizationId: Guid,
    prefix: string,
  ) => Promise<readonly { readonly name: string; readonly dueAt: number }[]>
  /**
   * Stores what a step came to and resolves to the progress after it: first the alerts, then the texts, and the progress
   * only with the last of them, so that a step that was cut short is made again in full. Undefined when another evaluation
   * stored a step since `progress` was read: then nothing is stored, or, of a step too large to be stored at once, a first
   * part that the other one has read. An alert that is there keeps its acknowledgement. Throws a TypeError or a RangeError,
   * and stores nothing, for a step that no store can keep (see `Kept`).
   */
  readonly commit: (organizationId: Guid, progress: Progress, step: EvaluationStep) => Promise<Progress | undefined>
  /**
   * The alerts a query asks for, newest first by when they began as they were first stored, from after `after` on: `limit` at most, maybe
   * fewer or, of a query with filters, none while `next` is there: reading ends after a bounded number of alerts. Those that cannot be read are
   * left out. Undefined when `after` is no position.
   */
  readonly list: (
    organizationId: Guid,
    query: AlertQuery,
    now: Instant,
    limit: number,
    after: Cursor | null,
  ) => Promise<AlertPage | undefined>
  /** One alert; undefined when the organization has none of this id. Throws `Damaged` for one that cannot be read. */
  readonly find: (organizationId: Guid, id: Guid) => Promise<StoredAlert | undefined>
  /** Notes that somebody knows of an alert, once: the first acknowledgement that can be read stays. Otherwise as `find`. */
  readonly acknowledge: (organizationId: Guid, id: Guid, by: Acknowledgement) => Promise<StoredAlert | undefined>
}
