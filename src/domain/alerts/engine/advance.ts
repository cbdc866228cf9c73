// Events in, alerts out: one step of the engine. What it comes to depends on which events there were, not on their order. Pure.
import { createHash } from 'node:crypto'
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import type { FieldValue, FieldValues } from '../fields.ts'
import { alertChange, type Change, keyOf } from './changes.ts'
import type { Engine, Feed } from './engine.ts'
import { advanceGroup, emptyGroup, type GroupState } from './groups.ts'
import { aheadMsMax, groupsPerRuleMax, lateMsMax } from './limits.ts'
import type { Match } from './matches.ts'

/** An event with what rules may know of it. */
export type EngineEvent = { readonly id: Guid; readonly date: Instant; readonly fields: FieldValues }

/** The groups of each rule by their key. Each is stored by itself: see `serializeGroup`. */
export type EngineState = ReadonlyMap<Guid, ReadonlyMap<string, GroupState>>
export const emptyState: EngineState = new Map()

/** A group as a step left it; undefined when it was forgotten. */
export type TouchedGroup = { readonly ruleId: Guid; readonly key: string; readonly group: GroupState | undefined }

/** What was left out, and why. */
export type StepCounters = {
  /** Events over 7 days older than now, and events dated over a day ahead of it. */
  readonly lateEvents: number
  readonly aheadEvents: number
  /** Matches for dates that their flooded group settled already; some may have been counted before. */
  readonly settledMatches: number
  /** Groups forgotten because their rule has too many. */
  readonly evictedGroups: number
}

export type Step = {
  readonly state: EngineState
  /** By rule, group and date. */
  readonly changes: readonly Change[]
  /** All that a caller has to store of the state. */
  readonly touched: readonly TouchedGroup[]
  readonly counters: StepCounters
}

/**
 * Takes events in any order and any number; those that it took before change nothing. An event up to 7 days older than
 * `now` counts in the windows of its own date. The state handed in stays as it is.
 */
export function advance(engine: Engine, state: EngineState, events: readonly EngineEvent[], now: Instant): Step {
  const nowMs = millisecondsOf(now)
  const { arrived, lateEvents, aheadEvents } = matchesOf(engine, events, nowMs)
  const next = new Map(state)
  const changes: Change[] = []
  const touched: TouchedGroup[] = []
  let [settledMatches, evictedGroups] = [0, 0]
  for (const watch of engine.watches.values()) {
    const ofWatch = arrived.get(watch.ruleId)
    if (!ofWatch) continue
    const groups = new Map(state.get(watch.ruleId))
    for (const [key, matches] of [...ofWatch].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const before = groups.get(key) ?? emptyGroup
      const step = advanceGroup(watch, before, matches, nowMs)
      settledMatches += step.behind
      if (step.group === before) continue
      groups.set(key, step.group)
      touched.push({ ruleId: watch.ruleId, key, group: step.group })
      for (const change of step.changes) changes.push(alertChange(watch, key, change))
    }
    for (const key of evicted(groups)) {
      groups.delete(key)
      touched.push({ ruleId: watch.ruleId, key, group: undefined })
      evictedGroups += 1
    }
    next.set(watch.ruleId, groups)
  }
  return { state: next, changes, touched, counters: { lateEvents, aheadEvents, settledMatches, evictedGroups } }
}

/** The groups beyond the maximum: those whose newest match is the oldest, ties by key. */
function evicted(groups: ReadonlyMap<string, GroupState>): string[] {
  if (groups.size <= groupsPerRuleMax) return []
  const newest = ({ matches }: GroupState) => matches.at(-1)?.at ?? 0
  return [...groups]
    .sort(([oneKey, one], [otherKey, other]) => newest(one) - newest(other) || (oneKey < otherKey ? -1 : 1))
    .slice(0, groups.size - groupsPerRuleMax)
    .map(([key]) => key)
}

/** Matches by rule and group. */
type Arrived = Map<Guid, Map<string, Match[]>>

function matchesOf(engine: Engine, events: readonly EngineEvent[], nowMs: number) {
  const arrived: Arrived = new Map()
  let [lateEvents, aheadEvents] = [0, 0]
  for (const event of events) {
    const at = millisecondsOf(event.date)
    if (at < nowMs - lateMsMax) lateEvents += 1
    else if (at > nowMs + aheadMsMax) aheadEvents += 1
    else for (const feed of engine.feedsOf(event.fields)) takeMatch(arrived, feed, event, at)
  }
  return { arrived, lateEvents, aheadEvents }
}

function takeMatch(arrived: Arrived, { watch, source }: Feed, { id, fields }: EngineEvent, at: number) {
  const values: string[] = []
  for (const field of source.groupFields) {
    const value = fields[field] ?? null
    if (value === null) return
    values.push(folded(value))
  }
  const match = matchFrom({ watch, source }, id, fields, at)
  if (!match) return
  const ofWatch = arrived.get(watch.ruleId) ?? new Map<string, Match[]>()
  arrived.set(watch.ruleId, ofWatch)
  const key = keyOf(values)
  const ofGroup = ofWatch.get(key)
  if (ofGroup) ofGroup.push(match)
  else ofWatch.set(key, [match])
}

/** What a group keeps of an event; nothing where values are counted and it has none. */
function matchFrom({ watch, source }: Feed, id: Guid, fields: FieldValues, at: number): Match | undefined {
  const compact = watch.layout === 'compact'
  switch (watch.measure) {
    case 'events':
      return { at, id: compact ? shortHash(id) : id, tag: '' }
    case 'values': {
      const value = fields[source.valueField ?? ''] ?? null
      return value === null ? undefined : { at, id: compact ? '' : id, tag: shortHash(folded(value)) }
    }
    case 'rules':
    case 'sequence':
      return { at, id, tag: source.position.toString(36) }
  }
}

const folded = (value: Exclude<FieldValue, null>): string => String(value).toLowerCase()

/** 48 bits that stand for a text, as 8 characters. */
const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 8)
