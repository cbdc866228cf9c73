// What rules say over time, by the definition and by brute force over all events at once: the engine's yardstick.
import type { EngineEvent } from '../../src/domain/alerts/engine/advance.ts'
import type { Alert } from '../../src/domain/alerts/engine/changes.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../../src/domain/instant.ts'

/** A correlation of rules that each match one event type. */
export type NaiveRule = {
  readonly id: Guid
  readonly kind: 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered'
  readonly types: readonly number[]
  readonly countMin: number
  readonly timespanMs: number
  readonly repeatMs: number
  readonly groupBy: string
  readonly field?: string
  /** The newest so many of a window count. */
  readonly windowMax?: number
}

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

function groupAlerts(rule: NaiveRule, value: string, sorted: readonly EngineEvent[]): Alert[] {
  const dates = [...new Set(sorted.map(dateOf))]
  const windows = dates.map((to) => {
    const inside = sorted.filter((event) => dateOf(event) > to - rule.timespanMs && dateOf(event) <= to)
    const window = inside.slice(-(rule.windowMax ?? 300))
    return { to, window, count: countOf(rule, window) }
  })
  const speaking = windows.filter(({ count }) => count >= rule.countMin)
  const cells = Map.groupBy(speaking, ({ to }) => Math.floor(to / rule.repeatMs))
  return [...cells].map(([cell, spoken]) => {
    const counted = sorted.filter((event) => spoken.some(({ window }) => window.includes(event)))
    const peak = Math.max(...spoken.map(({ count }) => count))
    const at = (ms: number | undefined) => instantAt(ms ?? 0)
    const [first] = spoken[0]?.window ?? []
    return {
      id: guidOfContent(rule.id, JSON.stringify([value]), cell),
      ruleId: rule.id,
      group: [{ name: rule.groupBy, value }],
      from: at(spoken[0]?.to),
      to: at(spoken.at(-1)?.to),
      peak,
      atLeast: peak >= (rule.windowMax ?? 300),
      heldBack: spoken.length - 1,
      firstEventAt: at(first && dateOf(first)),
      sampleIds: counted.slice(0, 5).map(({ id }) => id),
      lastEventId: spoken.at(-1)?.window.at(-1)?.id ?? null,
    }
  })
}

function countOf({ kind, types, field = '' }: NaiveRule, window: readonly EngineEvent[]): number {
  if (kind === 'event_count') return window.length
  if (kind === 'value_count') return new Set(window.map(({ fields }) => lower(fields[field]))).size
  const positions = window.map(({ fields }) => types.indexOf(Number(fields.type)))
  if (kind === 'temporal') return new Set(positions).size
  const longest = positions.map(() => 1)
  positions.forEach((position, index) => {
    positions.slice(0, index).forEach((before, at) => {
      if (before < position) longest[index] = Math.max(longest[index] ?? 1, (longest[at] ?? 0) + 1)
    })
  })
  return Math.max(0, ...longest)
}
