// The timeline of an incident: its alerts, and what the people and addresses in it did around them, events alike folded into one entry. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import type { Guid } from '../../../guid.ts'
import { formatInstant, type Instant, millisecondsOf } from '../../../instant.ts'
import type { AlertRecord } from '../../alert.ts'
import { actorKeyOf, type EventKind, exportedVault, isAdministration, kindOf } from './kinds.ts'
import { sentenceOf, type Wording } from './phrases.ts'
import type { Suspicion } from './suspicion.ts'

/** Most entries of a timeline. */
export const timelineMax = 200
/** Most time between two events of one entry, in milliseconds. */
export const foldedGapMs = 3_600_000

/** Events of one kind by one person from one address, none of another kind between them; in order of time. */
type Run = { readonly kind: EventKind; readonly isSuspicious: boolean; readonly events: readonly StoredEvent[] }

/** Folds events in order of time into runs, by their first events. Failed logins from a new address are one, whose account they were of. */
export function runsOf(events: readonly StoredEvent[], { newAddressOf, isSuspicious }: Suspicion): readonly Run[] {
  const runs: { kind: EventKind; isSuspicious: boolean; events: StoredEvent[] }[] = []
  const lanes = new Map<string, (typeof runs)[number]>()
  for (const event of events) {
    const kind = kindOf(event)
    const isGuess = kind === 'failed-login' && newAddressOf(event) !== undefined
    const lane = JSON.stringify([isGuess ? kind : actorOrSystem(event), event.ipAddress])
    const open = lanes.get(lane)
    if (open?.kind === kind && isNear(open.events.at(-1), event)) {
      open.events.push(event)
      open.isSuspicious ||= isSuspicious(event)
    } else {
      const run = { kind, isSuspicious: isSuspicious(event), events: [event] }
      runs.push(run)
      lanes.set(lane, run)
    }
  }
  return runs
}

const actorOrSystem = (event: StoredEvent): string => actorKeyOf(event) ?? `system:${event.systemUser ?? ''}`

const isNear = (before: StoredEvent | undefined, event: StoredEvent): boolean =>
  before !== undefined && millisecondsOf(event.date) - millisecondsOf(before.date) <= foldedGapMs

type Entry = {
  readonly date: Instant
  readonly until: Instant
  readonly kind: 'alert' | 'events'
  readonly alertId: Guid | null
  readonly eventId: Guid | null
  readonly eventCount: number
  readonly ipAddress: string | null
  readonly isSuspicious: boolean
  readonly text: string
}

/**
 * The timeline in order of time, `timelineMax` entries at most: alerts before exports and administration from suspicious
 * sessions, these before other exports, other suspicious events, other administration, and the rest; of each the earliest.
 */
export function timelineOf(alerts: readonly AlertRecord[], runs: readonly Run[], wording: Wording) {
  const alertOf = firstAlerts(alerts)
  const ofAlerts = alerts.map((record) => ({ rank: 0, entry: alertEntry(record) }))
  const ofEvents = runs.map((run) => ({ rank: rankOf(run), entry: eventsEntry(run, alertOf, wording) }))
  return [...ofEvents, ...ofAlerts]
    .sort((one, other) => one.rank - other.rank || byTime(one.entry, other.entry))
    .slice(0, timelineMax)
    .map(({ entry }) => entry)
    .sort(byTime)
    .map((entry) => ({ ...entry, date: formatInstant(entry.date), until: formatInstant(entry.until) }))
}

const alertEntry = ({ id, from, to, title }: AlertRecord): Entry => ({
  date: from,
  until: to,
  kind: 'alert',
  alertId: id,
  eventId: null,
  eventCount: 0,
  ipAddress: null,
  isSuspicious: true,
  text: title,
})

function eventsEntry({ events, isSuspicious }: Run, alertOf: ReadonlyMap<Guid, Guid>, wording: Wording): Entry {
  const [first] = events
  if (!first) throw new TypeError('a run has an event')
  return {
    date: first.date,
    until: events.at(-1)?.date ?? first.date,
    kind: 'events',
    alertId: events.map(({ id }) => alertOf.get(id)).find((id) => id !== undefined) ?? null,
    eventId: first.id,
    eventCount: events.length,
    ipAddress: first.ipAddress ?? null,
    isSuspicious,
    text: sentenceOf(events, wording),
  }
}

/** The first alert that has an event as a sample, by the event. */
function firstAlerts(alerts: readonly AlertRecord[]): ReadonlyMap<Guid, Guid> {
  const first = new Map<Guid, Guid>()
  for (const { id, samples } of [...alerts].sort((one, other) =>
    one.from + one.id < other.from + other.id ? -1 : 1,
  )) {
    for (const sample of samples) if (!first.has(sample.id)) first.set(sample.id, id)
  }
  return first
}

/** How soon a run is omitted: those of the highest rank first. */
function rankOf({ isSuspicious, events: [first] }: Run): number {
  const type = first?.type ?? 0
  const isExport = exportedVault(type) !== undefined
  if (isSuspicious && (isExport || isAdministration(type))) return 1
  if (isExport) return 2
  if (isSuspicious) return 3
  return isAdministration(type) ? 4 : 5
}

/** An alert comes after the events of its millisecond: one of them is that with which it fired. */
function byTime(one: Entry, other: Entry): number {
  const [ms, otherMs] = [millisecondsOf(one.date), millisecondsOf(other.date)]
  if (ms !== otherMs) return ms - otherMs
  if (one.kind !== other.kind) return one.kind === 'events' ? -1 : 1
  const keyOf = ({ date, eventId, alertId }: Entry) => date + (eventId ?? alertId)
  return keyOf(one) < keyOf(other) ? -1 : 1
}
