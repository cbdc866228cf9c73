// An alert as the API returns it: texts and numbers, sample events, and a link to the event log. Pure.

import type { Names } from '../directory/names.ts'
import type { StoredEvent } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import { formatInstant, type Instant } from '../instant.ts'
import { memberView } from '../log/event-views.ts'
import { isActive, isMuted, type StoredAlert, stateOf } from './alert.ts'
import type { Mute } from './configuration/rule-configuration.ts'
import type { PlaceOf } from './observed/place.ts'
import { linkOf } from './summary-text.ts'

/** An organization's alert as it is at `now`, while these mutes last, with where its addresses are if `placeOf` knows; `link` is the path of the event-log page with the alert's range and group. */
export function alertView(
  organizationId: Guid,
  alert: StoredAlert,
  names: Names,
  now: Instant,
  { mutes = [], placeOf }: { readonly mutes?: readonly Mute[]; readonly placeOf?: PlaceOf | undefined },
) {
  const { record, acknowledged } = alert
  const { id, ruleId, title, level, tags, group, count, atLeast, threshold, suppressedCount, summary, response } =
    record
  return {
    object: 'alert',
    id,
    ruleId,
    incidentId: record.incidentId ?? null,
    title,
    level,
    tags,
    state: stateOf(alert, mutes),
    active: isActive(record, now),
    muted: isMuted(record, mutes),
    group,
    from: formatInstant(record.from),
    to: formatInstant(record.to),
    firstEventAt: formatInstant(record.firstEventAt),
    endsAt: record.endsAt && formatInstant(record.endsAt),
    count,
    atLeast,
    threshold,
    heldBack: suppressedCount,
    summary,
    response,
    samples: record.samples.map((event) => memberView(event, names)),
    places: placesIn(record.samples, placeOf),
    link: linkOf(organizationId, record),
    acknowledgedAt: acknowledged && formatInstant(acknowledged.at),
    acknowledgedBy: acknowledged?.by ?? null,
  }
}

/** Where the addresses of events are, each once, as far as that is known. */
function placesIn(events: readonly Pick<StoredEvent, 'ipAddress'>[], placeOf: PlaceOf | undefined) {
  const addresses = new Set(events.flatMap(({ ipAddress }) => ipAddress ?? []))
  return [...addresses].flatMap((ipAddress) => {
    const place = placeOf?.(ipAddress)
    if (!place) return []
    const { country, networkNumber, networkName, isHosting } = place
    return [{ ipAddress, country, networkNumber, networkName, isHosting }]
  })
}
