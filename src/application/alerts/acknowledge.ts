// Acknowledges an alert, with an audit event in the organization's log.
import type { StoredAlert } from '../../domain/alerts/alert.ts'
import { type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { Acknowledgements, AlertReader } from '../../ports/alerts/alerts.ts'
import type { EventQueue } from '../../ports/events.ts'

type AcknowledgePorts = {
  readonly alerts: Pick<AlertReader, 'find'> & Acknowledgements
  readonly queue: Pick<EventQueue, 'enqueue'>
}

/**
 * Acknowledges an alert; the first acknowledgement counts. The event is queued before, so that no acknowledgement goes
 * unlogged. Undefined if there is no such alert.
 */
export async function acknowledge(
  { alerts, queue }: AcknowledgePorts,
  author: Author,
  alertId: Guid,
): Promise<StoredAlert | undefined> {
  const { organizationId, actingUserId, at } = author
  const found = await alerts.find(organizationId, alertId)
  if (!found || found.acknowledged) return found

  const { id, title } = found.record
  const facts = { ...author, objectId: id, objectName: title }
  const event = auditEvent('alert-acknowledged', facts, guidOfContent('alert-acknowledged', id, actingUserId))
  await queue.enqueue(writeMessages([event]))
  return alerts.acknowledge(organizationId, id, { by: actingUserId, at })
}
