// Acknowledges an alert, with an audit event in the organization's log.
import type { StoredAlert } from '../../domain/alerts/alert.ts'
import { type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { guidOfContent } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { Acknowledgements } from '../../ports/alerts/alerts.ts'
import type { EventQueue } from '../../ports/events.ts'

type AcknowledgePorts = { readonly alerts: Acknowledgements; readonly queue: Pick<EventQueue, 'enqueue'> }

/** Acknowledges an alert. The event is queued before, so that no acknowledgement goes unlogged. Undefined if the alert is gone. */
export async function acknowledge({ record }: StoredAlert, author: Author, { alerts, queue }: AcknowledgePorts) {
  const { organizationId, actingUserId, at } = author
  const facts = { ...author, objectId: record.id, objectName: record.title }
  const event = auditEvent('alert-acknowledged', facts, guidOfContent('alert-acknowledged', record.id, actingUserId))
  await queue.enqueue(writeMessages([event]))
  return alerts.acknowledge(organizationId, record.id, { by: actingUserId, at })
}
