// Secrets of integrations, sealed for storage and opened again: each for its integration and its name only.
import type { Guid } from '../../domain/guid.ts'
import type { Integration, IntegrationsChange, Sealed } from '../../domain/notifications/integration.ts'
import { type SecretName, secretNames } from '../../domain/notifications/targets/registry.ts'
import { type ClearSecrets, secretsNeeded } from '../../domain/notifications/targets/targets.ts'
import type { SecretBox } from '../../ports/secret-box.ts'

type Stored = Pick<Integration, 'id' | 'sealed'>

/** The secrets of an integration, sealed; absent ones are skipped. */
export function sealSecrets(
  box: SecretBox,
  organizationId: Guid,
  integrationId: Guid,
  secrets: ClearSecrets,
): Readonly<Sealed> {
  const entries = secretNames.flatMap((name) => {
    const secret = secrets[name]
    return secret === undefined ? [] : [[name, box.seal(secret, contextOf(organizationId, integrationId, name))]]
  })
  return Object.fromEntries(entries)
}

/** Every secret of an integration in clear, except those that can't be opened. */
export function openSecrets(box: SecretBox, organizationId: Guid, stored: Stored): ClearSecrets {
  const entries = secretNames.map((name) => [name, openSecret(box, organizationId, stored, name)] as const)
  return Object.fromEntries(entries.filter(([, secret]) => secret !== undefined))
}

/** The secrets that an integration needs and that can't be opened: their key is missing, or they are damaged. */
export const unreadableSecrets = (box: SecretBox, organizationId: Guid, stored: Integration): readonly SecretName[] =>
  secretsNeeded(stored.target.kind).filter((name) => openSecret(box, organizationId, stored, name) === undefined)

/** The secrets of a request that differ from what an integration has: the same secret again changes nothing. */
export function newSecrets(box: SecretBox, organizationId: Guid, stored: Stored, given: ClearSecrets): ClearSecrets {
  const known = openSecrets(box, organizationId, stored)
  const differ = secretNames.filter((name) => given[name] !== undefined && given[name] !== known[name])
  return Object.fromEntries(differ.map((name) => [name, given[name]]))
}

/**
 * A change with every secret of the changed integration sealed with the current key, each for its own name: also the
 * previous signing secret, which is given up if it can't be opened.
 */
export function sealedAnew(
  box: SecretBox,
  organizationId: Guid,
  known: readonly Integration[],
  change: IntegrationsChange,
): IntegrationsChange {
  if (change.kind === 'refused') return change
  const { id } = change.integration
  const before = known.find((each) => each.id === id)
  const integration = renewed(box, organizationId, renamed(box, organizationId, change.integration, before))
  return {
    ...change,
    integration,
    integrations: change.integrations.map((each) => (each.id === id ? integration : each)),
  }
}

/** Seals a signing secret that has become the previous one for its new name. */
function renamed(
  box: SecretBox,
  organizationId: Guid,
  after: Integration,
  before: Integration | undefined,
): Integration {
  const { previousSecret, ...others } = after.sealed
  if (before === undefined || previousSecret === undefined || previousSecret !== before.sealed.secret) return after
  const previous = openSecret(box, organizationId, before, 'secret')
  const sealed = { ...others, ...sealSecrets(box, organizationId, after.id, { previousSecret: previous }) }
  if (previous !== undefined || !('previousSecretUntil' in after.target)) return { ...after, sealed }
  return { ...after, sealed, target: { ...after.target, previousSecretUntil: null } }
}

/** Seals with the current key what an old key sealed, as far as it can be opened. */
function renewed(box: SecretBox, organizationId: Guid, stored: Integration): Integration {
  const outdated = secretNames.filter((name) => !box.isCurrent(stored.sealed[name] ?? ''))
  const opened = Object.fromEntries(outdated.map((name) => [name, openSecret(box, organizationId, stored, name)]))
  return { ...stored, sealed: { ...stored.sealed, ...sealSecrets(box, organizationId, stored.id, opened) } }
}

function openSecret(
  box: SecretBox,
  organizationId: Guid,
  { id, sealed }: Stored,
  name: SecretName,
): string | undefined {
  const text = sealed[name]
  return text === undefined ? undefined : box.open(text, contextOf(organizationId, id, name))
}

/** What a secret is sealed for. */
const contextOf = (organizationId: Guid, integrationId: Guid, name: SecretName) =>
  `${organizationId} ${integrationId} ${name}`
