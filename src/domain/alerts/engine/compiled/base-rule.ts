// A rule over events as a correlation uses it. Pure data.
import type { Guid } from '../../../guid.ts'

/** A rule whose matches a correlation counts. */
export type BaseRule = {
  readonly ruleId: Guid
  /** Index among the rules of the correlation, from 0. */
  readonly position: number
  /** The tag of its matches: the position as one character; in a chained correlation, a hash of the value may follow. */
  readonly tag: string
  /** The field of each group-by name in the events of this rule. */
  readonly groupFields: readonly string[]
  /** The field whose values are counted, for the measure `values` of the correlation or of the step that it is for. */
  readonly valueField?: string
}
