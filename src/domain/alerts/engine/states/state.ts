// The correlation state of a group key, for any kind of correlation; and the states of an engine by rule and group key. Pure.
import type { Guid } from '../../../guid.ts'
import type { CompiledCorrelation } from '../compiled/correlation.ts'
import { groupKeysPerRuleMax } from '../compiled/limits.ts'
import type { Match } from '../compiled/window.ts'
import { type AbsenceState, absenceDueAt, advanceAbsence, emptyAbsenceState, expireAbsence } from './absence.ts'
import { advanceWindow, expireWindow, windowDueAt, withHistory } from './advance-window.ts'
import type { HistoryMatch } from './baseline.ts'
import { type ExpiredState, emptyWindowState, type StateStep, type WindowState } from './window-state.ts'

/** The state of one group key. Each is stored by itself: see `serializeState`. */
export type CorrelationState = WindowState | AbsenceState

/** The states of each rule by their group key. */
export type EngineState = ReadonlyMap<Guid, ReadonlyMap<string, CorrelationState>>
export const emptyState: EngineState = new Map()

/** Identifies a state: the rule, and the group key. */
export type StateKey = { readonly ruleId: Guid; readonly groupKey: string }

/** A state as a step left it; undefined when it was dropped. */
export type TouchedState = StateKey & { readonly state: CorrelationState | undefined }

/** An engine state with these states in place of its own. */
export function stateWith(states: EngineState, touched: readonly TouchedState[]): EngineState {
  const next = new Map(states)
  for (const [ruleId, ofRule] of Map.groupBy(touched, (each) => each.ruleId)) {
    const byGroupKey = new Map(states.get(ruleId))
    for (const { groupKey, state } of ofRule) {
      if (state) byGroupKey.set(groupKey, state)
      else byGroupKey.delete(groupKey)
    }
    next.set(ruleId, byGroupKey)
  }
  return next
}

/**
 * Takes matches in any order, known ones included; a group key without a state is new. Only rates have history. `nowMs` only
 * decides what may be dropped.
 */
export function advanceState(
  correlation: CompiledCorrelation,
  state: CorrelationState | undefined,
  { matches, history }: { readonly matches: readonly Match[]; readonly history: readonly HistoryMatch[] },
  nowMs: number,
): StateStep<CorrelationState> {
  if (correlation.kind !== 'absence') {
    const before = state?.kind === 'window' ? state : emptyWindowState
    return advanceWindow(correlation, withHistory(correlation, before, history, nowMs), matches, nowMs)
  }
  return advanceAbsence(correlation, state?.kind === 'absence' ? state : emptyAbsenceState, matches, nowMs)
}

/** What time up to `nowMs` did to a state; the same state if it is not due. A state of another kind is dropped. */
export function expireState(
  correlation: CompiledCorrelation,
  state: CorrelationState,
  nowMs: number,
): ExpiredState<CorrelationState> {
  if (correlation.kind !== 'absence' && state.kind === 'window') return expireWindow(correlation, state, nowMs)
  if (correlation.kind === 'absence' && state.kind === 'absence') return expireAbsence(correlation, state, nowMs)
  return { state: undefined, changes: [] }
}

/** The earliest time, in Unix ms, at which `expire` changes the state if nothing matches before. */
export function stateDueAt(correlation: CompiledCorrelation, state: CorrelationState): number {
  if (correlation.kind !== 'absence' && state.kind === 'window') return windowDueAt(correlation, state)
  if (correlation.kind === 'absence' && state.kind === 'absence') return absenceDueAt(correlation, state)
  return 0
}

/** A group key of a rule, and how recent it is: the time of its newest match, or when it is due. */
type AgedGroupKey = { readonly groupKey: string; readonly at: number }

/** Which group keys of one rule to drop: those beyond `groupKeysPerRuleMax`, the least recent first, ties by key. */
export function groupKeysBeyond(groupKeys: readonly AgedGroupKey[]): readonly string[] {
  return groupKeys
    .toSorted((one, other) => one.at - other.at || (one.groupKey < other.groupKey ? -1 : 1))
    .slice(0, Math.max(0, groupKeys.length - groupKeysPerRuleMax))
    .map(({ groupKey }) => groupKey)
}
