// Correlation states as state entries: read, advanced by matches or by time, and what of them must be stored.

import { advancing, expiring, statesNeeded } from '../../../domain/alerts/engine/advance.ts'
import type { Engine } from '../../../domain/alerts/engine/compiled/engine.ts'
import { type EngineEvent, matchingPage, type PageMatches } from '../../../domain/alerts/engine/match.ts'
import {
  type CorrelationState,
  type EngineState,
  stateDueAt,
  type TouchedState,
} from '../../../domain/alerts/engine/states/state.ts'
import { countingIn, readState, stateName, writeState } from '../../../domain/alerts/state-entries.ts'
import type { Guid } from '../../../domain/guid.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Work } from '../../../domain/steps.ts'
import { type StateChange, type StateEntry, stateCharsMax } from '../../../ports/alerts/evaluation-state.ts'

/** The matches of a page, and the names of the states that they need. */
export function* matchingWithNames(engine: Engine, events: readonly EngineEvent[]) {
  const page: PageMatches = yield* matchingPage(engine, events)
  const names: string[] = []
  for (const { ruleId, groupKey } of statesNeeded(page)) {
    const correlation = engine.correlations.get(ruleId)
    if (correlation) names.push(stateName(correlation, groupKey))
    yield
  }
  return { page, names }
}

/** A page's matches taken by the states in these entries, and the entries after it. */
export function* advancingEntries(engine: Engine, before: ReadonlyMap<string, StateEntry>, page: PageMatches) {
  const step = yield* advancing(yield* statesIn(engine, before), page)
  return { step, ...(yield* entriesOf(engine, step.touched)) }
}

/** What time up to `at` did to the states in these entries, and the entries after it. */
export function* expiringEntries(engine: Engine, before: ReadonlyMap<string, StateEntry>, at: Instant) {
  const { changes, state } = yield* expiring(engine, yield* statesIn(engine, before), at)
  return { changes, ...(yield* entriesOf(engine, listed(state))) }
}

/** The states in these entries, of rules that are in force. */
function* statesIn(engine: Engine, entries: ReadonlyMap<string, StateEntry>): Work<EngineState> {
  const states = new Map<Guid, Map<string, CorrelationState>>()
  for (const [name, { text }] of entries) {
    const counting = countingIn(name)
    const correlation = counting && engine.byCounting.get(counting)
    const read = correlation && readState(correlation, text)
    yield
    if (!correlation || !read || stateName(correlation, read.groupKey) !== name) continue
    const ofRule = states.get(correlation.ruleId) ?? new Map<string, CorrelationState>()
    states.set(correlation.ruleId, ofRule.set(read.groupKey, read.state))
  }
  return states
}

const listed = (states: EngineState): TouchedState[] =>
  [...states].flatMap(([ruleId, ofRule]) => [...ofRule].map(([groupKey, state]) => ({ ruleId, groupKey, state })))

type Entries = { readonly entries: ReadonlyMap<string, StateEntry | undefined>; readonly tooLong: number }

/** The entries of states by name; undefined for one that is dropped, as is one whose group key is too long to store. */
function* entriesOf(engine: Engine, states: readonly TouchedState[]): Work<Entries> {
  const entries = new Map<string, StateEntry | undefined>()
  let tooLong = 0
  for (const { ruleId, groupKey, state } of states) {
    const correlation = engine.correlations.get(ruleId)
    if (!correlation) continue
    const text = state && writeState(correlation, groupKey, state)
    const fits = text !== undefined && text.length <= stateCharsMax
    if (text !== undefined && !fits) tooLong += 1
    yield
    const name = stateName(correlation, groupKey)
    entries.set(name, state && fits ? { text, dueAt: stateDueAt(correlation, state) } : undefined)
  }
  return { entries, tooLong }
}

export function changeOf(name: string, before: StateEntry | undefined, after: StateEntry | undefined): StateChange[] {
  const same = before?.text === after?.text && before?.dueAt === after?.dueAt
  return same ? [] : [{ name, before, after }]
}
