// An organization's integrations: what is kept of one, what a request may say of it, what answers show, and every change. Pure.
import * as v from 'valibot'
import { Guid } from '../guid.ts'
import { formatInstant, Instant, instantAt, millisecondsOf } from '../instant.ts'
import { nameOf } from '../texts.ts'
import { Template } from './messages/templates.ts'
import { Subscriptions, SubscriptionsInput } from './subscriptions.ts'
import { hostOf, type UrlRules } from './targets/definition/endpoint-urls.ts'
import {
  type SecretName,
  secretNames,
  secretsIn,
  secretsNeeded,
  Target,
  type TargetInput,
  targetInput,
  targetOf,
} from './targets/targets.ts'

/** Most integrations of an organization. */
export const integrationsMax = 50
/** Longest name of one, in UTF-16 units. */
export const integrationNameCharsMax = 100
/** Longest integration as JSON, in UTF-16 units, with secrets that are sealed in twice their size: it fits in one property of a table. */
export const integrationCharsMax = 32_000
/** How long a webhook is also signed with the secret that another took the place of, in hours. */
export const secretOverlapHours = 24

/** gone: its target answered that it is no more (410); switched-off: somebody here did. */
export const State = v.variant('kind', [
  v.object({ kind: v.literal('active') }),
  v.object({ kind: v.literal('disabled'), reason: v.picklist(['gone', 'switched-off']), at: Instant }),
])
export type State = v.InferOutput<typeof State>

/** Secrets as they are kept: each sealed, by name. */
export const Sealed = v.record(v.picklist(secretNames), v.string())
export type Sealed = Readonly<Partial<v.InferOutput<typeof Sealed>>>

/** An integration as it is kept. */
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

/** The body that makes or replaces an integration. Strict: a misspelt filter must not tell everything. */
export const integrationInput = (rules: UrlRules) =>
  v.strictObject({
    name: nameOf(integrationNameCharsMax),
    target: targetInput(rules),
    subscriptions: v.optional(SubscriptionsInput, {}),
    template: v.optional(v.nullable(Template), null),
    enabled: v.optional(v.boolean(), true),
  })
export type IntegrationInput = v.InferOutput<ReturnType<typeof integrationInput>>

/** Why integrations can't be changed so. `token-needed`: a token that is kept is not sent to another host. */
export type IntegrationRefusal = 'too-many-integrations' | 'integration-unknown' | 'kind-changed' | 'token-needed'
/** An organization's integrations after a change, with the one that it is about; or why nothing changes. */
export type IntegrationsChange =
  | {
      readonly kind: 'changed'
      readonly integrations: readonly Integration[]
      readonly integration: Integration
    }
  | { readonly kind: 'refused'; readonly reason: IntegrationRefusal }

/** The secrets that a new integration lacks; those of a webhook that may be made for it are not among them. */
export const secretsMissing = (target: TargetInput): readonly SecretName[] =>
  secretsNeeded[target.kind].filter((name) => secretsIn(target)[name] === undefined && name !== 'secret')

/** An integration as a request asks for it; `sealed` has every secret that its kind needs. */
export function newIntegration(
  input: IntegrationInput,
  sealed: Sealed,
  { id, at, by }: { readonly id: Guid; readonly at: Instant; readonly by: Guid },
): Integration {
  const { name, subscriptions, template } = input
  const head = { id, name, target: targetOf(input.target), subscriptions, template }
  return { ...head, state: stateAfter(input.enabled, undefined, at), createdAt: at, createdBy: by, sealed }
}

/** Adds an integration. Refuses beyond `integrationsMax`. */
export function addIntegration(known: readonly Integration[], integration: Integration): IntegrationsChange {
  if (known.length >= integrationsMax) return refused('too-many-integrations')
  return { kind: 'changed', integrations: [...known, integration], integration }
}

/**
 * Puts what a request says in the place of an integration; `sealed` are the secrets that it brings, others stay. A webhook
 * is signed with the secret that it had as well for `secretOverlapHours`. An integration that its target gave up is active
 * again unless the request says otherwise.
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
  if (movesToken(before.target, input)) return refused('token-needed')

  const rotates = sealed.secret !== undefined && before.sealed.secret !== undefined
  const until = instantAt(millisecondsOf(at) + secretOverlapHours * 3_600_000)
  const after: Integration = {
    ...before,
    name,
    subscriptions,
    template,
    target: targetOf(input, before.target, rotates ? until : undefined),
    state: stateAfter(enabled, before.state, at),
    sealed: { ...before.sealed, ...(rotates && { previousSecret: before.sealed.secret }), ...sealed },
  }
  return changed(known, after)
}

/** Gives a webhook a new signing secret; the one before also signs for `secretOverlapHours`. Knows of webhooks alone. */
export function rotateSigning(
  known: readonly Integration[],
  id: Guid,
  sealedSecret: string,
  at: Instant,
): IntegrationsChange {
  const before = known.find((each) => each.id === id)
  if (before?.target.kind !== 'webhook') return refused('integration-unknown')
  const previousSecretUntil = instantAt(millisecondsOf(at) + secretOverlapHours * 3_600_000)
  const { secret: previousSecret } = before.sealed
  return changed(known, {
    ...before,
    target: { ...before.target, previousSecretUntil },
    sealed: { ...before.sealed, ...(previousSecret && { previousSecret }), secret: sealedSecret },
  })
}

/** Takes an integration away, its secrets with it. */
export function removeIntegration(known: readonly Integration[], id: Guid): IntegrationsChange {
  const integration = known.find((each) => each.id === id)
  if (!integration) return refused('integration-unknown')
  return { kind: 'changed', integrations: known.filter((each) => each.id !== id), integration }
}

/** Disables an integration whose target is gone; one that is disabled already stays as it is. */
export function giveUp(known: readonly Integration[], id: Guid, at: Instant): IntegrationsChange {
  const integration = known.find((each) => each.id === id)
  if (!integration) return refused('integration-unknown')
  if (integration.state.kind === 'disabled') return changed(known, integration)
  return changed(known, { ...integration, state: { kind: 'disabled', reason: 'gone', at } })
}

/** An integration as answers show it: of its secrets only that they are set, of its address only the host. */
export function integrationView({ id, name, target, subscriptions, template, state, ...rest }: Integration) {
  const secrets = secretsNeeded[target.kind].map((each) => [each, { set: rest.sealed[each] !== undefined }] as const)
  const previous = target.kind === 'webhook' && target.previousSecretUntil
  return {
    object: 'integration',
    id,
    name,
    target: {
      ...target,
      ...(target.kind === 'webhook' && { previousSecretUntil: previous ? formatInstant(previous) : null }),
      ...Object.fromEntries(secrets),
    },
    subscriptions,
    template,
    enabled: state.kind === 'active',
    state: state.kind === 'active' ? state : { ...state, at: formatInstant(state.at) },
    createdAt: formatInstant(rest.createdAt),
    createdBy: rest.createdBy,
  }
}

/** Whether a kept token would go to a host that it was not given for. */
const movesToken = (before: Target, input: TargetInput): boolean =>
  before.kind === 'hec' &&
  input.kind === 'hec' &&
  input.url !== undefined &&
  hostOf(input.url) !== before.host &&
  input.token === undefined

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
