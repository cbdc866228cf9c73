// An alert as the API returns it: texts and numbers, sample events, and a link to the event log. Pure.

import type { Names } from '../directory/names.ts'
import type { Guid } from '../guid.ts'
import { formatInstant, type Instant } from '../instant.ts'
import { memberView } from '../log/event-views.ts'
import { isActive, type StoredAlert, stateOf } from './alert.ts'
import { linkOf } from './summary-text.ts'

/** An organization's alert as it is at `now`; `link` is the path of the event-log page with the alert's range and group. */
export function alertView(organizationId: Guid, alert: StoredAlert, names: Names, now: Instant) {
  const { record, acknowledged } = alert
  const {
    id,
    ruleId,
    title,
    level,
    tags,
    muted,
    group,
    count,
    atLeast,
    threshold,
    suppressedCount,
    summary,
    response,
  } = record
  return {
    object: 'alert',
    id,
    ruleId,
    title,
    level,
    tags,
    state: stateOf(alert),
    active: isActive(record, now),
    muted,
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
    link: linkOf(organizationId, record),
    acknowledgedAt: acknowledged && formatInstant(acknowledged.at),
    acknowledgedBy: acknowledged?.by ?? null,
  }
}
