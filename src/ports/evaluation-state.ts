// The state that the evaluation of an organization keeps between its steps.
import type { AlertRecord } from '../domain/alerts/alert.ts'
import type { Cursor } from '../domain/log/cursor.ts'

/** How far the evaluation of an organization is. Opaque but for what the evaluator put in. */
export type Progress = {
  /** The place in the organization's feed up to which every event is evaluated; null: nothing is. */
  readonly place: Cursor | null
  /** Whatever the evaluator wants to know next time: up to `stateCharsMax`; null: it cannot be read. */
  readonly memo: string | null
  /** What tells one state of the progress from the next, in the words of the store; null: there is none yet. */
  readonly version: string | null
}

/** Longest text that is kept, in UTF-16 units. */
export const stateCharsMax = 30_000

/** Longest name that a text is kept under; it has letters, digits and `_ = . -` alone. */
export const stateNameCharsMax = 400

/** A text that evaluation keeps under a name; `dueAt` is when it must be looked at (Unix ms, whole, from 1970 on). */
export type StateEntry = { readonly text: string; readonly dueAt: number }

/** What becomes of a kept text: `before` as it was read after the progress was, `after` absent to forget it. */
export type StateChange = {
  readonly name: string
  readonly before: StateEntry | undefined
  readonly after: StateEntry | undefined
}

/** What evaluating some events came to. No name and no alert is in it twice. */
export type EvaluationStep = {
  readonly place: Cursor | null
  readonly memo: string
  readonly kept: readonly StateChange[]
  /** Alerts that are new or say something else than before, each whole. */
  readonly alerts: readonly AlertRecord[]
}
