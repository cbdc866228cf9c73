// The rule engine in tests: events in a line, and a ledger that holds what a caller would have stored.
import {
  advance,
  type EngineEvent,
  type EngineState,
  emptyState,
  groupsTouched,
  type StepCounters,
} from '../../../src/domain/alerts/engine/advance.ts'
import type { Alert, Change, Resolved } from '../../../src/domain/alerts/engine/alerts.ts'
import { parseGroup, serializeGroup } from '../../../src/domain/alerts/engine/codec.ts'
import { buildEngine, type Engine } from '../../../src/domain/alerts/engine/engine.ts'
import { settle } from '../../../src/domain/alerts/engine/settle.ts'
import type { GroupState } from '../../../src/domain/alerts/engine/state.ts'
import type { CountedGroup } from '../../../src/domain/alerts/engine/window-state.ts'
import type { FieldValues } from '../../../src/domain/alerts/sigma/fields.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { type Instant, instantAt } from '../../../src/domain/instant.ts'
import { correlating, rulesOf } from './rules.ts'

/** Midnight of a day on which tests begin; a whole hour, so that cells begin with it. */
export const startMs = Date.UTC(2026, 2, 2)
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

export const dateAt = (ms: number): Instant => instantAt(startMs + ms)

/** An event so long after the start, that arrives at its date; its id follows from its name. */
export const eventAt = (ms: number, name: string | number, fields: FieldValues = {}): EngineEvent => ({
  id: guidOfContent('event', name),
  date: dateAt(ms),
  arrivedAt: startMs + ms,
  fields: { type: 1000, ...fields },
})

/** The same event, arriving so long after the start. */
export const arriving = (event: EngineEvent, ms: number): EngineEvent => ({ ...event, arrivedAt: startMs + ms })

/** The engine of the rules a, b and c (types 1000 to 1002) and this correlation of them. */
export const engineOf = (members: string, more = ''): Engine => buildEngine([rulesOf(correlating(members, more))])

/** Feeds an engine, and keeps what it says as a caller would. Throws when it says something twice or out of order. */
export class Ledger {
  state: EngineState = emptyState
  readonly alerts = new Map<string, Alert>()
  readonly resolved: Resolved[] = []
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Takes events that all arrive this long after the start. Throws if it touches other groups than it announced. */
  take(events: readonly EngineEvent[], nowMs = 0): StepCounters {
    return this.takeArrived(events.map((event) => arriving(event, nowMs)))
  }

  /** Takes events that arrived when they say, with the state of those groups alone that they are said to touch. */
  takeArrived(events: readonly EngineEvent[]): StepCounters {
    const known = new Map<Guid, Map<string, GroupState>>()
    for (const { ruleId, key } of groupsTouched(this.#engine, events)) {
      const group = this.state.get(ruleId)?.get(key)
      const ofRule = known.get(ruleId) ?? new Map<string, GroupState>()
      known.set(ruleId, group ? ofRule.set(key, group) : ofRule)
    }
    const step = advance(this.#engine, known, events)
    const next = new Map(this.state)
    for (const { ruleId, key, group } of step.touched) {
      const groups = new Map(next.get(ruleId))
      if (group) groups.set(key, group)
      else groups.delete(key)
      next.set(ruleId, groups)
    }
    this.state = next
    this.#keep(step.changes)
    return step.counters
  }

  settle(nowMs: number): void {
    const settled = settle(this.#engine, this.state, dateAt(nowMs))
    this.state = settled.state
    this.#keep(settled.changes)
  }

  /** Writes every group down and reads it back. */
  reload(): void {
    const reloaded = new Map<Guid, ReadonlyMap<string, GroupState>>()
    for (const [ruleId, groups] of this.state) {
      const watch = this.#engine.watches.get(ruleId)
      if (!watch) throw new Error('a state without its rule')
      const read = [...groups].map(([key, group]) => {
        const again = parseGroup(watch, serializeGroup(watch, group))
        if (!again) throw new Error('a state that cannot be read')
        return [key, again] as const
      })
      reloaded.set(ruleId, new Map(read))
    }
    this.state = reloaded
  }

  /** The state of the only group of this rule; of any rule, if none is given. Its matches are counted. */
  counted(ruleId?: Guid): CountedGroup {
    const of = [...this.state].filter(([id]) => ruleId === undefined || id === ruleId)
    for (const [, groups] of of) for (const group of groups.values()) if (group.kind === 'counted') return group
    throw new Error('no group whose matches are counted')
  }

  /** The alerts by date, then id. */
  sorted(): Alert[] {
    return [...this.alerts.values()].sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
  }

  #keep(changes: readonly Change[]): void {
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
