// Slack by a bot that posts in a channel with chat.postMessage. Pure.
import * as v from 'valibot'
import type { TargetDefinition } from '../definition/definition.ts'
import { token } from '../definition/input.ts'
import { again, final, isSuccess, statusVerdict, type Verdict } from '../definition/responses.ts'
import { slackBatch, slackPauseMs } from './batches.ts'
import { type OpenSlackBot, slackBotRequest } from './message.ts'

const kind = v.literal('slack-bot')
const Stored = v.object({ kind, channel: v.string() })
const channel = v.pipe(v.string(), v.regex(/^[CGD][A-Z0-9]{5,30}$/, 'is no id of a channel, such as C0123456789'))
const Input = v.strictObject({ kind, token, channel })

export const slackBot = {
  stored: Stored,
  input: () => Input,
  secrets: ['token'],
  describe: (input) => ({ kind: 'slack-bot', channel: input.channel }),
  open: (stored, secrets) =>
    secrets.token === undefined ? undefined : { kind: 'slack-bot', token: secrets.token, channel: stored.channel },
  view: (stored) => stored,
  messageIdIn: (body) => /"ts"\s*:\s*"(\d{1,12}\.\d{1,9})"/.exec(body)?.[1],
  pauseMs: slackPauseMs,
  batch: (_target, pending) => slackBatch(pending),
  request: slackBotRequest,
  verdict: (response) => (isSuccess(response.status) ? apiVerdict(response.body) : statusVerdict(response)),
} as const satisfies TargetDefinition<v.InferOutput<typeof Stored>, v.InferOutput<typeof Input>, OpenSlackBot, 'token'>

/** Slack's API says in the body whether it did what the request asked. The body may be cut, but begins with the result. */
function apiVerdict(body: string): Verdict {
  const [, ok] = /^\s*\{\s*"ok"\s*:\s*(true|false)\b/.exec(body) ?? []
  if (ok === 'true') return { kind: 'delivered' }
  if (ok === undefined) return again('target-failed', 'no response from the Slack API')
  const [, error = null] = /"error"\s*:\s*"([a-z_]{1,64})"/.exec(body) ?? []
  if (error === null || passing.has(error) || ofThread.has(error)) {
    return again(error?.startsWith('rate') ? 'rate-limited' : 'target-failed', error)
  }
  return final('refused', error, ofMessage.test(error))
}

/** Errors of chat.postMessage that pass (docs.slack.dev/reference/methods/chat.postMessage). */
const passing: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'accesslimited',
  'team_added_to_org',
])
/** Errors about the message that this one replies to: the next attempt replies to none. */
const ofThread: ReadonlySet<string> = new Set([
  'cannot_reply_to_message',
  'invalid_thread_ts',
  'message_not_found',
  'restricted_action_thread_locked',
  'thread_not_found',
])
const ofMessage =
  /^(?:invalid_blocks|invalid_attachments|msg_too_long|msg_blocks_too_long|no_text|too_many_attachments)/
