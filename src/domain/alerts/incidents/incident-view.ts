// Incidents as the API returns them: in lists, and one with its alerts and its timeline. Pure.

import type { Names } from '../../directory/names.ts'
import { describe } from '../../events/describe.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import { formatInstant } from '../../instant.ts'
import type { StoredAlert } from '../alert.ts'
import { labelOf, personOf, shown } from '../labels.ts'
import { type Entity, partsOfKey } from './entities.ts'
import type { IncidentRecord } from './incident.ts'

/** Most entries of a timeline: the first ones. */
export const timelineMax = 200

/** An incident as lists show it; entities have today's names, as far as `names` are given and know them. */
export const incidentView = (
  { id, title, level, from, to, alertCount, entities }: IncidentRecord,
  names: Names | null = null,
) => ({
  object: 'incident',
  id,
  title,
  level,
  from: formatInstant(from),
  to: formatInstant(to),
  alertCount,
  entities: entities.map((entity) => entityView(entity, names)),
})

function entityView({ key, label }: Entity, names: Names | null) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  const field = kind === 'member' ? 'organizationUserId' : 'userId'
  const known = names && id && (kind === 'person' || kind === 'member') ? labelOf(field, value, names) : null
  return { kind, value, label: known ?? label }
}

/**
 * What happened in these alerts, in order of time: each alert where its rule fired first, and each of their sample events
 * once; `timelineMax` entries at most.
 */
export function timelineOf(alerts: readonly StoredAlert[], names: Names) {
  const events = new Map<Guid, TimelineEntry>()
  for (const { record } of alerts) {
    for (const event of record.samples) {
      if (events.has(event.id)) continue
      const text = `${personOf(event, names, '')}: ${shown(describe(event, names))}`.replace(/^: /, '')
      events.set(event.id, { date: event.date, alertId: record.id, eventId: event.id, text })
    }
  }
  const ofAlerts = alerts.map(({ record }): TimelineEntry => {
    return { date: record.from, alertId: record.id, eventId: null, text: record.title }
  })
  // An alert comes after the event of the same date with which it fired.
  return [...events.values(), ...ofAlerts]
    .sort((one, other) => (one.date < other.date ? -1 : Number(one.date > other.date)))
    .slice(0, timelineMax)
    .map((entry) => ({ ...entry, date: formatInstant(entry.date) }))
}

type TimelineEntry = {
  readonly date: StoredAlert['record']['from']
  readonly alertId: Guid
  /** The event's; null for the alert itself. */
  readonly eventId: Guid | null
  readonly text: string
}
