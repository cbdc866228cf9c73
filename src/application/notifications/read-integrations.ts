// Integrations as people see them: found by id, with health and the secrets that they must enter again.
import type { Guid } from '../../domain/guid.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Health } from '../../domain/notifications/health.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import { healthView, integrationView } from '../../domain/notifications/integration-view.ts'
import { Damaged } from '../../ports/errors.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import { unreadableSecrets } from './integration-secrets.ts'

/** An organization's integration; undefined if it has none with this id. Throws `Damaged` if it cannot be read. */
export async function findIntegration(
  integrations: Pick<Integrations, 'integrationsOf' | 'damagedOf'>,
  organizationId: Guid,
  integrationId: Guid | undefined,
): Promise<Integration | undefined> {
  const found = (await integrations.integrationsOf(organizationId)).find(({ id }) => id === integrationId)
  if (!found && integrationId) await throwIfDamaged({ integrations }, organizationId, integrationId)
  return found
}

/** Throws `Damaged` if an integration that was not found is stored and cannot be read. */
export async function throwIfDamaged(ports: DamageReader, organizationId: Guid, integrationId: Guid): Promise<void> {
  if (await isDamaged(ports, organizationId, integrationId))
    throw new Damaged('integration', new Error('a row is damaged'))
}

/** Whether an integration that was not found is stored and cannot be read. */
export const isDamaged = async (
  { integrations }: DamageReader,
  organizationId: Guid,
  integrationId: Guid,
): Promise<boolean> => (await integrations.damagedOf(organizationId)).includes(integrationId)

type DamageReader = { readonly integrations: Pick<Integrations, 'damagedOf'> }

/** An integration as responses show it: with its health, and which of its secrets must be entered again. */
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
