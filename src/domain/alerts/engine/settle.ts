// What only time does to groups: they fall quiet, they are absent, and they are forgotten. Pure.
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import { finished, type Work } from '../../steps.ts'
import type { EngineState, TouchedGroup } from './advance.ts'
import { type Change, changeOf } from './alerts.ts'
import type { Engine } from './engine.ts'
import { type GroupState, settleGroup } from './state.ts'

export { lookAgainAt } from './state.ts'

export type Settled = {
  readonly state: EngineState
  /** By id. */
  readonly changes: readonly Change[]
  readonly touched: readonly TouchedGroup[]
}

/**
 * Says of each group that spoke, once, that it has been quiet for the longer of timespan and repeat, and of each group that
 * must not be absent that it is; forgets groups for which nothing can arrive any more, and all groups of rules that are not
 * watched. Groups that are not due stay as they are: see `lookAgainAt`.
 */
export const settle = (engine: Engine, state: EngineState, now: Instant): Settled =>
  finished(settling(engine, state, now))

/** The same as work: a group a step. */
export function* settling(engine: Engine, state: EngineState, now: Instant): Work<Settled> {
  const nowMs = millisecondsOf(now)
  const next = new Map<Guid, ReadonlyMap<string, GroupState>>()
  const changes: Change[] = []
  const touched: TouchedGroup[] = []
  for (const [ruleId, groups] of state) {
    const watch = engine.watches.get(ruleId)
    const kept = new Map<string, GroupState>()
    for (const [key, before] of groups) {
      const settled = watch && settleGroup(watch, before, nowMs)
      for (const change of settled?.changes ?? []) if (watch) changes.push(changeOf(watch, key, change))
      const group = settled?.group
      if (group) kept.set(key, group)
      if (group !== before) touched.push({ ruleId, key, group })
      yield
    }
    if (kept.size > 0) next.set(ruleId, kept)
  }
  return { state: next, changes: changes.sort(byId), touched }
}

const idOf = (change: Change) => (change.kind === 'resolved' ? change.resolved.id : change.alert.id)
const byId = (one: Change, other: Change) => (idOf(one) < idOf(other) ? -1 : 1)
