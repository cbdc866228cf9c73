// Changes of integrations: the audit event is enqueued first, then they change, then deliveries follow.
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { Integration, IntegrationsChange } from '../../domain/notifications/integration.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { NotificationQueue } from '../../ports/outbox.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import { writeDelivery } from './delivery-message.ts'
import { lateEvaluationAt } from './delivery-times.ts'
import { sealedAnew } from './integration-secrets.ts'

/** What changing integrations needs. */
export type ChangePorts = {
  readonly integrations: Integrations
  readonly queue: EventQueue
  readonly box: SecretBox
}

/** What the audit event says of a change; the same change has the same id. */
type AuditedChange = { readonly kind: AuditEventKind; readonly eventId: Guid }

/**
 * Changes an organization's integrations, and seals every secret of the changed one with the current key. The audit event
 * is enqueued before they change, so that no change goes unlogged; a refused change has none.
 */
export async function changeIntegrations(
  { integrations, queue, box }: ChangePorts,
  author: Author,
  { kind, eventId }: AuditedChange,
  change: (known: readonly Integration[]) => IntegrationsChange,
): Promise<IntegrationsChange> {
  const { organizationId } = author
  const planned = change(await integrations.integrationsOf(organizationId))
  if (planned.kind === 'refused') return planned

  await reportChange(queue, author, { kind, eventId }, planned.integration)
  return integrations.change(organizationId, (known) => sealedAnew(box, organizationId, known, change(known)))
}

/** Enqueues the audit event of a change of an integration. */
export const reportChange = (
  queue: EventQueue,
  author: Author,
  { kind, eventId }: AuditedChange,
  { id, name }: Pick<Integration, 'id' | 'name'>,
): Promise<void> =>
  queue.enqueue(writeMessages([auditEvent(kind, { ...author, objectId: id, objectName: name }, eventId)]))

/** Resolves once a message will start a delivery to an integration. */
export const deliverSoon = (
  { notifications }: { readonly notifications: Pick<NotificationQueue, 'send'> },
  organizationId: Guid,
  integrationId: Guid,
): Promise<void> => notifications.send(writeDelivery({ organizationId, integrationId }), 0)

/** Resolves once an evaluation is scheduled that finds what waits, should the message of `deliverSoon` get lost. */
export async function evaluateLater(
  { schedule, now }: { readonly schedule: Pick<EvaluationSchedule, 'add'>; readonly now: () => number },
  organizationId: Guid,
): Promise<void> {
  await schedule.add({ organizationId, at: lateEvaluationAt(now()) })
}
