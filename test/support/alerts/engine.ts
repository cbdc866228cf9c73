// The rule engine in tests: events in a line, and a ledger that holds what a caller would have stored.
import { advance, expire, type StepCounters, statesNeeded } from '../../../src/domain/alerts/engine/advance.ts'
import { buildEngine, type Engine, type RuleMatch } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { type EngineEvent, matchPage } from '../../../src/domain/alerts/engine/match.ts'
import type { Alert, Change, Resolved } from '../../../src/domain/alerts/engine/states/alerts.ts'
import { parseState, serializeState } from '../../../src/domain/alerts/engine/states/codec.ts'
import {
  type CorrelationState,
  type EngineState,
  emptyState,
  stateWith,
} from '../../../src/domain/alerts/engine/states/state.ts'
import type { WindowState } from '../../../src/domain/alerts/engine/states/window-state.ts'
import type { FieldValues } from '../../../src/domain/alerts/sigma/fields.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { type Instant, instantAt } from '../../../src/domain/instant.ts'
import { correlating, rulesOf } from './rules.ts'

/** Which correlations an event with these fields is a match for; none if no rule matches it. */
export const matchesOf = (engine: Engine, fields: FieldValues): readonly RuleMatch[] =>
  engine.candidatesOf(fields.type).flatMap(({ compiled, ruleMatches }) => (compiled.matches(fields) ? ruleMatches : []))

/** Midnight of a day on which tests begin; a whole hour, so that suppression windows begin with it. */
export const startMs = Date.UTC(2026, 2, 2)
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

export const dateAt = (ms: number): Instant => instantAt(startMs + ms)

/** An event so long after the start, that arrives at its date; its id follows from its name. */
export const eventAt = (ms: number, name: string | number, fields: FieldValues = {}): EngineEvent => ({
  id: guidOfContent('event', name),
  number: 0,
  date: dateAt(ms),
  arrivedAt: startMs + ms,
  fields: { type: 1000, ...fields },
})

/** The same event, arriving so long after the start. */
export const arriving = (event: EngineEvent, ms: number): EngineEvent => ({ ...event, arrivedAt: startMs + ms })

/** The engine of the rules a, b and c (types 1000 to 1002) and this correlation of them. */
export const engineOf = (members: string, more = ''): Engine => buildEngine([rulesOf(correlating(members, more))])

/** Feeds an engine, and stores its changes as a caller would. Throws when a change comes twice or out of order. */
export class Ledger {
  state: EngineState = emptyState
  readonly alerts = new Map<string, Alert>()
  readonly resolved: Resolved[] = []
  #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Takes events that all arrive so long after the start. */
  take(events: readonly EngineEvent[], nowMs = 0): StepCounters {
    return this.takeArrived(events.map((event) => arriving(event, nowMs)))
  }

  /** Takes events that arrived when they say, with those states alone that their matches need. */
  takeArrived(events: readonly EngineEvent[]): StepCounters {
    const page = matchPage(this.#engine, events)
    const needed = statesNeeded(page).map(({ ruleId, groupKey }) => {
      return { ruleId, groupKey, state: this.state.get(ruleId)?.get(groupKey) }
    })
    const step = advance(stateWith(emptyState, needed), page)
    this.state = stateWith(this.state, step.touched)
    this.#store(step.changes)
    return step.counters
  }

  expire(nowMs: number): void {
    const expired = expire(this.#engine, this.state, dateAt(nowMs))
    this.state = expired.state
    this.#store(expired.changes)
  }

  /** Writes every state and reads it back, by the rules of this engine from now on. */
  reload(engine = this.#engine): void {
    const reloaded = new Map<Guid, ReadonlyMap<string, CorrelationState>>()
    for (const [ruleId, states] of this.state) {
      const correlation = this.#engine.correlations.get(ruleId)
      const after = engine.correlations.get(ruleId)
      if (!correlation || !after) throw new Error('a state without its rule')
      const read = [...states].map(([groupKey, state]) => {
        const again = parseState(after, serializeState(correlation, state))
        if (!again) throw new Error('a state that cannot be read')
        return [groupKey, again] as const
      })
      reloaded.set(ruleId, new Map(read))
    }
    this.state = reloaded
    this.#engine = engine
  }

  /** The only window state of this rule; of any rule, if none is given. */
  windowState(ruleId?: Guid): WindowState {
    const of = [...this.state].filter(([id]) => ruleId === undefined || id === ruleId)
    for (const [, states] of of) for (const state of states.values()) if (state.kind === 'window') return state
    throw new Error('no window state')
  }

  /** The alerts by date, then id. */
  sorted(): Alert[] {
    return [...this.alerts.values()].sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
  }

  #store(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'resolved') {
        if (this.resolved.some(({ id }) => id === change.resolved.id)) throw new Error('resolved twice')
        this.resolved.push(change.resolved)
        continue
      }
      const known = this.alerts.get(change.alert.id)
      if ((known === undefined) !== (change.kind === 'raised')) throw new Error(`${change.kind} out of order`)
      this.alerts.set(change.alert.id, change.alert)
    }
  }
}

/** An event so many minutes after the start. */
export const minuteOf = (minutes: number, name: string | number = minutes, fields: FieldValues = {}): EngineEvent =>
  eventAt(minutes * minuteMs, name, fields)

/** The alerts of a correlation of the rules a, b and c over these events, taken at once. */
export function alertsOf(members: string, events: readonly EngineEvent[], more = ''): Alert[] {
  const ledger = new Ledger(engineOf(members, more))
  ledger.take(events, dayMs)
  return ledger.sorted()
}
