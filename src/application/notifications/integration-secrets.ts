// Secrets of integrations on their way to what is kept and back: each is sealed for its integration and its name, and opens for nothing else.
import type { Guid } from '../../domain/guid.ts'
import type { Integration, IntegrationsChange, Sealed } from '../../domain/notifications/integration.ts'
import { type SecretName, secretNames } from '../../domain/notifications/targets/registry.ts'
import { type ClearSecrets, secretsNeeded } from '../../domain/notifications/targets/targets.ts'
import type { SecretBox } from '../../ports/secret-box.ts'

type StateEntry = Pick<Integration, 'id' | 'sealed'>

/** The secrets of an integration, sealed; those that are not there are left out. */
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

/** Every secret of an integration in clear; those that can't be opened are left out. */
export function openSecrets(box: SecretBox, organizationId: Guid, kept: StateEntry): ClearSecrets {
  const entries = secretNames.map((name) => [name, openSecret(box, organizationId, kept, name)] as const)
  return Object.fromEntries(entries.filter(([, secret]) => secret !== undefined))
}

/** The secrets that an integration can't do without and that can't be opened: their key is gone, or they are damaged. */
export const unreadableSecrets = (box: SecretBox, organizationId: Guid, kept: Integration): readonly SecretName[] =>
  secretsNeeded(kept.target.kind).filter((name) => openSecret(box, organizationId, kept, name) === undefined)

/** Of the secrets that a request brings, those that differ from what an integration has: the same again changes nothing. */
export function newSecrets(box: SecretBox, organizationId: Guid, kept: StateEntry, given: ClearSecrets): ClearSecrets {
  const known = openSecrets(box, organizationId, kept)
  const differ = secretNames.filter((name) => given[name] !== undefined && given[name] !== known[name])
  return Object.fromEntries(differ.map((name) => [name, given[name]]))
}

/**
 * A change of these integrations whose secrets are all sealed with the key that seals now, each for its own name: also the
 * one that a new signing secret took the place of, which is given up when it can't be opened any more.
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

/** Seals what an old key sealed with the current one, as far as it can be opened. */
function renewed(box: SecretBox, organizationId: Guid, kept: Integration): Integration {
  const outdated = secretNames.filter((name) => !box.isCurrent(kept.sealed[name] ?? ''))
  const opened = Object.fromEntries(outdated.map((name) => [name, openSecret(box, organizationId, kept, name)]))
  return { ...kept, sealed: { ...kept.sealed, ...sealSecrets(box, organizationId, kept.id, opened) } }
}

function openSecret(
  box: SecretBox,
  organizationId: Guid,
  { id, sealed }: StateEntry,
  name: SecretName,
): string | undefined {
  const text = sealed[name]
  return text === undefined ? undefined : box.open(text, contextOf(organizationId, id, name))
}

/** What a secret is sealed for. */
const contextOf = (organizationId: Guid, integrationId: Guid, name: SecretName) =>
  `${organizationId} ${integrationId} ${name}`
