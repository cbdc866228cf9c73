// The port of what an organization's evaluation keeps between its steps: its progress, and the state entries of rules and users.
import type { AlertRecord } from '../../domain/alerts/alert.ts'
import type { IncidentRecord } from '../../domain/alerts/incidents/incident.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'

/** How far the evaluation of an organization has come. */
export type Progress = {
  /** The cursor in the organization's feed up to which every event is evaluated; null: none is. */
  readonly checkpoint: Cursor | null
  /** What the evaluator wants to know at its next step: up to `stateCharsMax`; null: it cannot be read. */
  readonly metadata: string | null
  /** Distinguishes one state of the progress from the next, in the store's own terms; null: there is no progress yet. */
  readonly version: string | null
}

/** Longest text of a state entry, in UTF-16 units. */
export const stateCharsMax = 30_000

/** Longest name of a state entry; names consist of letters, digits and `_ = . -`. */
export const stateNameCharsMax = 400

/** A text that evaluation stores under a name; `dueAt` is when it must be looked at again (Unix ms, whole, from 1970 on). */
export type StateEntry = { readonly text: string; readonly dueAt: number }

/** A state entry with its name. */
export type NamedStateEntry = StateEntry & { readonly name: string }

/** A change of a state entry: `before` as it was read after the progress was; without `after` the entry is deleted. */
export type StateChange = {
  readonly name: string
  readonly before: StateEntry | undefined
  readonly after: StateEntry | undefined
}

/** The result of evaluating some events. No name, no alert and no incident is in it twice. */
export type EvaluationStep = {
  readonly checkpoint: Cursor | null
  readonly metadata: string
  readonly entries: readonly StateChange[]
  /** Alerts that are new or have changed, each whole. */
  readonly alerts: readonly AlertRecord[]
  /** Incidents that are new or have changed, each whole as evaluation has it; the `begunAt` of one never changes. */
  readonly incidents: readonly IncidentRecord[]
}

/** The evaluation state of every organization. */
export type EvaluationState = {
  /**
   * How far the evaluation has come; nulls and empty metadata for an unknown organization. Throws `Damaged` where the
   * checkpoint cannot be read, until `startAnew`.
   */
  readonly progressOf: (organizationId: Guid) => Promise<Progress>
  /**
   * Deletes the checkpoint and every state entry, so that nothing is counted twice when events are evaluated again; alerts
   * and incidents stay. A step whose progress was read before is refused. Repeat it while `progressOf` throws `Damaged`, as after a failure.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
  /** The entries of these names, without unknown names and entries that cannot be read. */
  readonly entriesNamed: (organizationId: Guid, names: readonly string[]) => Promise<ReadonlyMap<string, StateEntry>>
  /** The entries that are due at this time (Unix ms) or before, earliest first, `limit` at most. */
  readonly dueEntries: (organizationId: Guid, at: number, limit: number) => Promise<readonly NamedStateEntry[]>
  /** When the earliest entry is due (Unix ms); undefined without any. */
  readonly nextDueAt: (organizationId: Guid) => Promise<number | undefined>
  /**
   * Every name with this prefix and when its entry is due, without those for which that cannot be read; for rare cases, as
   * the list may be long.
   */
  readonly entryNames: (
    organizationId: Guid,
    prefix: string,
  ) => Promise<readonly Pick<NamedStateEntry, 'name' | 'dueAt'>[]>
  /**
   * Stores a step and resolves to the progress after it: first the incidents, then the alerts, then the entries, each in the
   * step's order, and the progress only with the last of them, so that a step that was cut short is made again in full. Undefined when another evaluation stored a step
   * since `progress` was read: then nothing is stored, or, of a step too large to be stored at once, a first part that the
   * other evaluation has read. A stored alert keeps its acknowledgement, and a stored incident what people did to it. Throws a TypeError or a RangeError, and stores
   * nothing, for a step beyond the limits of names, texts and times.
   */
  readonly commit: (organizationId: Guid, progress: Progress, step: EvaluationStep) => Promise<Progress | undefined>
}
