// What the routes of integrations share: the ports that they need, and the integration that a request names.
import type { HttpRequest } from '@azure/functions'
import { findIntegration } from '../../application/notifications/read-integrations.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import type { AddressSettings } from '../http/client-context.ts'
import type { ManagerPorts } from '../http/managers.ts'

/** What reading integrations needs. */
export type IntegrationsPorts = ManagerPorts & {
  readonly integrations: Integrations
  readonly outbox: Outbox
  readonly box: SecretBox
}

/** What changing integrations needs. */
export type ChangingIntegrationsPorts = IntegrationsPorts & {
  readonly secrets: Pick<Secrets, 'newId' | 'create'>
  readonly queue: EventQueue
  readonly notifications: Pick<NotificationQueue, 'send'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly address: AddressSettings
}

/** The integration that a request names; undefined if the organization has none such. Throws `Damaged` if it cannot be read. */
export const integrationNamed = (
  request: HttpRequest,
  organizationId: Guid,
  { integrations }: Pick<IntegrationsPorts, 'integrations'>,
) => findIntegration(integrations, organizationId, parseGuid(request.params.integrationId))
