// Use cases of owners and admins: they send a test to an integration, and send again what failed for good.
import type { Author } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { SecretName } from '../../domain/notifications/targets/registry.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import { type ChangePorts, deliverSoon, evaluateLater, reportChange } from './change-integrations.ts'
import { unreadableSecrets } from './integration-secrets.ts'
import { findIntegration } from './read-integrations.ts'

type SendPorts = ChangePorts & {
  readonly secrets: Pick<Secrets, 'newId'>
  readonly outbox: Pick<Outbox, 'add' | 'replay'>
  readonly notifications: Pick<NotificationQueue, 'send'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly now: () => number
}

/** Why nothing can be sent to an integration; `names`: the secrets that must be entered again. */
export type SendRefusal =
  | { readonly kind: 'refused'; readonly reason: 'integration-unknown' | 'integration-disabled' }
  | { readonly kind: 'refused'; readonly reason: 'secrets-unreadable'; readonly names: readonly SecretName[] }

/** Sends a notification that says it is a test. Resolves once it waits in the outbox and a delivery is on its way. */
export async function sendTest(
  ports: SendPorts,
  organizationId: Guid,
  integrationId: Guid | undefined,
): Promise<{ readonly kind: 'sent'; readonly id: Guid } | SendRefusal> {
  const found = await sendable(ports, organizationId, integrationId)
  if (found.kind === 'refused') return found

  const id = ports.secrets.newId()
  await evaluateLater(ports, organizationId)
  const at = instantAt(ports.now())
  await ports.outbox.add(organizationId, [{ id, at, integrationId: found.integration.id, content: { kind: 'test' } }])
  await deliverSoon(ports, organizationId, found.integration.id)
  return { kind: 'sent', id }
}

/**
 * Lets one notification that failed for good wait again, or all of them; `replayed` is how many. The audit event is enqueued
 * before, so that no replay goes unlogged.
 */
export async function replay(
  ports: SendPorts,
  author: Author,
  integrationId: Guid | undefined,
  failedId: Guid | 'all',
): Promise<{ readonly kind: 'replayed'; readonly replayed: number } | SendRefusal> {
  const { organizationId } = author
  const found = await sendable(ports, organizationId, integrationId)
  if (found.kind === 'refused') return found

  const { integration } = found
  await evaluateLater(ports, organizationId)
  const change = { kind: 'integration-replayed', eventId: ports.secrets.newId() } as const
  await reportChange(ports.queue, author, change, integration)
  const replayed = await ports.outbox.replay(organizationId, integration.id, failedId, ports.now())
  await deliverSoon(ports, organizationId, integration.id)
  return { kind: 'replayed', replayed }
}

/** The integration if something can be sent to it. */
async function sendable(
  { integrations, box }: Pick<ChangePorts, 'integrations' | 'box'>,
  organizationId: Guid,
  integrationId: Guid | undefined,
): Promise<{ readonly kind: 'sendable'; readonly integration: Integration } | SendRefusal> {
  const integration = await findIntegration(integrations, organizationId, integrationId)
  if (!integration) return { kind: 'refused', reason: 'integration-unknown' }
  if (integration.state.kind === 'disabled') return { kind: 'refused', reason: 'integration-disabled' }
  const names = unreadableSecrets(box, organizationId, integration)
  return names.length === 0
    ? { kind: 'sendable', integration }
    : { kind: 'refused', reason: 'secrets-unreadable', names }
}
