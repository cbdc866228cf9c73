// What the engine says: alerts that are new, alerts that changed, groups that fell quiet. Ids follow from content. Pure.

import * as v from 'valibot'
import { type Guid, guidOfContent, parseGuid } from '../../guid.ts'
import { type Instant, instantAt } from '../../instant.ts'
import { quietMsOf, type RecordChange } from './groups.ts'
import { layouts } from './limits.ts'
import type { Watch } from './watches.ts'

/** The values of the group-by members of an alert, in lower case and in the order of the rule. */
export type GroupValue = { readonly name: string; readonly value: string }

/** One alert: everything a rule said of one group in one cell of its repeat. Dates to the millisecond. */
export type Alert = {
  /** Stands for rule, group and cell. */
  readonly id: Guid
  readonly ruleId: Guid
  readonly group: readonly GroupValue[]
  /** The first and last date at which the rule spoke. */
  readonly from: Instant
  readonly to: Instant
  /** The highest count in a window; with `atLeast`, it may have been higher. */
  readonly peak: number
  readonly atLeast: boolean
  /** At how many more dates than the first the rule spoke. */
  readonly heldBack: number
  /** The date of the first event that the first speaking window counted; the last event's is `to`. */
  readonly firstEventAt: Instant
  /** The first events of the windows that spoke, and the last; none where a rule counts too many to keep their ids. */
  readonly sampleIds: readonly Guid[]
  readonly lastEventId: Guid | null
}

/** A group fell quiet at `at`: it had spoken last at `spokeTo`, in the alert `alertId`. */
export type Resolved = {
  readonly id: Guid
  readonly ruleId: Guid
  readonly group: readonly GroupValue[]
  readonly alertId: Guid
  readonly spokeTo: Instant
  readonly at: Instant
}

/** What a caller stores; storing a change twice is storing it once, as each is whole and has its id. */
export type Change =
  | { readonly kind: 'raised' | 'updated'; readonly alert: Alert }
  | { readonly kind: 'resolved'; readonly resolved: Resolved }

/** A change of a record as callers see it. */
export function alertChange(watch: Watch, key: string, { kind, record }: RecordChange): Change {
  const alert: Alert = {
    id: alertId(watch, key, record.cell),
    ruleId: watch.ruleId,
    group: groupValues(watch, key),
    from: instantAt(record.from),
    to: instantAt(record.to),
    peak: record.peak,
    atLeast: record.peak >= layouts[watch.layout].windowMatchesMax,
    heldBack: record.spoke - 1,
    firstEventAt: instantAt(record.first),
    // What the compact layout keeps is no id.
    sampleIds: record.samples.flatMap((id) => parseGuid(id) ?? []),
    lastEventId: parseGuid(record.last) ?? null,
  }
  return { kind, alert }
}

/** The notice that a group which spoke last at `spokeTo`, in Unix ms, fell quiet. */
export function resolvedChange(watch: Watch, key: string, spokeTo: number): Change {
  const resolved: Resolved = {
    id: guidOfContent('resolved', watch.ruleId, key, spokeTo),
    ruleId: watch.ruleId,
    group: groupValues(watch, key),
    alertId: alertId(watch, key, Math.floor(spokeTo / watch.repeatMs)),
    spokeTo: instantAt(spokeTo),
    at: instantAt(spokeTo + quietMsOf(watch)),
  }
  return { kind: 'resolved', resolved }
}

const alertId = ({ ruleId }: Watch, key: string, cell: number): Guid => guidOfContent(ruleId, key, cell)

const Key = v.pipe(v.string(), v.parseJson(), v.array(v.string()))

/** The key of a group: its values, written one way only. */
export const keyOf = (values: readonly string[]): string => JSON.stringify(values)

const groupValues = ({ groupBy }: Watch, key: string): GroupValue[] => {
  const values = v.parse(Key, key)
  return groupBy.map((name, index) => ({ name, value: values[index] ?? '' }))
}
