// A webhook by the Standard Webhooks specification: the organization's own endpoint, signed. Pure.
import * as v from 'valibot'
import { formatInstant, Instant } from '../../../instant.ts'
import { single, within } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { endpointUrl, type UrlRules } from '../definition/endpoint-urls.ts'
import { statusVerdict } from '../definition/responses.ts'
import { type OpenWebhook, webhookBatchMax, webhookBytesMax, webhookEntry, webhookRequest } from './message.ts'
import { SigningSecret } from './signing.ts'

const kind = v.literal('webhook')
/** `previousSecretUntil`: until when requests are also signed with the previous secret. */
const Stored = v.object({
  kind,
  host: v.string(),
  batch: v.boolean(),
  previousSecretUntil: v.nullable(Instant),
})
const input = (rules: UrlRules) =>
  v.strictObject({
    kind,
    url: endpointUrl(rules),
    secret: v.optional(SigningSecret),
    batch: v.optional(v.boolean(), false),
  })

export const webhook = {
  stored: Stored,
  input,
  secrets: ['url', 'secret'],
  describe: ({ batch }, { host, previousSecretUntil }) => ({ kind: 'webhook', host, batch, previousSecretUntil }),
  open: ({ batch, previousSecretUntil }, { url, secret, previousSecret }, now) => {
    if (url === undefined || secret === undefined) return undefined
    const both = previousSecret !== undefined && previousSecretUntil !== null && now < previousSecretUntil
    return { kind: 'webhook', url, batch, secrets: both ? [secret, previousSecret] : [secret] }
  },
  view: ({ previousSecretUntil, ...stored }) => ({
    ...stored,
    previousSecretUntil: previousSecretUntil && formatInstant(previousSecretUntil),
  }),
  isForPrograms: true,
  pauseMs: 0,
  batch: ({ batch }, pending, context) =>
    batch ? within(webhookBatchMax, webhookBytesMax, (each) => webhookEntry(each, context), pending) : single(pending),
  request: webhookRequest,
  verdict: (response) => statusVerdict(response),
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenWebhook,
  'url' | 'secret'
>
