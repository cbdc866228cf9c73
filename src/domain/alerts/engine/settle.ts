// What only time does to groups: they fall quiet, and they are forgotten. Pure.
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import type { EngineState, TouchedGroup } from './advance.ts'
import { type Change, resolvedChange } from './changes.ts'
import type { Engine } from './engine.ts'
import { type GroupState, isForgettable, isOver } from './groups.ts'

export type Settled = {
  readonly state: EngineState
  readonly changes: readonly Change[]
  readonly touched: readonly TouchedGroup[]
}

/**
 * Says of each group that spoke, once, that it has been quiet for the longer of timespan and repeat; forgets groups for
 * which nothing can arrive any more, and all groups of rules that are not watched.
 */
export function settle(engine: Engine, state: EngineState, now: Instant): Settled {
  const nowMs = millisecondsOf(now)
  const next = new Map<Guid, ReadonlyMap<string, GroupState>>()
  const changes: Change[] = []
  const touched: TouchedGroup[] = []
  for (const [ruleId, groups] of state) {
    const watch = engine.watches.get(ruleId)
    const kept = new Map<string, GroupState>()
    for (const [key, before] of groups) {
      const over = watch !== undefined && isOver(watch, before, nowMs)
      if (over) changes.push(resolvedChange(watch, key, before.spokeTo))
      const group = over ? { ...before, resolvedTo: before.spokeTo } : before
      const keeps = watch !== undefined && !isForgettable(watch, group, nowMs)
      if (keeps) kept.set(key, group)
      if (!keeps || over) touched.push({ ruleId, key, group: keeps ? group : undefined })
    }
    if (kept.size > 0) next.set(ruleId, kept)
  }
  return { state: next, changes: changes.sort(byId), touched }
}

const idOf = (change: Change) => (change.kind === 'resolved' ? change.resolved.id : change.alert.id)
const byId = (one: Change, other: Change) => (idOf(one) < idOf(other) ? -1 : 1)
