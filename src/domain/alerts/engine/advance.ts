// Events in, alerts out: one step of the engine. What it comes to depends on which events there were, not on their order. Pure.
import type { Guid } from '../../guid.ts'
import { finished, type Work } from '../../steps.ts'
import { type Change, changeOf, type GroupChange } from './alerts.ts'
import type { Engine } from './engine.ts'
import { type Arrivals, arriving, type EngineEvent } from './match.ts'
import { advanceGroup, type GroupState } from './state.ts'

export { type Arrivals, arriving, type EngineEvent } from './match.ts'

/** The groups of each rule by their key. Each is stored by itself: see `serializeGroup`. */
export type EngineState = ReadonlyMap<Guid, ReadonlyMap<string, GroupState>>
export const emptyState: EngineState = new Map()

/** Which group of which rule. */
export type GroupName = { readonly ruleId: Guid; readonly key: string }

/** A group as a step left it; undefined when it was forgotten. */
export type TouchedGroup = GroupName & { readonly group: GroupState | undefined }

/** What was left out, and why. */
export type StepCounters = {
  /** Events over 7 days older than their arrival, and events dated over a day past it. */
  readonly lateEvents: number
  readonly aheadEvents: number
  /** Matches for dates that their group settled already; some may have been counted before. */
  readonly behindWatermark: number
  /** Dates at which a rate reached its minimum, but was still learning. */
  readonly learning: number
  /** Dates at which a rate reached its minimum, but what it expects is more than a window counts. */
  readonly unreachable: number
}

/** The counters of no step, and those of two steps together. */
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

export type Step = {
  /** The state that was handed in with the groups touched; made when it is asked for. */
  readonly state: EngineState
  /** By rule, group and date; no alert twice. */
  readonly changes: readonly Change[]
  /** All that a caller has to store of the state. */
  readonly touched: readonly TouchedGroup[]
  readonly counters: StepCounters
}

/** The groups whose state `advance` reads for what arrived, each once; one that the state lacks is new. */
export const groupsIn = ({ watches }: Arrivals): readonly GroupName[] =>
  watches.flatMap(({ watch: { ruleId }, groups }) => groups.map(({ key }) => ({ ruleId, key })))

/** The groups whose state `advance` reads for these events. */
export const groupsTouched = (engine: Engine, events: readonly EngineEvent[]): readonly GroupName[] =>
  groupsIn(finished(arriving(engine, events)))

/**
 * Takes events in any order and any number; those that it took before change nothing. An event that arrived up to 7 days
 * after its date counts in the windows of its date. What may be forgotten follows from the latest arrival. The state handed
 * in stays as it is.
 */
export const advance = (engine: Engine, state: EngineState, events: readonly EngineEvent[]): Step =>
  finished(advancing(state, finished(arriving(engine, events))))

/** The same for what arrived, as work: a group a step. */
export function* advancing(state: EngineState, arrivals: Arrivals): Work<Step> {
  const { watches, latestMs, lateEvents, aheadEvents } = arrivals
  const changes: Change[] = []
  const touched: TouchedGroup[] = []
  let [behindWatermark, learning, unreachable] = [0, 0, 0]
  for (const { watch, groups: arrived } of watches) {
    const { ruleId } = watch
    const groups = state.get(ruleId)
    const spoke: Spoke[] = []
    for (const { key, matches } of arrived) {
      const before = groups?.get(key)
      const step = advanceGroup(watch, before, matches, latestMs)
      behindWatermark += step.behind
      learning += step.learning
      unreachable += step.unreachable
      yield
      if (step.group === before) continue
      touched.push({ ruleId, key, group: step.group })
      if (step.changes.length > 0) spoke.push({ key, changes: step.changes })
    }
    for (const group of spoke.sort(byKey)) {
      for (const change of group.changes) changes.push(changeOf(watch, group.key, change))
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

/** A state with these groups in it; those that were forgotten are not. */
function stateWith(state: EngineState, touched: readonly TouchedGroup[]): EngineState {
  const next = new Map(state)
  for (const [ruleId, ofRule] of Map.groupBy(touched, (each) => each.ruleId)) {
    const groups = new Map(state.get(ruleId))
    for (const { key, group } of ofRule) {
      if (group) groups.set(key, group)
      else groups.delete(key)
    }
    next.set(ruleId, groups)
  }
  return next
}

/** A group with what changed about its alerts. */
type Spoke = { readonly key: string; readonly changes: readonly GroupChange[] }
const byKey = (one: Spoke, other: Spoke): number => (one.key < other.key ? -1 : 1)
