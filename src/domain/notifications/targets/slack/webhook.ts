// Slack by an incoming webhook. Pure.
import * as v from 'valibot'
import type { TargetDefinition } from '../definition/definition.ts'
import { endpointUrl, type HostRule, type UrlRules } from '../definition/endpoint-urls.ts'
import { type HttpResponse, statusVerdict } from '../definition/responses.ts'
import { slackBatch, slackPauseMs } from './batches.ts'
import { type OpenSlackWebhook, slackWebhookRequest } from './message.ts'

const kind = v.literal('slack-webhook')
const Stored = v.object({ kind, host: v.string() })
const input = (rules: UrlRules) => v.strictObject({ kind, url: endpointUrl(rules, slackHostRule) })

const hosts: readonly string[] = ['hooks.slack.com', 'hooks.slack-gov.com']

/** Only addresses of incoming webhooks. */
export const slackHostRule: HostRule = ({ hostname, pathname, port }) =>
  hosts.includes(hostname) && port === '' && /^\/services\/./.test(pathname) ? undefined : "is not Slack's"

export const slackWebhook = {
  stored: Stored,
  input,
  secrets: ['url'],
  describe: (_input, { host }) => ({ kind: 'slack-webhook', host }),
  open: (_stored, { url }) => (url === undefined ? undefined : { kind: 'slack-webhook', url }),
  view: (stored) => stored,
  pauseMs: slackPauseMs,
  batch: (_target, pending) => slackBatch(pending),
  request: slackWebhookRequest,
  verdict: (response) => statusVerdict(response, codeIn(response)),
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenSlackWebhook,
  'url'
>

/** The word of a response, if it is one of Slack's (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
function codeIn({ body }: HttpResponse): string {
  const word = body.trim()
  return codes.has(word) ? word : ''
}

const codes: ReadonlySet<string> = new Set([
  'invalid_payload',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'invalid_token',
  'no_text',
  'missing_text_or_fallback_or_attachments',
  'too_many_attachments',
  'user_not_found',
  'no_service',
  'no_team',
  'no_service_id',
  'no_active_hooks',
  'team_disabled',
  'action_prohibited',
  'posting_to_general_channel_denied',
  'channel_not_found',
  'channel_is_archived',
  'rollup_error',
  'rate_limited',
  'ratelimited',
])
