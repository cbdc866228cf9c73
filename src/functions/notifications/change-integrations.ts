// What the routes of integrations share: changes that the organization's own log hears of first, orders to deliver, and what answers show.
import type { HttpRequest } from '@azure/functions'
import { lateEvaluationAt, writeDelivery } from '../../application/notifications/delivery-times.ts'
import { sealedAnew, unreadableSecrets } from '../../application/notifications/integration-secrets.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Health } from '../../domain/notifications/health.ts'
import type { Integration, IntegrationsChange } from '../../domain/notifications/integration.ts'
import { healthView, integrationView } from '../../domain/notifications/integration-view.ts'
import { Damaged } from '../../ports/errors.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import type { EvaluationSchedule } from '../../ports/schedule.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import type { AddressSettings } from '../http/client-context.ts'
import type { ManagingPorts } from '../http/managing.ts'

export type IntegrationsPorts = ManagingPorts & {
  readonly integrations: Integrations
  readonly outbox: Outbox
  readonly box: SecretBox
}

export type ChangingIntegrationsPorts = IntegrationsPorts & {
  readonly secrets: Pick<Secrets, 'newId' | 'create'>
  readonly queue: EventQueue
  readonly notifications: Pick<NotificationQueue, 'send'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly address: AddressSettings
}

/** The event that tells of a change: the same change has the same id. */
type Change = { readonly kind: AuditEventKind; readonly eventId: Guid }

/**
 * Changes an organization's integrations, with every secret of the one it is about sealed by the current key. The event is
 * on its way before they change, so that no change goes unlogged; of what is refused, there is none.
 */
export async function changeIntegrations(
  { integrations, queue, box }: Pick<ChangingIntegrationsPorts, 'integrations' | 'queue' | 'box'>,
  author: Author,
  { kind, eventId }: Change,
  change: (known: readonly Integration[]) => IntegrationsChange,
): Promise<IntegrationsChange> {
  const { organizationId } = author
  const planned = change(await integrations.integrationsOf(organizationId))
  if (planned.kind === 'refused') return planned

  await queue.enqueue(writeMessages([changeEvent(kind, planned.integration, author, eventId)]))
  return integrations.change(organizationId, (known) => sealedAnew(box, organizationId, known, change(known)))
}

/** The event that somebody did something with an integration. */
export const changeEvent = (
  kind: AuditEventKind,
  { id, name }: Pick<Integration, 'id' | 'name'>,
  author: Author,
  eventId: Guid,
) => auditEvent(kind, { ...author, objectId: id, objectName: name }, eventId)

/** The integration that a request names; undefined when the organization has none such. Throws `Damaged` when it cannot be read. */
export async function integrationNamed(
  request: HttpRequest,
  organizationId: Guid,
  ports: Pick<IntegrationsPorts, 'integrations'>,
): Promise<Integration | undefined> {
  const integrationId = parseGuid(request.params.integrationId)
  const found = (await ports.integrations.integrationsOf(organizationId)).find(({ id }) => id === integrationId)
  if (!found && integrationId && (await isDamaged(ports, organizationId, integrationId)))
    throw new Damaged('integration', new Error('a row is damaged'))
  return found
}

/** Whether an integration that was not found is there and cannot be read. */
export const isDamaged = async (
  { integrations }: { readonly integrations: Pick<Integrations, 'damagedOf'> },
  organizationId: Guid,
  integrationId: Guid,
): Promise<boolean> => (await integrations.damagedOf(organizationId)).includes(integrationId)

/** Resolves once what waits for an integration will be looked at soon. */
export async function deliverSoon(
  { notifications }: Pick<ChangingIntegrationsPorts, 'notifications'>,
  organizationId: Guid,
  integrationId: Guid,
): Promise<void> {
  await notifications.send(writeDelivery({ organizationId, integrationId }), 0)
}

/** Resolves once the organization will be evaluated a little later: that finds what waits, should `deliverSoon` get lost. */
export const evaluateLater = (
  { schedule, now }: Pick<ChangingIntegrationsPorts, 'schedule' | 'now'>,
  organizationId: Guid,
) => schedule.add({ organizationId, at: lateEvaluationAt(now()) })

/** An integration as answers show it: with its health, and which of its secrets must be given again. */
export const viewOf = (
  box: SecretBox,
  organizationId: Guid,
  integration: Integration,
  health: Health,
  at: Instant,
) => ({
  ...integrationView(integration),
  unreadableSecrets: unreadableSecrets(box, organizationId, integration),
  health: healthView(health, at),
})
