// Advances the engine: matches or time in, alerts out. The result depends on which events there were, not on their order. Pure.
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import { finished, type Work } from '../../steps.ts'
import type { Engine } from './compiled/engine.ts'
import type { PageMatches } from './match.ts'
import { type Change, changeOf, type FiringChange } from './states/alerts.ts'
import {
  advanceState,
  type CorrelationState,
  type EngineState,
  expireState,
  type StateKey,
  stateWith,
  type TouchedState,
} from './states/state.ts'

/** What was not counted in windows, and why. */
export type StepCounters = {
  /** Events over 7 days older than their arrival, which only rates learn from; and events dated over a day past it. */
  readonly lateEvents: number
  readonly aheadEvents: number
  /** Matches dated up to the watermark of their state; some may have been counted before. */
  readonly behindWatermark: number
  /** Dates at which a rate reached its minimum while it was still learning. */
  readonly learning: number
  /** Dates at which a rate reached its minimum, but its threshold is more than a window counts. */
  readonly unreachable: number
}

/** The counters of no step, and the sum of two. */
export const noCounters: StepCounters = {
  lateEvents: 0,
  aheadEvents: 0,
  behindWatermark: 0,
  learning: 0,
  unreachable: 0,
}
export const addCounters = (one: StepCounters, other: StepCounters): StepCounters => ({
  lateEvents: one.lateEvents + other.lateEvents,
  aheadEvents: one.aheadEvents + other.aheadEvents,
  behindWatermark: one.behindWatermark + other.behindWatermark,
  learning: one.learning + other.learning,
  unreachable: one.unreachable + other.unreachable,
})

type Step = {
  /** The given state with the touched states in it; made when it is read. */
  readonly state: EngineState
  /** By rule, group key and date; no alert twice. */
  readonly changes: readonly Change[]
  /** The part of the state that a caller has to store. */
  readonly touched: readonly TouchedState[]
  readonly counters: StepCounters
}

/** The states that `advance` reads for these matches, each once; one that is missing is new. */
export const statesNeeded = ({ correlations }: PageMatches): readonly StateKey[] =>
  correlations.flatMap(({ correlation: { ruleId }, groups }) => groups.map(({ groupKey }) => ({ ruleId, groupKey })))

/**
 * Takes matches of events in any order and any number; those that were taken before change nothing. An event that arrived up
 * to 7 days after its date counts in the windows of its date; from a later one only rates learn. The latest arrival decides
 * what may be dropped. The given state stays as it is.
 */
export const advance = (state: EngineState, page: PageMatches): Step => finished(advancing(state, page))

/** How many group keys are one step of work. */
const groupKeysPerStep = 8

/** The same as work: a few group keys a step. */
export function* advancing(state: EngineState, page: PageMatches): Work<Step> {
  const { correlations, latestMs, lateEvents, aheadEvents } = page
  const changes: Change[] = []
  const touched: TouchedState[] = []
  let [behindWatermark, learning, unreachable, advanced] = [0, 0, 0, 0]
  for (const { correlation, groups } of correlations) {
    const { ruleId } = correlation
    const states = state.get(ruleId)
    const fired: Fired[] = []
    for (const group of groups) {
      const { groupKey } = group
      const before = states?.get(groupKey)
      const step = advanceState(correlation, before, group, latestMs)
      behindWatermark += step.behindWatermark
      learning += step.learning
      unreachable += step.unreachable
      advanced += 1
      if (advanced % groupKeysPerStep === 0) yield
      if (step.state === before) continue
      touched.push({ ruleId, groupKey, state: step.state })
      if (step.changes.length > 0) fired.push({ groupKey, changes: step.changes })
    }
    for (const one of fired.sort(byGroupKey)) {
      for (const change of one.changes) changes.push(changeOf(correlation, one.groupKey, change))
    }
  }
  const counters = { lateEvents, aheadEvents, behindWatermark, learning, unreachable }
  return {
    get state() {
      return stateWith(state, touched)
    },
    changes,
    touched,
    counters,
  }
}

/** A group key, and how its firings changed. */
type Fired = { readonly groupKey: string; readonly changes: readonly FiringChange[] }
const byGroupKey = (one: Fired, other: Fired): number => (one.groupKey < other.groupKey ? -1 : 1)

type Expired = {
  readonly state: EngineState
  /** By id. */
  readonly changes: readonly Change[]
  readonly touched: readonly TouchedState[]
}

/**
 * Does what only time does: resolves, once, the alert of each group key that was inactive for the longer of timespan and
 * repeat; reports absences; drops states for which nothing can arrive any more, and all states of rules that are not in
 * force. States that are not due stay as they are: see `stateDueAt`.
 */
export const expire = (engine: Engine, state: EngineState, now: Instant): Expired =>
  finished(expiring(engine, state, now))

/** The same as work: a state a step. */
export function* expiring(engine: Engine, state: EngineState, now: Instant): Work<Expired> {
  const nowMs = millisecondsOf(now)
  const next = new Map<Guid, ReadonlyMap<string, CorrelationState>>()
  const changes: Change[] = []
  const touched: TouchedState[] = []
  for (const [ruleId, states] of state) {
    const correlation = engine.correlations.get(ruleId)
    const left = new Map<string, CorrelationState>()
    for (const [groupKey, before] of states) {
      const expired = correlation && expireState(correlation, before, nowMs)
      for (const change of expired?.changes ?? [])
        if (correlation) changes.push(changeOf(correlation, groupKey, change))
      const after = expired?.state
      if (after) left.set(groupKey, after)
      if (after !== before) touched.push({ ruleId, groupKey, state: after })
      yield
    }
    if (left.size > 0) next.set(ruleId, left)
  }
  return { state: next, changes: changes.sort(byId), touched }
}

const idOf = (change: Change) => (change.kind === 'resolved' ? change.resolved.id : change.alert.id)
const byId = (one: Change, other: Change) => (idOf(one) < idOf(other) ? -1 : 1)
