// An organization's integrations: what is stored of one, what a request says of it, and every change. Pure.
import * as v from 'valibot'
import { Guid } from '../guid.ts'
import { Instant, instantAt, millisecondsOf } from '../instant.ts'
import { nameOf } from '../texts.ts'
import { Template } from './messages/templates.ts'
import { Subscriptions, SubscriptionsInput } from './subscriptions.ts'
import type { UrlRules } from './targets/definition/endpoint-urls.ts'
import { type SecretName, secretNames, type TargetInput } from './targets/registry.ts'
import { describeTarget, movedSecret, secretsIn, secretsNeeded, Target, targetInput } from './targets/targets.ts'

/** Most integrations of an organization. */
export const integrationsMax = 50
/** Longest name of one, in UTF-16 units. */
export const integrationNameCharsMax = 100
/** Longest integration as JSON, in UTF-16 units, if sealing doubles its secrets: it fits in one property of a table. */
export const integrationCharsMax = 32_000
/** How long requests are also signed with the previous secret, in hours. */
export const secretOverlapHours = 24

/** gone: its target responded that it no longer exists (410); switched-off: by an owner or admin. */
const State = v.variant('kind', [
  v.object({ kind: v.literal('active') }),
  v.object({ kind: v.literal('disabled'), reason: v.picklist(['gone', 'switched-off']), at: Instant }),
])
type State = v.InferOutput<typeof State>

/** Secrets as they are stored: each sealed, by name. */
export const Sealed = v.record(v.picklist(secretNames), v.string())
export type Sealed = Readonly<Partial<v.InferOutput<typeof Sealed>>>

/** An integration as it is stored. */
export const Integration = v.object({
  id: Guid,
  name: v.string(),
  target: Target,
  subscriptions: Subscriptions,
  template: v.nullable(v.string()),
  state: State,
  createdAt: Instant,
  createdBy: Guid,
  sealed: Sealed,
})
export type Integration = Readonly<v.InferOutput<typeof Integration>>

/** The body that creates or replaces an integration. Strict: a misspelt filter must not let every event through. */
export const integrationInput = (rules: UrlRules) =>
  v.strictObject({
    name: nameOf(integrationNameCharsMax),
    target: targetInput(rules),
    subscriptions: v.optional(SubscriptionsInput, {}),
    template: v.optional(v.nullable(Template), null),
    enabled: v.optional(v.boolean(), true),
  })
export type IntegrationInput = v.InferOutput<ReturnType<typeof integrationInput>>

/** Why a change is refused. `token-needed`, `password-needed`, `accessKey-needed`: a stored one is not sent to another host. */
export type IntegrationRefusal =
  | 'too-many-integrations'
  | 'integration-unknown'
  | 'kind-changed'
  | 'token-needed'
  | 'password-needed'
  | 'accessKey-needed'
/** An organization's integrations after a change, and the one that changed; or why nothing changes. */
export type IntegrationsChange =
  | {
      readonly kind: 'changed'
      readonly integrations: readonly Integration[]
      readonly integration: Integration
    }
  | { readonly kind: 'refused'; readonly reason: IntegrationRefusal }

/** The secrets that a request for a new integration lacks; a signing secret is generated, so it is not among them. */
export const secretsMissing = (target: TargetInput): readonly SecretName[] =>
  secretsNeeded(target.kind).filter((name) => secretsIn(target)[name] === undefined && name !== 'secret')

/** An integration as a request describes it; `sealed` holds every secret that its target needs. */
export function newIntegration(
  input: IntegrationInput,
  sealed: Sealed,
  { id, at, by }: { readonly id: Guid; readonly at: Instant; readonly by: Guid },
): Integration {
  return {
    id,
    name: input.name,
    target: describeTarget(input.target),
    subscriptions: input.subscriptions,
    template: input.template,
    state: stateAfter(input.enabled, undefined, at),
    createdAt: at,
    createdBy: by,
    sealed,
  }
}

/** Adds an integration. Refuses beyond `integrationsMax`. */
export function addIntegration(known: readonly Integration[], integration: Integration): IntegrationsChange {
  if (known.length >= integrationsMax) return refused('too-many-integrations')
  return { kind: 'changed', integrations: [...known, integration], integration }
}

/**
 * Replaces an integration by what a request says; `sealed` are the secrets that it brings, the others stay. A replaced
 * signing secret also signs for `secretOverlapHours`. An integration that was disabled is active again, unless the
 * request says otherwise.
 */
export function replaceIntegration(
  known: readonly Integration[],
  id: Guid,
  { name, target: input, subscriptions, template, enabled }: IntegrationInput,
  sealed: Sealed,
  at: Instant,
): IntegrationsChange {
  const before = known.find((each) => each.id === id)
  if (!before) return refused('integration-unknown')
  if (before.target.kind !== input.kind) return refused('kind-changed')
  const moved = movedSecret(before.target, input)
  if (moved !== undefined) return refused(`${moved}-needed`)

  const rotates = sealed.secret !== undefined && before.sealed.secret !== undefined
  const after: Integration = {
    ...before,
    name,
    subscriptions,
    template,
    target: describeTarget(input, before.target, rotates ? overlapEnd(at) : undefined),
    state: stateAfter(enabled, before.state, at),
    sealed: { ...before.sealed, ...(rotates && { previousSecret: before.sealed.secret }), ...sealed },
  }
  return changed(known, after)
}

/** Gives a signed target a new secret; the previous one also signs for `secretOverlapHours`. Knows no other target. */
export function rotateSigning(
  known: readonly Integration[],
  id: Guid,
  sealedSecret: string,
  at: Instant,
): IntegrationsChange {
  const before = known.find((each) => each.id === id)
  if (!before || !('previousSecretUntil' in before.target)) return refused('integration-unknown')
  const { secret: previousSecret } = before.sealed
  return changed(known, {
    ...before,
    target: { ...before.target, previousSecretUntil: overlapEnd(at) },
    sealed: { ...before.sealed, ...(previousSecret && { previousSecret }), secret: sealedSecret },
  })
}

/** Removes an integration and its secrets. */
export function removeIntegration(known: readonly Integration[], id: Guid): IntegrationsChange {
  const integration = known.find((each) => each.id === id)
  if (!integration) return refused('integration-unknown')
  return { kind: 'changed', integrations: known.filter((each) => each.id !== id), integration }
}

/** Disables an integration whose target is gone; a disabled one stays as it is. */
export function giveUp(known: readonly Integration[], id: Guid, at: Instant): IntegrationsChange {
  const integration = known.find((each) => each.id === id)
  if (!integration) return refused('integration-unknown')
  if (integration.state.kind === 'disabled') return changed(known, integration)
  return changed(known, { ...integration, state: { kind: 'disabled', reason: 'gone', at } })
}

const overlapEnd = (at: Instant): Instant => instantAt(millisecondsOf(at) + secretOverlapHours * 3_600_000)

function stateAfter(enabled: boolean, before: State | undefined, at: Instant): State {
  if (enabled) return { kind: 'active' }
  return before?.kind === 'disabled' ? before : { kind: 'disabled', reason: 'switched-off', at }
}

const changed = (known: readonly Integration[], integration: Integration): IntegrationsChange => ({
  kind: 'changed',
  integrations: known.map((each) => (each.id === integration.id ? integration : each)),
  integration,
})

const refused = (reason: IntegrationRefusal): IntegrationsChange => ({ kind: 'refused', reason })
