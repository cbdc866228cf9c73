// The events of a feed page as the engine takes them: with their fields, and with what their users were seen with before.

import { isHistory } from '../../../domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../domain/alerts/engine/match.ts'
import { observe } from '../../../domain/alerts/first-seen/observe.ts'
import { type FieldContext, fieldsOf } from '../../../domain/alerts/sigma/fields.ts'
import type { Guid } from '../../../domain/guid.ts'
import { millisecondsOf } from '../../../domain/instant.ts'
import type { EvaluationState } from '../../../ports/alerts/evaluation-state.ts'
import type { Places } from '../../../ports/alerts/places.ts'
import type { FeedPage } from '../../../ports/events.ts'
import { changesOfFirstSeen, readFirstSeen } from './first-seen-entries.ts'

/** How many events of the feed are evaluated together. */
export const eventsPerStep = 1_000

/** Whose page it is, and what is known of it; without `places`, nothing is known of places. */
type PageOf = { readonly alerts: EvaluationState; readonly organizationId: Guid; readonly places?: Places | undefined }

/** The events with their fields, and the changes of what their users were seen with. */
export async function engineEventsOf(
  { alerts, organizationId, places }: PageOf,
  { events, numbers, storedAt }: FeedPage,
  context: FieldContext,
) {
  const { state, before } = await readFirstSeen(alerts, organizationId, events, places?.placeOf)
  // History first: a page that is evaluated again judges its events by what the history in it taught before.
  for (const [index, event] of events.entries()) {
    const arrivedAt = storedAt[index] ?? 0
    if (isHistory(millisecondsOf(event.date), arrivedAt)) observe(state, event, arrivedAt)
  }
  const engineEvents = events.map((event, index): EngineEvent => {
    const arrivedAt = storedAt[index] ?? 0
    const fields = fieldsOf(event, context, observe(state, event, arrivedAt))
    return { id: event.id, number: numbers[index] ?? 0, date: event.date, arrivedAt, fields }
  })
  return { engineEvents, firstSeenChanges: changesOfFirstSeen(state, before) }
}
