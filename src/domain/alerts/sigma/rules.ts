// A parsed rule: plain data without offsets, unions by `kind`, durations in milliseconds. Pure.

import type { Network } from '../../addresses.ts'
import type { EventCategory } from '../../events/event-types.ts'
import type { Guid } from '../../guid.ts'
import type { ExceptedEvents } from '../exceptions/conditions.ts'
import type { Pattern } from './patterns/wildcards.ts'

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof levels)[number]
export const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const
type Status = (typeof statuses)[number]

/** What every rule has. `id` is the document's, else it follows from the name, else from the title. */
export type RuleHead = {
  readonly id: Guid
  readonly title: string
  readonly name?: string
  readonly description?: string
  readonly level: Level
  readonly status?: Status
  readonly author?: string
  readonly date?: string
  readonly modified?: string
  readonly license?: string
  readonly tags: readonly string[]
  readonly references: readonly string[]
  readonly falsePositives: readonly string[]
  /** Fields that its author wants shown with an alert. */
  readonly fields: readonly string[]
  /** How long an alert of one group key suppresses the next: the length of its suppression window. */
  readonly repeatMs: number
  /** What to do when it alerts. */
  readonly response?: string
  /** Whether it is evaluated at all; false: off until it is switched on. */
  readonly enabled: boolean
  /** Present: it cannot be switched off or set, as it watches over alerting itself. */
  readonly takesNoSettings?: true
  /** Whether a match is an alert; false for a rule that only serves correlations without `generate: true`. */
  readonly alerts: boolean
  /** What its matches give to a sum of risk. */
  readonly risk?: Risk
}

/**
 * The `points` of each match, or of each value of `field` on a day (UTC), from the match of this number on (from 1); at most
 * `dayMax` on one day, and `pointsMax` in a sum.
 */
export type Risk = {
  readonly points: number
  readonly from: number
  readonly dayMax: number
  readonly pointsMax: number
  readonly field?: string
}

/** A rule over one event. */
export type EventRule = RuleHead & {
  readonly kind: 'event'
  /** Only events of this category, if given (`logsource.category`). */
  readonly category?: EventCategory
  readonly selections: ReadonlyMap<string, Selection>
  readonly condition: Condition
  /** Items that are critical to this rule, beside those that the directory calls critical. */
  readonly items: readonly Guid[]
  /** What decides when its hours, weekdays and off hours are; absent if it does not look at them. */
  readonly hours?: string
  /** What an organization excepted: events that match, and are not counted. Absent: none. */
  readonly exceptions?: readonly ExceptedEvents[]
}

/** Any of its maps; of a map, every test. */
export type Selection = readonly (readonly FieldTest[])[]

/** One line of a selection: any or all of its operands hold of the field; the opposite of that if negated (`neq`). */
export type FieldTest = {
  readonly field: string
  readonly join: 'any' | 'all'
  readonly negated: boolean
  readonly operands: readonly Operand[]
}

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

/** What a field is held against. */
export type Operand =
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: 'exactly'; readonly value: number | boolean | null }
  | { readonly kind: 'comparison'; readonly operator: Comparison; readonly value: number }
  | { readonly kind: 'expression'; readonly source: string; readonly flags: readonly ExpressionFlag[] }
  | { readonly kind: 'network'; readonly network: Network }
  | { readonly kind: 'field'; readonly field: string; readonly cased: boolean }
  | { readonly kind: 'existence'; readonly expected: boolean }
  /** Any value of an organization's list of this name (`expand`), as networks under `cidr`; nothing until its values are put in. */
  | { readonly kind: 'list'; readonly name: string; readonly networks: boolean }

/** A line of a rule document that names a list of values (`expand`). Line and column count from 1; `member` is its dotted path. */
export type ListUse = {
  readonly line: number
  readonly column: number
  readonly member: string
  /** The list's name, and the field that it is compared with. */
  readonly name: string
  readonly field: string
}

/** i: either case; m: `^` and `$` at every line; s: `.` is also a newline. */
export const expressionFlags = ['i', 'm', 's'] as const
export type ExpressionFlag = (typeof expressionFlags)[number]

/** When an event matches, by the names of selections. `1 of` and `all of` are already written out. */
export type Condition =
  | { readonly kind: 'selection'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }

/** A rule over the matches of other rules of its document. */
export type CorrelationRule = RuleHead & {
  readonly kind: 'correlation'
  /** Ids of the rules it is about, in the order they are written. */
  readonly rules: readonly Guid[]
  /** These rules themselves, in the same order. */
  readonly correlated: readonly Rule[]
  /** The fields of the group key; none: all matches of an organization have the same. */
  readonly groupBy: readonly FieldRole[]
  readonly timespanMs: number
  readonly correlation: Correlation
}

/** A field that may go by another name in the events of each rule (`aliases`); `fields` has every rule in `rules`. */
export type FieldRole = { readonly name: string; readonly fields: ReadonlyMap<Guid, string> }

/**
 * What a group's matches within `timespanMs` must amount to.
 * - event-count: their number; value-count: the different values of a field in them
 * - temporal: how many of the rules matched; ordered: in the order of `rules`
 * - abnormal-rate (extension): their number is at least `countMin`, and more than `sensitivity` standard deviations above
 *   what the group's last `baselineMs` lead to expect at this hour of the week
 * - risk (extension): the sum of points that their rules give
 * - absence (extension): a group that matched before did not match for that long
 */
export type Correlation =
  | { readonly kind: 'event-count'; readonly count: readonly CountBound[] }
  | { readonly kind: 'value-count'; readonly field: FieldRole; readonly count: readonly CountBound[] }
  | { readonly kind: 'temporal'; readonly ordered: boolean; readonly count: readonly CountBound[] }
  | { readonly kind: 'abnormal-rate'; readonly countMin: number; readonly sensitivity: number }
  | { readonly kind: 'risk'; readonly count: readonly CountBound[] }
  | { readonly kind: 'absence' }

export const countOperators = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const
export type CountOperator = (typeof countOperators)[number]
/** A bound on a count; several are met together. */
export type CountBound = { readonly operator: CountOperator; readonly value: number }

/** The length of the baseline that a rate is compared with. */
export const baselineMs = 28 * 86_400_000

export type Rule = EventRule | CorrelationRule

/** The rules of one text; every rule stands behind those it refers to, else as they were written. */
export type RuleSet = readonly Rule[]

/** Whether a count keeps all of these bounds. */
export const countHolds = (bounds: readonly CountBound[], count: number): boolean =>
  bounds.every(({ operator, value }) => countTests[operator](count, value))

const countTests: Readonly<Record<CountOperator, (count: number, value: number) => boolean>> = {
  gt: (count, value) => count > value,
  gte: (count, value) => count >= value,
  lt: (count, value) => count < value,
  lte: (count, value) => count <= value,
  eq: (count, value) => count === value,
  neq: (count, value) => count !== value,
}
