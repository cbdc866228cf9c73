// Targets of any kind: each question goes to the definition of the kind. Pure.
import * as v from 'valibot'
import type { Instant } from '../../instant.ts'
import type { Notification } from '../messages/notification.ts'
import type { Batch, MessageContext } from '../messages/request.ts'
import type { ClearSecrets as ClearSecretsOf } from './definition/definition.ts'
import { hostOf, type UrlRules } from './definition/endpoint-urls.ts'
import { again, final, type RequestOutcome, type Verdict } from './definition/responses.ts'
import {
  definitions,
  type OpenTarget,
  type OutgoingTo,
  registry,
  type SecretName,
  secretNames,
  type TargetInput,
  type TargetKind,
  type Target as TargetOf,
} from './registry.ts'

/** What is stored of a target in the open. */
export const Target = v.variant(
  'kind',
  Object.values(registry).map(({ stored }) => stored),
)
export type Target = TargetOf

/** A target as a request describes it. A secret that it omits stays as it was; a new signed target gets a generated one. */
export const targetInput = (rules: UrlRules) =>
  v.variant(
    'kind',
    Object.values(registry).map(({ input }) => input(rules)),
  )

/** Secrets in clear, by name: only while a request is read, and while a message is sent. */
export type ClearSecrets = ClearSecretsOf<SecretName>

/** The secrets that sending to this kind of target needs. */
export const secretsNeeded = (kind: TargetKind): readonly SecretName[] => definitions[kind].secrets

/** Whether requests to this kind of target are signed: then they can be given, or have generated, a signing secret. */
export const isSigned = (kind: TargetKind): boolean => secretsNeeded(kind).includes('secret')

/** The secrets that a request brings. */
export function secretsIn(input: TargetInput): ClearSecrets {
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(input))
  return Object.fromEntries(
    secretNames.flatMap((name) => {
      const value = given.get(name)
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** What is stored in the open of the target that a request describes; what it omits stays as it was `before`. */
export function describeTarget<Kind extends TargetKind>(
  input: TargetInput<Kind>,
  before?: Target,
  previousSecretUntil?: Instant,
): TargetOf<Kind> {
  const { url } = secretsIn(input)
  const known = {
    host: url === undefined ? hostIn(before) : hostOf(url),
    previousSecretUntil: previousSecretUntil ?? overlapIn(before),
  }
  return definitions[input.kind].describe(input, known)
}

const hostIn = (target?: Target): string => (target && 'host' in target ? target.host : '')
const overlapIn = (target?: Target): Instant | null =>
  target && 'previousSecretUntil' in target ? target.previousSecretUntil : null

/** The stored token, password or access key that a request would have sent to another host than the one it was given for. */
export function movedSecret(before: Target, input: TargetInput): MovableSecret | undefined {
  const endpoint = endpointIn(input)
  if (endpoint === undefined || hostOf(endpoint.url) === hostIn(before)) return undefined
  const needed = secretsNeeded(before.kind)
  const given = secretsIn(input)
  return movableSecrets.find((name) => needed.includes(name) && given[name] === undefined)
}

const movableSecrets = ['token', 'password', 'accessKey'] as const
type MovableSecret = (typeof movableSecrets)[number]

/** The endpoint that a request names, as a URL, and the property that has it; undefined if it names none. */
export function endpointIn(input: TargetInput): { readonly name: 'url' | 'host'; readonly url: string } | undefined {
  const { url } = secretsIn(input)
  if (url !== undefined) return { name: 'url', url }
  return 'host' in input ? { name: 'host', url: `https://${input.host}` } : undefined
}

/** The target with its secrets in clear at this time; undefined if one that it needs is missing. */
export const openTarget = <Kind extends TargetKind>(
  target: TargetOf<Kind>,
  secrets: ClearSecrets,
  now: Instant,
): OpenTarget<Kind> | undefined => definitions[target.kind].open(target, secrets, now)

/** What responses show of a target, besides its secrets. */
export const targetView = <Kind extends TargetKind>(target: TargetOf<Kind>): object =>
  definitions[target.kind].view(target)

/** Whether this kind of target keeps what the first notification of a thread opened. */
export const keepsIncidents = (kind: TargetKind): boolean => definitions[kind].keepsIncidents === true

/** Whether programs read what this kind of target gets. */
export const isForPrograms = (kind: TargetKind): boolean => definitions[kind].isForPrograms === true

/** The id of a message for those that reply, in the response to it; undefined if there is none, or the target takes no replies. */
export const messageIdIn = (kind: TargetKind, body: string): string | undefined => definitions[kind].messageIdIn?.(body)

/** Whether messages to this kind of target can be replied to. */
export const takesReplies = (kind: TargetKind): boolean => definitions[kind].messageIdIn !== undefined

/** How long nothing is sent to a target after a request, in milliseconds. */
export const pauseMsOf = (kind: TargetKind): number => definitions[kind].pauseMs

/** The pending notifications that go in the next request: the first ones, in order; undefined if none is pending. */
export function nextBatch<Kind extends TargetKind>(
  target: OpenTarget<Kind>,
  [first, ...others]: readonly Notification[],
  context: MessageContext,
): Batch | undefined {
  return first && definitions[target.kind].batch(target, [first, ...others], context)
}

/** The request or e-mail for a batch of `nextBatch`; `now` is when it is sent. */
export const buildRequest = <Kind extends TargetKind>(
  target: OpenTarget<Kind>,
  batch: Batch,
  context: MessageContext,
  now: Instant,
): OutgoingTo<Kind> => definitions[target.kind].request(target, batch, context, now)

/** What came of a request to this kind of target means, on any attempt. */
export function verdictOf(kind: TargetKind, outcome: RequestOutcome): Verdict {
  switch (outcome.kind) {
    case 'network':
      return again('no-connection', /^[A-Z0-9_]{1,40}$/.test(outcome.code) ? outcome.code : null)
    case 'timeout':
      return again('no-response', null)
    case 'refused-address':
      return final('address-refused', null)
    case 'response':
      return definitions[kind].verdict(outcome)
  }
}
