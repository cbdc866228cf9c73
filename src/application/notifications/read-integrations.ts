// Integrations as people see them: found by id, with health and the secrets that they must enter again.
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import { type Instant, instantAt } from '../../domain/instant.ts'
import { type Health, untried } from '../../domain/notifications/health.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import { healthView, integrationView } from '../../domain/notifications/integration-view.ts'
import { Damaged } from '../../ports/errors.ts'
import type { Integrations } from '../../ports/integrations.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import { unreadableSecrets } from './integration-secrets.ts'

/** What showing integrations needs. */
type ViewPorts = {
  readonly box: SecretBox
  readonly outbox: Pick<Outbox, 'healthOf'>
  readonly now: () => number
}

/** Most healths that are read at the same time. */
const healthReadsAtOnce = 8

/** An organization's integrations as responses show them, oldest first. */
export async function integrationViews(
  { integrations, outbox, box, now }: ViewPorts & { readonly integrations: Pick<Integrations, 'integrationsOf'> },
  organizationId: Guid,
) {
  const found = await integrations.integrationsOf(organizationId)
  const healths = await inParallel(found, healthReadsAtOnce, ({ id }) => outbox.healthOf(organizationId, id))
  const at = instantAt(now())
  return found.map((each, index) => viewOf(box, organizationId, each, healths[index] ?? untried, at))
}

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
