// What rules say over time, by the definition and by brute force over all events at once: the engine's yardstick.

import type { EngineEvent } from '../../../src/domain/alerts/engine/match.ts'
import type { Alert } from '../../../src/domain/alerts/engine/states/alerts.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'

/** A correlation of rules that each match one event type. */
export type NaiveRule = {
  readonly id: Guid
  readonly revision: Guid
  readonly kind: 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered' | 'x-abnormal-rate'
  readonly types: readonly number[]
  readonly countMin: number
  readonly timespanMs: number
  readonly repeatMs: number
  readonly groupBy: string
  readonly field?: string
  /** The newest so many of a window count. */
  readonly windowMax?: number
  /** Of a chained correlation: its rules in their order. Each event that counts is of one of their types. */
  readonly steps?: readonly NaiveStep[]
  /** Of an abnormal rate. */
  readonly sensitivity?: number
}

/** A rule of a chained correlation; a rule over events counts one within any time. */
export type NaiveStep = Pick<NaiveRule, 'kind' | 'types' | 'countMin' | 'timespanMs' | 'field'>

/** How many of the newest events a chained correlation, and each correlation inside it, sees. */
const chainMax = 132

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const lower = (value: unknown) => String(value).toLowerCase()
const dateOf = ({ date }: EngineEvent) => millisecondsOf(date)

/** The alerts of a rule over a set of events, by date, then id. */
export function naiveAlerts(rule: NaiveRule, events: readonly EngineEvent[]): Alert[] {
  const once = [...new Map(events.map((event) => [event.id, event])).values()].filter(
    ({ fields }) =>
      rule.types.includes(Number(fields.type)) &&
      (fields[rule.groupBy] ?? null) !== null &&
      (rule.field === undefined || (fields[rule.field] ?? null) !== null),
  )
  const groups = Map.groupBy(once, ({ fields }) => lower(fields[rule.groupBy]))
  return [...groups]
    .flatMap(([value, members]) => groupAlerts(rule, value, members.sort(byDate)))
    .sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
}

const byDate = (one: EngineEvent, other: EngineEvent) => dateOf(one) - dateOf(other) || (one.id < other.id ? -1 : 1)

/** An event that counts: as which rule, since when, and its index among the events of the group. */
type Item = {
  readonly event: EngineEvent
  readonly at: number
  readonly position: number
  readonly since: number
  readonly rank: number
}

function groupAlerts(rule: NaiveRule, value: string, sorted: readonly EngineEvent[]): Alert[] {
  const items = sorted.flatMap((_, rank) => itemsOf(rule, sorted, rank))
  const dates = items.map(({ at }) => at)
  const windows = [...new Set(dates)].map((to) => {
    const inside = items.filter(({ at }) => isWithin(at, to - rule.timespanMs, to))
    const newest = inside.at(-1)?.rank ?? 0
    const window = rule.steps
      ? inside.filter(({ rank }) => newest - rank < chainMax)
      : inside.slice(-(rule.windowMax ?? 300))
    return { to, window, count: countOf(rule, window), bar: barOf(rule, to, dates) }
  })
  const speaking = windows.filter(({ count, bar }) => count >= bar)
  const cells = Map.groupBy(speaking, ({ to }) => Math.floor(to / rule.repeatMs))
  return [...cells].map(([cell, fired]) => {
    const count = Math.max(...fired.map(({ count }) => count))
    const at = (ms: number | undefined) => instantAt(ms ?? 0)
    const [first] = fired
    return {
      id: guidOfContent(cell * rule.repeatMs, rule.revision, JSON.stringify([value])),
      ruleId: rule.id,
      group: [{ name: rule.groupBy, value }],
      from: at(first?.to),
      to: at(fired.at(-1)?.to),
      count,
      atLeast: count >= (rule.windowMax ?? 300),
      threshold: first?.bar ?? 0,
      suppressedCount: fired.length - 1,
      endsAt: at((fired.at(-1)?.to ?? 0) + Math.max(rule.timespanMs, rule.repeatMs)),
      firstEventAt: at(Math.min(...(first?.window.map(({ since }) => since) ?? []))),
      samples: samplesOf(rule, items, fired).map(({ event: { id, date } }) => ({ id, date })),
      lastEventId: fired.at(-1)?.window.at(-1)?.event.id ?? null,
    }
  })
}

/** As what an event counts, the later rule first. */
function itemsOf(rule: NaiveRule, sorted: readonly EngineEvent[], rank: number): Item[] {
  const event = sorted[rank]
  if (!event) return []
  const item = { event, at: dateOf(event), rank }
  const plain = { ...item, position: rule.types.indexOf(Number(event.fields.type)), since: item.at }
  if (!rule.steps) return [plain]
  return rule.steps
    .flatMap((step, position): Item[] => {
      if (!step.types.includes(Number(event.fields.type))) return []
      const inner: NaiveRule = { ...naiveOf(rule), ...step }
      const window = sorted
        .slice(Math.max(0, rank - chainMax + 1), rank + 1)
        .filter((each) => step.types.includes(Number(each.fields.type)))
        .filter((each) => step.field === undefined || (each.fields[step.field] ?? null) !== null)
        .filter((each) => dateOf(each) > item.at - step.timespanMs)
      const counted = window.flatMap((_, index) => itemsOf(inner, window, index))
      const holds = window.includes(event) && countOf(inner, counted) >= step.countMin
      return holds ? [{ ...item, position, since: counted[0]?.at ?? item.at }] : []
    })
    .reverse()
}

/** What a rule inside has of the one around it. */
const naiveOf = ({ id, revision, repeatMs, groupBy }: NaiveRule) => ({ id, revision, repeatMs, groupBy })

function samplesOf(rule: NaiveRule, items: readonly Item[], fired: readonly { window: Item[]; count: number }[]) {
  if (!rule.kind.startsWith('temporal')) {
    const inWindows = new Set(fired.flatMap(({ window }) => window))
    return items.filter((item) => inWindows.has(item)).slice(0, 5)
  }
  const most = fired.reduce((best, each) => (each.count > best.count ? each : best))
  const rules = rule.steps?.length ?? rule.types.length
  const newestFirst = most.window.toReversed()
  const latest: Item[] = []
  for (let position = rules - 1; position >= 0; position--) {
    const isWhole = rule.kind === 'temporal_ordered' && most.count === rules
    const next = isWhole ? latest.at(-1) : undefined
    const before = next ? newestFirst.slice(newestFirst.indexOf(next) + 1) : newestFirst
    latest.push(...before.filter((item) => item.position === position).slice(0, 1))
  }
  const events = new Set(latest.map(({ rank }) => rank))
  return items.filter(({ rank }, index) => events.has(rank) && items[index - 1]?.rank !== rank)
}

/** After one date, and up to another. */
const isWithin = (date = Number.NaN, after: number, upTo: number) => date > after && date <= upTo

function countOf({ kind, field = '' }: NaiveRule, window: readonly Item[]): number {
  if (kind === 'event_count' || kind === 'x-abnormal-rate') return window.length
  if (kind === 'value_count') return new Set(window.map(({ event }) => lower(event.fields[field]))).size
  const positions = window.map(({ position }) => position)
  if (kind === 'temporal') return new Set(positions).size
  const longest = positions.map(() => 1)
  positions.forEach((position, index) => {
    positions.slice(0, index).forEach((before, at) => {
      if (before < position) longest[index] = Math.max(longest[index] ?? 1, (longest[at] ?? 0) + 1)
    })
  })
  return Math.max(0, ...longest)
}

/** The least count that fires at a date, by the dates of all matches of the group. */
function barOf(rule: NaiveRule, to: number, dates: readonly number[]): number {
  if (rule.kind !== 'x-abnormal-rate') return rule.countMin
  const before = dates.filter((date) => date <= to).reverse()
  const gap = before.findIndex((date, index) => date - (before[index + 1] ?? Number.NEGATIVE_INFINITY) >= 28 * dayMs)
  const first = before[gap] ?? to
  if (first > to - 14 * dayMs) return Number.POSITIVE_INFINITY

  const hour = Math.floor(to / hourMs)
  const unit = Math.ceil(rule.timespanMs / hourMs)
  const shifts = [[-1], [-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
  const ends = shifts.flatMap((ofWeek, index) => ofWeek.map((shift) => hour - 168 * (index + 1) + shift + 1))
  const samples = ends
    .filter((end) => end - unit >= Math.floor(first / hourMs))
    .map((end) => dates.filter((date) => date >= (end - unit) * hourMs && date < end * hourMs).length)
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length
  const spread = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (samples.length - 1 || 1)
  const limit = mean + (rule.sensitivity ?? 3) * Math.sqrt(Math.max(spread, mean, 1))
  let least = rule.countMin
  while (least <= limit) least += 1
  return least
}

/** A rule that must not be absent. */
export type NaiveAbsence = {
  readonly id: Guid
  readonly revision: Guid
  readonly timespanMs: number
  readonly groupBy: string
}

/** The absences in a set of events as they are known at a time, by date, then id. */
export function naiveAbsences(rule: NaiveAbsence, events: readonly EngineEvent[], nowMs: number): Alert[] {
  const groups = Map.groupBy(events, ({ fields }) => lower(fields[rule.groupBy]))
  return [...groups]
    .flatMap(([value, members]) => {
      const sorted = members.toSorted(byDate)
      return sorted.flatMap((event, index) => absenceAfter(rule, value, event, sorted[index + 1], nowMs) ?? [])
    })
    .sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
}

function absenceAfter(
  rule: NaiveAbsence,
  value: string,
  last: EngineEvent,
  next: EngineEvent | undefined,
  nowMs: number,
) {
  const dueMs = dateOf(last) + rule.timespanMs
  if ((next ? dateOf(next) : nowMs) <= dueMs) return undefined
  const due = instantAt(dueMs)
  return {
    id: guidOfContent(dueMs, rule.revision, JSON.stringify([value])),
    ruleId: rule.id,
    group: [{ name: rule.groupBy, value }],
    from: due,
    to: due,
    count: 0,
    atLeast: false,
    threshold: 1,
    suppressedCount: 0,
    firstEventAt: last.date,
    endsAt: next && dateOf(next) <= dueMs + 7 * dayMs ? next.date : null,
    samples: [{ id: last.id, date: last.date }],
    lastEventId: last.id,
  }
}
