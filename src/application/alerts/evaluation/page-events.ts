// The events of a feed page as the engine takes them: with their fields, and with what their users were seen with before.

import { isHistory } from '../../../domain/alerts/engine/limits.ts'
import type { EngineEvent } from '../../../domain/alerts/engine/match.ts'
import {
  expiresAt,
  observeAmong,
  observedUser,
  readSeenByUser,
  type SeenByUser,
  writeSeenByUser,
} from '../../../domain/alerts/first-seen.ts'
import { type FieldContext, fieldsOf } from '../../../domain/alerts/sigma/fields.ts'
import { firstSeenName } from '../../../domain/alerts/state-entries.ts'
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { EvaluationState } from '../../../ports/alerts/evaluation-state.ts'
import type { FeedPage } from '../../../ports/events.ts'
import { changeOf } from './state-changes.ts'

/** How many events of the feed are evaluated together. */
export const eventsPerStep = 1_000

/** What the directory knows, as fields of events. */
export type Context = Pick<FieldContext, 'names' | 'roleIn' | 'isCritical'>

/** The events with their fields, and the changes of what their users were seen with. */
export async function engineEventsOf(
  { alerts, organizationId }: { readonly alerts: EvaluationState; readonly organizationId: Guid },
  { events, numbers, storedAt }: FeedPage,
  context: Context,
) {
  const users = [...new Set(events.flatMap((event) => observedUser(event) ?? []))]
  const before = await alerts.entriesNamed(organizationId, users.map(firstSeenName))
  const seenBy = new Map<Guid, SeenByUser>()
  for (const userId of users) {
    const known = readSeenByUser(userId, before.get(firstSeenName(userId))?.text ?? '')
    if (known) seenBy.set(userId, known)
  }
  // History first: a page that is evaluated again judges its events by what the history in it taught before.
  for (const [index, event] of events.entries()) {
    const arrivedAt = storedAt[index] ?? 0
    if (isHistory(millisecondsOf(event.date), arrivedAt)) observeAmong(seenBy, event, arrivedAt)
  }
  const engineEvents = events.map((event, index): EngineEvent => {
    const arrivedAt = storedAt[index] ?? 0
    const firstSeen = observeAmong(seenBy, event, arrivedAt)
    const number = numbers[index] ?? 0
    return { id: event.id, number, date: event.date, arrivedAt, fields: fieldsOf(event, { ...context, ...firstSeen }) }
  })
  const firstSeenChanges = [...seenBy].flatMap(([userId, seen]) => {
    const name = firstSeenName(userId)
    return changeOf(name, before.get(name), { text: writeSeenByUser(userId, seen), dueAt: expiresAt(seen) })
  })
  return { engineEvents, firstSeenChanges }
}
