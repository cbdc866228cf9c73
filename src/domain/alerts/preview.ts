// What rules would have found in a stored range: the engine of live evaluation takes each event as if it had arrived at its date. Pure.
import type { StoredEvent } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import { type Instant, instantAt, millisecondsOf } from '../instant.ts'
import { finished, type Work } from '../steps.ts'
import { addCounters, advancing, expiring, noCounters, type StepCounters } from './engine/advance.ts'
import type { Engine } from './engine/compiled/engine.ts'
import { type EngineEvent, matchingPage } from './engine/match.ts'
import type { Alert, Change } from './engine/states/alerts.ts'
import { type EngineState, emptyState } from './engine/states/state.ts'
import { observe } from './first-seen/observe.ts'
import { emptyFirstSeenState, type FirstSeenState } from './first-seen/state.ts'
import type { PlaceOf } from './observed/place.ts'
import { type FieldContext, fieldsOf } from './sigma/fields.ts'

const dayMs = 86_400_000
/** How many events are evaluated together. */
const eventsPerStep = 1_000

/**
 * `events` in order of their dates, all up to `to`, and from some time before `from`: what windows, baselines and
 * first-seen entries need to know of the past. `from` and `to` are both part of the range; `to` is not in the future.
 */
type PreviewInput = {
  readonly engine: Engine
  readonly events: Iterable<StoredEvent>
  readonly context: FieldContext
  /** Where addresses are; absent: nothing is known of places. */
  readonly placeOf?: PlaceOf | undefined
  readonly from: Instant
  readonly to: Instant
}

/** A day (UTC) of the range: how many of its events matched a rule, and how many alerts began on it. */
type PreviewDay = { readonly date: string; readonly matches: number; readonly alerts: number }

type Preview = {
  /** The alerts that began in the range, in their last form; by time, then id. */
  readonly alerts: readonly Alert[]
  /** Every day of the range, also those with nothing on them. */
  readonly days: readonly PreviewDay[]
  /** What was not counted, the time before the range included. */
  readonly counters: StepCounters
  /** Fields of the group keys that no matching event of the range has, if for that reason none of these events counts; else none. */
  readonly absentGroupFields: readonly string[]
}

/** The alerts that rules raise over these events, if nothing was known before the first of them. */
export const preview = (input: PreviewInput): Preview => finished(previewing(input))

/** The same as work: an event, or a few group keys, a step. */
export function* previewing({ engine, events, context, placeOf, from, to }: PreviewInput): Work<Preview> {
  const alerts = new Map<Guid, Alert>()
  const matches = new Map<string, number>()
  const seen = emptyFirstSeenState(placeOf)
  const groupings = groupingsOf(engine)
  const absent = new Set(groupings.flat())
  let state: EngineState = emptyState
  let counters = noCounters
  let waiting: EngineEvent[] = []

  const keep = (changes: readonly Change[]) => {
    for (const change of changes) if (change.kind !== 'resolved') alerts.set(change.alert.id, change.alert)
  }
  const step = function* (): Work<void> {
    const page = yield* matchingPage(engine, waiting)
    for (const { date, fields } of page.matched) {
      if (date < from || to < date) continue
      addOne(matches, dayOf(date))
      for (const field of absent) if ((fields[field] ?? null) !== null) absent.delete(field)
    }
    const { changes, ...stepped } = yield* advancing(state, page)
    keep(changes)
    // Expire on the way as well, so that states that are no longer needed do not pile up.
    const expired = yield* expiring(engine, stepped.state, waiting.at(-1)?.date ?? to)
    keep(expired.changes)
    state = expired.state
    counters = addCounters(counters, stepped.counters)
    waiting = []
  }

  for (const event of events) {
    waiting.push(asArrived(event, context, seen))
    if (waiting.length === eventsPerStep) yield* step()
    else yield
  }
  if (waiting.length > 0) yield* step()
  keep((yield* expiring(engine, state, to)).changes)

  const begun = [...alerts.values()].filter((alert) => from <= alert.from && alert.from <= to).sort(byTime)
  const countsNothing = matches.size > 0 && groupings.every((fields) => fields.some((field) => absent.has(field)))
  const absentGroupFields = countsNothing ? [...absent] : []
  return { alerts: begun, days: daysOf(from, to, matches, begun), counters, absentGroupFields }
}

/** The fields of the group key for each base rule. */
const groupingsOf = ({ correlations }: Engine): (readonly string[])[] =>
  [...correlations.values()].flatMap(({ baseRules }) => baseRules.map(({ groupFields }) => groupFields))

/** An event as it was when it was new. */
function asArrived(event: StoredEvent, context: FieldContext, seen: FirstSeenState): EngineEvent {
  const arrivedAt = millisecondsOf(event.date)
  const fields = fieldsOf(event, context, observe(seen, event, arrivedAt))
  return { id: event.id, number: 0, date: event.date, arrivedAt, fields }
}

const dayOf = (instant: Instant): string => instant.slice(0, 10)

const addOne = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

const byTime = (one: Alert, other: Alert) => (one.from + one.id < other.from + other.id ? -1 : 1)

function daysOf(from: Instant, to: Instant, matches: ReadonlyMap<string, number>, begun: readonly Alert[]) {
  const alerts = new Map<string, number>()
  for (const alert of begun) addOne(alerts, dayOf(alert.from))
  const days: PreviewDay[] = []
  const firstMs = Math.floor(millisecondsOf(from) / dayMs) * dayMs
  for (let ms = firstMs; ms <= millisecondsOf(to); ms += dayMs) {
    const date = dayOf(instantAt(ms))
    days.push({ date, matches: matches.get(date) ?? 0, alerts: alerts.get(date) ?? 0 })
  }
  return days
}
