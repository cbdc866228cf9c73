// Which alerts a sum of risk raises, by the definition and by brute force over all events at once: the engine's yardstick.
import type { EngineEvent } from '../../../src/domain/alerts/engine/match.ts'
import type { Alert } from '../../../src/domain/alerts/engine/states/alerts.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'

/** A rule that gives points, and the event type that it matches. */
type NaiveGiver = {
  readonly ruleId: Guid
  readonly type: number
  readonly points: number
  readonly from: number
  readonly dayMax: number
  readonly pointsMax: number
  readonly field?: string
}

export type NaiveRisk = {
  readonly id: Guid
  readonly revision: Guid
  readonly givers: readonly NaiveGiver[]
  readonly countMin: number
  readonly days: number
  readonly repeatDays: number
  readonly groupBy: string
}

const dayMs = 86_400_000
const lower = (value: unknown) => String(value).toLowerCase()
const dateOf = ({ date }: EngineEvent) => millisecondsOf(date)
const dayOf = (event: EngineEvent) => Math.floor(dateOf(event) / dayMs)
const byDate = (one: EngineEvent, other: EngineEvent) => dateOf(one) - dateOf(other) || (one.id < other.id ? -1 : 1)

/** The alerts of a rule over a set of events, by date, then id. */
export function naiveRiskAlerts(rule: NaiveRisk, events: readonly EngineEvent[]): Alert[] {
  const once = [...new Map(events.map((event) => [event.id, event])).values()].filter(
    (event) => (event.fields[rule.groupBy] ?? null) !== null && giverOf(rule, event) !== undefined,
  )
  return [...Map.groupBy(once, ({ fields }) => lower(fields[rule.groupBy]))]
    .flatMap(([value, members]) => groupAlerts(rule, value, members.sort(byDate)))
    .sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
}

/** The rule that an event matches; none for an event without the value that gives points. */
const giverOf = ({ givers }: NaiveRisk, { fields }: EngineEvent) =>
  givers.find(({ type, field }) => fields.type === type && (field === undefined || (fields[field] ?? null) !== null))

/** The events of a day that count: the first of each rule, each value once, until the most points of a day are reached. */
function givingOn(rule: NaiveRisk, events: readonly EngineEvent[]): EngineEvent[] {
  return rule.givers.flatMap(({ ruleId, points, from, dayMax, field }) => {
    const own = events.filter((event) => giverOf(rule, event)?.ruleId === ruleId)
    const first = own.filter(
      (event, index) =>
        field === undefined ||
        own.findIndex((each) => lower(each.fields[field]) === lower(event.fields[field])) === index,
    )
    return first.slice(0, from - 1 + Math.ceil(dayMax / points))
  })
}

/** The points of each rule at a date, by the events up to it. */
function pointsAt(rule: NaiveRisk, events: readonly EngineEvent[], to: number) {
  const today = Math.floor(to / dayMs)
  const known = events.filter((event) => dateOf(event) <= to && dayOf(event) > today - rule.days)
  const byDay = [...Map.groupBy(known, dayOf)].map(([day, ofDay]) => ({ day, giving: givingOn(rule, ofDay) }))
  const parts = rule.givers.flatMap(({ ruleId, points, from, dayMax, pointsMax }) => {
    const own = byDay.map(({ day, giving }) => {
      const counted = giving.filter((event) => giverOf(rule, event)?.ruleId === ruleId).length
      const times = Math.max(0, counted - from + 1)
      const share = today - day <= 1 ? 1 : (rule.days - (today - day)) / (rule.days - 1)
      return { times, points: Math.min(dayMax, times * points) * share }
    })
    const sum = Math.min(
      pointsMax,
      own.reduce((all, each) => all + each.points, 0),
    )
    const whole = Math.floor(sum + 1e-9)
    return whole > 0 ? [{ ruleId, points: whole, times: own.reduce((all, each) => all + each.times, 0) }] : []
  })
  return { parts: parts.toSorted((one, other) => other.points - one.points), known }
}

function groupAlerts(rule: NaiveRisk, value: string, sorted: readonly EngineEvent[]): Alert[] {
  const days = [...Map.groupBy(sorted, dayOf).values()]
  // Of one day, further matches change nothing, but for the last.
  const judged = new Set(days.flatMap((ofDay) => [...givingOn(rule, ofDay), ...ofDay.slice(-1)]))
  const stored = sorted.filter((event) => judged.has(event))
  const windows = [...new Set(stored.map(dateOf))].map((to) => {
    const { parts, known } = pointsAt(rule, stored, to)
    return { to, parts, known, count: parts.reduce((sum, { points }) => sum + points, 0) }
  })
  const firing = windows.filter(({ count }) => count >= rule.countMin)
  const repeatMs = rule.repeatDays * dayMs
  return [...Map.groupBy(firing, ({ to }) => Math.floor(to / repeatMs))].flatMap(([cell, fired]) => {
    const [first, last] = [fired[0], fired.at(-1)]
    const most = fired.reduce((best, each) => (each.count > best.count ? each : best))
    if (!first || !last) return []
    const samples = samplesOf(rule, fired)
    return [
      {
        id: guidOfContent(cell * repeatMs, rule.revision, JSON.stringify([value])),
        ruleId: rule.id,
        group: [{ name: rule.groupBy, value }],
        from: instantAt(first.to),
        to: instantAt(last.to),
        count: most.count,
        atLeast: false,
        threshold: rule.countMin,
        suppressedCount: fired.length - 1,
        endsAt: instantAt(last.to + Math.max(rule.days, rule.repeatDays) * dayMs),
        firstEventAt: first.known[0]?.date ?? instantAt(0),
        samples: samples.map(({ id, date }) => ({ id, date })),
        lastEventId: last.known.at(-1)?.id ?? null,
        points: most.parts,
      },
    ]
  })
}

type NaiveWindow = {
  readonly count: number
  readonly parts: readonly { readonly ruleId: Guid }[]
  readonly known: readonly EngineEvent[]
}

/** Of the first window, the latest event of each rule that gives points, and others up to 5; then the last event of each higher one. */
function samplesOf(rule: NaiveRisk, [first, ...later]: readonly NaiveWindow[]): EngineEvent[] {
  if (!first) return []
  const giving = first.known.filter((event) =>
    first.parts.some(({ ruleId }) => giverOf(rule, event)?.ruleId === ruleId),
  )
  const latest = first.parts.flatMap(
    ({ ruleId }) => giving.findLast((event) => giverOf(rule, event)?.ruleId === ruleId) ?? [],
  )
  const others = giving.filter((event) => !latest.includes(event)).reverse()
  const samples = [...latest, ...others.slice(0, Math.max(0, 5 - latest.length))].sort(byDate)
  let highest = first.count
  for (const { count, known } of later) {
    const last = known.at(-1)
    if (count > highest && last && samples.length < 10 && !samples.includes(last)) samples.push(last)
    highest = Math.max(highest, count)
  }
  return samples
}
