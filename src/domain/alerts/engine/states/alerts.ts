// The output of the engine: alerts that are new, changed or resolved. Ids follow from content. Pure.
import * as v from 'valibot'
import { Guid, guidOfContent, parseGuid } from '../../../guid.ts'
import { type Instant, instantAt } from '../../../instant.ts'
import type { CompiledCorrelation } from '../compiled/correlation.ts'
import { layouts } from '../compiled/limits.ts'
import type { RiskPart } from '../compiled/risk-sum.ts'
import type { Firing } from './firing.ts'

/** A group-by name of the rule and its value in the alert's group key, in lower case. */
type GroupValue = { readonly name: string; readonly value: string }

/** An event that an alert lists. */
type AlertSample = { readonly id: Guid; readonly date: Instant }

/** One alert: all firings of a rule for one group key in one suppression window, or one absence. Dates to the millisecond. */
export type Alert = {
  /** Follows from the rule (its revision), the group key and the start of the suppression window. */
  readonly id: Guid
  readonly ruleId: Guid
  /** In the order of the rule. */
  readonly group: readonly GroupValue[]
  /** The first and last date at which the rule fired. */
  readonly from: Instant
  readonly to: Instant
  /** The highest count in a window; with `atLeast`, it may have been higher. 0 for an absence. */
  readonly count: number
  readonly atLeast: boolean
  /** The least count that would have fired at `from`; 1 for an absence. */
  readonly threshold: number
  /** At how many more dates than the first the rule fired. */
  readonly suppressedCount: number
  /** The date of the first event in the first window that fired; the last event's is `to`. For an absence, the last event's. */
  readonly firstEventAt: Instant
  /** When the alert resolves unless the rule fires again; the end of an absence, null while it lasts. */
  readonly endsAt: Instant | null
  /** The first events of the windows that fired, and the last; none where a rule counts too many to store their ids. */
  readonly samples: readonly AlertSample[]
  readonly lastEventId: Guid | null
  /** Of points: how many came from which rule when they were most, the most first. */
  readonly points?: readonly PointsOfRule[]
}

/** How many points came from a rule, by how many matches, or values by day. */
type PointsOfRule = { readonly ruleId: Guid; readonly points: number; readonly times: number }

/** A group key became inactive, or an absence ended, at `at`: the rule fired last at `lastFiredAt`, in the alert `alertId`. */
export type Resolved = {
  readonly id: Guid
  readonly ruleId: Guid
  readonly group: readonly GroupValue[]
  readonly alertId: Guid
  readonly lastFiredAt: Instant
  readonly at: Instant
}

/** What a caller stores. Each change is whole and has an id: to store it twice is to store it once. */
export type Change =
  | { readonly kind: 'raised' | 'updated'; readonly alert: Alert }
  | { readonly kind: 'resolved'; readonly resolved: Resolved }

/**
 * A change as correlation states know it, in Unix ms: a firing is new or differs from before; or the firing that starts at
 * `start` and was last at `lastFiredAt` is over.
 */
export type FiringChange =
  | { readonly kind: 'raised' | 'updated'; readonly firing: Firing; readonly endsAt: number | null }
  | { readonly kind: 'resolved'; readonly start: number; readonly lastFiredAt: number; readonly at: number }

/** A change of a firing as callers see it. */
export function changeOf(correlation: CompiledCorrelation, groupKey: string, change: FiringChange): Change {
  const { ruleId, revision } = correlation
  const group = groupValues(correlation, groupKey)
  if (change.kind === 'resolved') {
    const { start, lastFiredAt } = change
    const id = guidOfContent('resolved', revision, groupKey, lastFiredAt)
    const alertId = guidOfContent(start, revision, groupKey)
    const resolved = { id, ruleId, group, alertId, lastFiredAt: instantAt(lastFiredAt), at: instantAt(change.at) }
    return { kind: 'resolved', resolved }
  }
  const { firing, endsAt } = change
  const alert: Alert = {
    id: guidOfContent(firing.start, revision, groupKey),
    ruleId,
    group,
    from: instantAt(firing.from),
    to: instantAt(firing.to),
    count: firing.count,
    atLeast: correlation.measure !== 'risk' && firing.count >= layouts[correlation.layout].windowMatchesMax,
    threshold: firing.threshold,
    suppressedCount: firing.firedCount - 1,
    firstEventAt: instantAt(firing.first),
    endsAt: endsAt === null ? null : instantAt(endsAt),
    samples: firing.samples.map(({ id, at }) => ({ id: v.parse(Guid, id), date: instantAt(at) })),
    // The compact layout stores no ids.
    lastEventId: parseGuid(firing.last) ?? null,
    ...(firing.parts && { points: pointsOf(correlation, firing.parts) }),
  }
  return { kind: change.kind, alert }
}

const pointsOf = ({ baseRules }: CompiledCorrelation, parts: readonly RiskPart[]): PointsOfRule[] =>
  parts.flatMap(({ step, points, times }) => {
    const ruleId = baseRules[step]?.ruleId
    return ruleId ? [{ ruleId, points, times }] : []
  })

const GroupKey = v.pipe(v.string(), v.parseJson(), v.array(v.string()))

/** The group key of these values: one spelling for each. */
export const groupKeyOf = (values: readonly string[]): string => JSON.stringify(values)

const groupValues = ({ groupBy }: CompiledCorrelation, groupKey: string): GroupValue[] => {
  const values = v.parse(GroupKey, groupKey)
  return groupBy.map((name, index) => ({ name, value: values[index] ?? '' }))
}
