// What the engine says: alerts that are new, alerts that changed, groups that fell quiet. Ids follow from content. Pure.
import * as v from 'valibot'
import { Guid, guidOfContent, parseGuid } from '../../guid.ts'
import { type Instant, instantAt } from '../../instant.ts'
import type { Watch } from './correlation.ts'
import { layouts } from './limits.ts'
import type { CellRecord } from './suppression.ts'

/** The values of the group-by members of an alert, in lower case and in the order of the rule. */
export type GroupValue = { readonly name: string; readonly value: string }

/** An event that an alert names. */
export type AlertSample = { readonly id: Guid; readonly date: Instant }

/** One alert: everything a rule said of one group in one cell of its repeat, or of one absence. Dates to the millisecond. */
export type Alert = {
  /** Stands for rule (its revision), group and cell. */
  readonly id: Guid
  readonly ruleId: Guid
  readonly group: readonly GroupValue[]
  /** The first and last date at which the rule spoke. */
  readonly from: Instant
  readonly to: Instant
  /** The highest count in a window; with `atLeast`, it may have been higher. 0 for an absence. */
  readonly count: number
  readonly atLeast: boolean
  /** The least count that would have spoken at `from`; 1 for an absence. */
  readonly threshold: number
  /** At how many more dates than the first the rule spoke. */
  readonly suppressedCount: number
  /** The date of the first event that the first speaking window counted; the last event's is `to`. For an absence, the last event's. */
  readonly firstEventAt: Instant
  /** When it is over unless the rule speaks again; the end of an absence, null while it lasts. */
  readonly endsAt: Instant | null
  /** The first events of the windows that spoke, and the last; none where a rule counts too many to keep their ids. */
  readonly samples: readonly AlertSample[]
  readonly lastEventId: Guid | null
}

/** A group fell quiet, or an absence ended, at `at`: the rule had spoken last at `spokeTo`, in the alert `alertId`. */
export type Resolved = {
  readonly id: Guid
  readonly ruleId: Guid
  readonly group: readonly GroupValue[]
  readonly alertId: Guid
  readonly lastFiredAt: Instant
  readonly at: Instant
}

/** What a caller stores; storing a change twice is storing it once, as each is whole and has its id. */
export type Change =
  | { readonly kind: 'raised' | 'updated'; readonly alert: Alert }
  | { readonly kind: 'resolved'; readonly resolved: Resolved }

/**
 * A change as groups know it, in Unix ms. A record is new, or says something else than before; or what was said last at
 * `spokeTo`, in the record that starts at `start`, is over.
 */
export type GroupChange =
  | { readonly kind: 'raised' | 'updated'; readonly record: CellRecord; readonly endsAt: number | null }
  | { readonly kind: 'resolved'; readonly start: number; readonly spokeTo: number; readonly at: number }

/** A change of a group as callers see it. */
export function changeOf(watch: Watch, key: string, change: GroupChange): Change {
  const { ruleId, revision } = watch
  const group = groupValues(watch, key)
  if (change.kind === 'resolved') {
    const { start, spokeTo } = change
    const id = guidOfContent('resolved', revision, key, spokeTo)
    const alertId = guidOfContent(start, revision, key)
    const resolved = { id, ruleId, group, alertId, lastFiredAt: instantAt(spokeTo), at: instantAt(change.at) }
    return { kind: 'resolved', resolved }
  }
  const { record, endsAt } = change
  const alert: Alert = {
    id: guidOfContent(record.start, revision, key),
    ruleId,
    group,
    from: instantAt(record.from),
    to: instantAt(record.to),
    count: record.peak,
    atLeast: record.peak >= layouts[watch.layout].windowMatchesMax,
    threshold: record.threshold,
    suppressedCount: record.spoke - 1,
    firstEventAt: instantAt(record.first),
    endsAt: endsAt === null ? null : instantAt(endsAt),
    samples: record.samples.map(({ id, at }) => ({ id: v.parse(Guid, id), date: instantAt(at) })),
    // What the compact layout keeps is no id.
    lastEventId: parseGuid(record.last) ?? null,
  }
  return { kind: change.kind, alert }
}

const Key = v.pipe(v.string(), v.parseJson(), v.array(v.string()))

/** The key of a group: its values, written one way only. */
export const keyOf = (values: readonly string[]): string => JSON.stringify(values)

const groupValues = ({ groupBy }: Watch, key: string): GroupValue[] => {
  const values = v.parse(Key, key)
  return groupBy.map((name, index) => ({ name, value: values[index] ?? '' }))
}
