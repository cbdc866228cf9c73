// How each kind of target says that it took a request, that it is to come again, or that it never will be taken. Pure.
import type { TargetKind } from '../targets.ts'

/** How much of an answer's body is read, in bytes, and how long one is waited for. */
export const responseBytesMax = 4_096
export const responseTimeoutMs = 15_000

/**
 * What an attempt met. status: an answer, with as much of the start of its body as came; network: none, `code` says why (`ECONNRESET`);
 * refused-address: the name leads where nothing may be sent.
 */
export type RequestOutcome =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly retryAfter: string | null
      readonly body: string
    }
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'refused-address' }

/** Why an attempt failed. `detail` is a status, or a code from a known list: nothing else of an answer is kept. */
export type FailureReason =
  | 'refused'
  | 'redirected'
  | 'rate-limited'
  | 'target-failed'
  | 'target-gone'
  | 'no-connection'
  | 'no-answer'
  | 'address-refused'
export type Failure = { readonly reason: FailureReason; readonly detail: string | null }

/** What failed, in words for people. */
export function failureInWords({ reason, detail }: Failure): string {
  return detail === null ? words[reason] : `${words[reason]} (${detail})`
}

const words: Readonly<Record<FailureReason, string>> = {
  refused: 'the target refused it',
  redirected: 'the target answered with a redirect, which is not followed',
  'rate-limited': 'the target takes no more for now',
  'target-failed': 'the target failed',
  'target-gone': 'the target is gone',
  'no-connection': 'no connection',
  'no-answer': `no answer within ${responseTimeoutMs / 1_000} s`,
  'address-refused': 'its name leads to an address that nothing is sent to',
}

/** What an answer means by itself, whatever attempt it was. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly failure: Failure }
  | { readonly kind: 'final'; readonly failure: Failure; readonly ofContent: boolean }
  | { readonly kind: 'gone'; readonly failure: Failure }

/** What this answer of a target of this kind means. */
export function verdictOf(target: TargetKind, reply: RequestOutcome): Verdict {
  switch (reply.kind) {
    case 'network':
      return again('no-connection', /^[A-Z0-9_]{1,40}$/.test(reply.code) ? reply.code : null)
    case 'timeout':
      return again('no-answer', null)
    case 'refused-address':
      return final('address-refused', null)
    case 'status':
      return target === 'slack-bot' && isSuccess(reply.status) ? slackVerdict(reply.body) : statusVerdict(target, reply)
  }
}

type HttpResponse = Extract<RequestOutcome, { readonly kind: 'status' }>

function statusVerdict(target: TargetKind, { status, body }: HttpResponse): Verdict {
  const detail = [String(status), codeIn(target, body)].filter(Boolean).join(' ')
  if (isSuccess(status)) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone', failure: { reason: 'target-gone', detail } }
  if (status === 429) return again('rate-limited', detail)
  if (status >= 500 || status === 408 || status === 425) return again('target-failed', detail)
  if (status >= 300 && status < 400) return final('redirected', detail)
  return final('refused', detail, ofContent.has(status))
}

const isSuccess = (status: number) => status >= 200 && status < 300

/** Statuses by which a target refuses what a request says, not who says it. */
const ofContent: ReadonlySet<number> = new Set([400, 413, 422])

/**
 * The code in the body of a known target, where it is one of theirs: Slack's webhooks answer with a word
 * (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks), HEC with `{"text":…,"code":n}`.
 */
function codeIn(target: TargetKind, body: string): string {
  if (target === 'hec') return hecCodes[Number(/"code"\s*:\s*(\d{1,2})\b/.exec(body)?.[1] ?? Number.NaN)] ?? ''
  if (target !== 'slack-webhook') return ''
  const word = body.trim()
  return slackWords.has(word) ? word : ''
}

const slackWords: ReadonlySet<string> = new Set([
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

/** Splunk's codes by number (help.splunk.com, "Troubleshoot HTTP Event Collector"). */
const hecCodes: Readonly<Record<number, string>> = {
  1: 'token disabled',
  2: 'token required',
  3: 'invalid authorization',
  4: 'invalid token',
  5: 'no data',
  6: 'invalid data format',
  7: 'incorrect index',
  8: 'internal server error',
  9: 'server is busy',
  10: 'data channel missing',
  11: 'invalid data channel',
  12: 'event field required',
  13: 'event field blank',
  14: 'acknowledgement disabled',
  15: 'error in indexed fields',
  16: 'query string authorization off',
  18: 'queues are full',
  19: 'acknowledgement unavailable',
  20: 'queues are full, acknowledgement unavailable',
  23: 'server is shutting down',
  26: 'queue at capacity',
  27: 'acknowledgement channel at capacity',
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
const ofMessage =
  /^(?:invalid_blocks|invalid_attachments|msg_too_long|msg_blocks_too_long|no_text|too_many_attachments)/

/** Slack's API says in the body whether it did what it was asked. The body may be cut: what it answers begins with it. */
function slackVerdict(body: string): Verdict {
  const [, ok] = /^\s*\{\s*"ok"\s*:\s*(true|false)\b/.exec(body) ?? []
  if (ok === 'true') return { kind: 'delivered' }
  if (ok === undefined) return again('target-failed', 'no answer of the Slack API')
  const [, error = null] = /"error"\s*:\s*"([a-z_]{1,64})"/.exec(body) ?? []
  if (error === null || passing.has(error)) {
    return again(error?.startsWith('rate') ? 'rate-limited' : 'target-failed', error)
  }
  return final('refused', error, ofMessage.test(error))
}

const again = (reason: FailureReason, detail: string | null): Verdict => ({
  kind: 'again',
  failure: { reason, detail },
})
const final = (reason: FailureReason, detail: string | null, content = false): Verdict => ({
  kind: 'final',
  failure: { reason, detail },
  ofContent: content,
})
