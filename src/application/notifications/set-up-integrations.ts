// Use cases of owners and admins: they create, replace and delete integrations, and rotate signing secrets.
import type { Author } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import {
  addIntegration,
  type Integration,
  type IntegrationInput,
  type IntegrationRefusal,
  type IntegrationsChange,
  newIntegration,
  removeIntegration,
  replaceIntegration,
  rotateSigning,
} from '../../domain/notifications/integration.ts'
import { isSigned, secretsIn } from '../../domain/notifications/targets/targets.ts'
import { signingSecretOf } from '../../domain/notifications/targets/webhook/signing.ts'
import type { EvaluationSchedule } from '../../ports/alerts/schedule.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { NotificationQueue, Outbox } from '../../ports/outbox.ts'
import {
  type ChangePorts,
  changeIntegrations,
  deliverSoon,
  evaluateLater,
  reportChange,
} from './change-integrations.ts'
import { newSecrets, sealSecrets } from './integration-secrets.ts'
import { isDamaged, throwIfDamaged } from './read-integrations.ts'

/** What these use cases need. */
type SetUpPorts = ChangePorts & {
  readonly secrets: Pick<Secrets, 'newId' | 'create'>
  readonly outbox: Pick<Outbox, 'forget'>
  readonly notifications: Pick<NotificationQueue, 'send'>
  readonly schedule: Pick<EvaluationSchedule, 'add'>
  readonly now: () => number
}

/** An integration, and the signing secret that was generated for it; null if none was. */
type Secured = { readonly kind: 'changed'; readonly integration: Integration; readonly signingSecret: string | null }
type Refused = { readonly kind: 'refused'; readonly reason: IntegrationRefusal }

/** Creates an integration. A signed target for which the request brings no signing secret gets a generated one. */
export async function setUpIntegration(
  ports: SetUpPorts,
  author: Author,
  input: IntegrationInput,
): Promise<Secured | Refused> {
  const id = ports.secrets.newId()
  const given = secretsIn(input.target)
  const generated = isSigned(input.target.kind) && given.secret === undefined ? newSigningSecret(ports) : null
  const secrets = generated === null ? given : { ...given, secret: generated }
  const sealed = sealSecrets(ports.box, author.organizationId, id, secrets)
  const integration = newIntegration(input, sealed, { id, at: author.at, by: author.actingUserId })
  const change = { kind: 'integration-created', eventId: guidOfContent('integration-created', id) } as const
  const changed = await changeIntegrations(ports, author, change, (known) => addIntegration(known, integration))
  return withSecret(changed, generated)
}

/**
 * Replaces an integration; secrets that the request does not bring stay. Throws `Damaged` if the integration cannot be
 * read. A delivery follows: what waits may have another target now, or none.
 */
export async function updateIntegration(
  ports: SetUpPorts,
  author: Author,
  id: Guid,
  input: IntegrationInput,
): Promise<IntegrationsChange> {
  const { box } = ports
  const { organizationId } = author
  const change = { kind: 'integration-replaced', eventId: ports.secrets.newId() } as const
  await evaluateLater(ports, organizationId)
  const changed = await changeIntegrations(ports, author, change, (known) => {
    const before = known.find((each) => each.id === id)
    const given = before ? newSecrets(box, organizationId, before, secretsIn(input.target)) : {}
    return replaceIntegration(known, id, input, sealSecrets(box, organizationId, id, given), author.at)
  })
  if (changed.kind === 'refused') await throwIfDamaged(ports, organizationId, id)
  else await deliverSoon(ports, organizationId, id)
  return changed
}

/**
 * Deletes an integration, its secrets, and its notifications. For one that no longer exists, it deletes what an earlier,
 * interrupted deletion left. A damaged one can be deleted; its audit event has no name.
 */
export async function dropIntegration(
  ports: SetUpPorts,
  author: Author,
  id: Guid,
): Promise<{ readonly kind: 'changed' } | Refused> {
  const { organizationId } = author
  const change = { kind: 'integration-deleted', eventId: guidOfContent('integration-deleted', id) } as const
  const changed = await changeIntegrations(ports, author, change, (known) => removeIntegration(known, id))
  const damaged = changed.kind === 'refused' && (await isDamaged(ports, organizationId, id))
  if (damaged) {
    await reportChange(ports.queue, author, change, { id, name: '' })
    await ports.integrations.removeDamaged(organizationId, id)
  }
  await ports.outbox.forget(organizationId, id)
  return damaged ? { kind: 'changed' } : changed
}

/** Generates a new signing secret for an integration whose target is signed. */
export async function rotateSigningSecret(ports: SetUpPorts, author: Author, id: Guid): Promise<Secured | Refused> {
  const signingSecret = newSigningSecret(ports)
  const { secret = '' } = sealSecrets(ports.box, author.organizationId, id, { secret: signingSecret })
  const change = { kind: 'integration-secret-rotated', eventId: ports.secrets.newId() } as const
  const changed = await changeIntegrations(ports, author, change, (known) =>
    rotateSigning(known, id, secret, author.at),
  )
  return withSecret(changed, signingSecret)
}

const withSecret = (change: IntegrationsChange, signingSecret: string | null): Secured | Refused =>
  change.kind === 'refused' ? change : { kind: 'changed', integration: change.integration, signingSecret }

const newSigningSecret = ({ secrets }: Pick<SetUpPorts, 'secrets'>): string =>
  signingSecretOf(Buffer.from(secrets.create().secret, 'base64url'))
