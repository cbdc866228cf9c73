// Where an integration sends to: what is kept of it in the open, what is secret, what a request says of it, and all together for sending. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'
import { Instant } from '../../instant.ts'
import { wellFormed, withoutControls, withoutDirections } from '../../texts.ts'
import { hostOf, type UrlOwner, type UrlRules, urlProblem } from './definition/endpoint-urls.ts'

/** Datadog's sites; each has an address of its own (docs.datadoghq.com/getting_started/site). */
export const datadogSites = [
  ...(['datadoghq.com', 'us3.datadoghq.com', 'us5.datadoghq.com', 'datadoghq.eu'] as const),
  ...(['ap1.datadoghq.com', 'ap2.datadoghq.com', 'ddog-gov.com'] as const),
] as const

/** Longest token or key, longest name of an index, source, service or tag, in UTF-16 units; most tags. */
export const tokenCharsMax = 500
export const labelCharsMax = 100
export const tagsMax = 20
/** How long a signing secret may be, in bytes (Standard Webhooks, "Signature scheme"). */
export const signingSecretBytesMin = 24
export const signingSecretBytesMax = 64

const kinds = ['slack-webhook', 'slack-bot', 'teams', 'webhook', 'hec', 'datadog'] as const
export type TargetKind = (typeof kinds)[number]

/** What may be known of a target. `previousSecretUntil`: until when a webhook is also signed with the secret before. */
export const Target = v.variant('kind', [
  v.object({ kind: v.literal('slack-webhook'), host: v.string() }),
  v.object({ kind: v.literal('slack-bot'), channel: v.string() }),
  v.object({ kind: v.literal('teams'), host: v.string() }),
  v.object({
    kind: v.literal('webhook'),
    host: v.string(),
    batch: v.boolean(),
    previousSecretUntil: v.nullable(Instant),
  }),
  v.object({
    kind: v.literal('hec'),
    host: v.string(),
    index: v.nullable(v.string()),
    source: v.nullable(v.string()),
  }),
  v.object({
    kind: v.literal('datadog'),
    site: v.picklist(datadogSites),
    service: v.nullable(v.string()),
    tags: v.array(v.string()),
  }),
])
export type Target = v.InferOutput<typeof Target>

/** The secrets of a target, by name. Addresses are among them: most of them are all that it takes to post. */
export const secretNames = ['url', 'token', 'secret', 'previousSecret', 'apiKey'] as const
export type SecretName = (typeof secretNames)[number]
/** ClearSecrets in clear: only on their way in, and while a message is sent. */
export type ClearSecrets = { readonly [name in SecretName]?: string | undefined }

/** The secrets that a target can't do without. */
export const secretsNeeded: Readonly<Record<TargetKind, readonly SecretName[]>> = {
  'slack-webhook': ['url'],
  'slack-bot': ['token'],
  teams: ['url'],
  webhook: ['url', 'secret'],
  hec: ['url', 'token'],
  datadog: ['apiKey'],
}

// Messages of these schemas may be shown: none of them holds anything of the value.
const printable = v.regex(/^[\x21-\x7e]+$/, 'holds characters that are not allowed')
const token = v.optional(v.pipe(v.string(), v.maxLength(tokenCharsMax), printable))
const label = v.pipe(wellFormed, v.minLength(1), v.maxLength(labelCharsMax), withoutControls, withoutDirections)
const tag = v.pipe(v.string(), v.maxLength(labelCharsMax), v.regex(/^[\p{L}\p{N}_.:/-]+$/u, 'is no tag'))
const channel = v.pipe(v.string(), v.regex(/^[CGD][A-Z0-9]{5,30}$/, 'is no id of a channel, such as C0123456789'))

/** The secret that webhooks are signed with: `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, "Signature scheme"). */
export const SigningSecret = v.pipe(
  v.string(),
  v.check((text) => {
    const bytes = text.startsWith('whsec_') ? signingKeyOf(text) : Buffer.alloc(0)
    const exact = `whsec_${bytes.toString('base64')}` === text
    return exact && bytes.length >= signingSecretBytesMin && bytes.length <= signingSecretBytesMax
  }, `is not whsec_ and ${signingSecretBytesMin} to ${signingSecretBytesMax} bytes in base64`),
)

/** The bytes that a signing secret stands for: the key of HMAC-SHA256. */
export const signingKeyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64')

/** A signing secret of these bytes, which must be random. */
export const signingSecretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`

/** What a request may say of a target. A secret that is absent stays as it was; a new webhook's is then made by us. */
export function targetInput(rules: UrlRules) {
  const url = (owner: UrlOwner) =>
    v.optional(
      v.pipe(
        v.string(),
        v.check(
          (text) => urlProblem(text, owner, rules) === undefined,
          (issue) => urlProblem(issue.input, owner, rules) ?? '',
        ),
      ),
    )
  const nullable = v.optional(v.nullable(label), null)
  return v.variant('kind', [
    v.strictObject({ kind: v.literal('slack-webhook'), url: url('slack-webhook') }),
    v.strictObject({ kind: v.literal('slack-bot'), token, channel }),
    v.strictObject({ kind: v.literal('teams'), url: url('teams') }),
    v.strictObject({
      kind: v.literal('webhook'),
      url: url('webhook'),
      secret: v.optional(SigningSecret),
      batch: v.optional(v.boolean(), false),
    }),
    v.strictObject({ kind: v.literal('hec'), url: url('hec'), token, index: nullable, source: nullable }),
    v.strictObject({
      kind: v.literal('datadog'),
      site: v.picklist(datadogSites),
      apiKey: token,
      service: nullable,
      tags: v.optional(boundedArray(tag, tagsMax), []),
    }),
  ])
}
export type TargetInput = v.InferOutput<ReturnType<typeof targetInput>>

/** The secrets that a request brings. */
export function secretsIn(input: TargetInput): ClearSecrets {
  switch (input.kind) {
    case 'slack-webhook':
    case 'teams':
      return present({ url: input.url })
    case 'slack-bot':
      return present({ token: input.token })
    case 'webhook':
      return present({ url: input.url, secret: input.secret })
    case 'hec':
      return present({ url: input.url, token: input.token })
    case 'datadog':
      return present({ apiKey: input.apiKey })
  }
}

const present = (secrets: ClearSecrets): ClearSecrets =>
  Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== undefined))

/** What may be known of the target that a request describes; of one that it changes, what the request leaves out stays. */
export function targetOf(input: TargetInput, before?: Target, previousSecretUntil?: Instant): Target {
  const known = before && 'host' in before ? before.host : ''
  const host = 'url' in input && input.url !== undefined ? hostOf(input.url) : known
  switch (input.kind) {
    case 'slack-webhook':
    case 'teams':
      return { kind: input.kind, host }
    case 'slack-bot':
      return { kind: 'slack-bot', channel: input.channel }
    case 'webhook': {
      const until = previousSecretUntil ?? (before?.kind === 'webhook' ? before.previousSecretUntil : null)
      return { kind: 'webhook', host, batch: input.batch, previousSecretUntil: until }
    }
    case 'hec':
      return { kind: 'hec', host, index: input.index, source: input.source }
    case 'datadog':
      return { kind: 'datadog', site: input.site, service: input.service, tags: input.tags }
  }
}
