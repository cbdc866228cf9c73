// Retries: what each response means for each kind of target, when the next attempt follows, and that no secret is stored.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { millisecondsOf } from '../../../src/domain/instant.ts'
import {
  attemptsMax,
  outcomeOf,
  retryAfterMaxMs,
  retryAfterMs,
  retryDelaysMs,
} from '../../../src/domain/notifications/retry.ts'
import { failureText, type RequestOutcome } from '../../../src/domain/notifications/targets/definition/responses.ts'
import { now } from './samples.ts'
import { targets } from './targets/samples.ts'

const response = (status: number, body = '', retryAfter: string | null = null): RequestOutcome => ({
  kind: 'response',
  status,
  body,
  retryAfter,
})
const waitOf = (reply: RequestOutcome, attempt = 1) => {
  const outcome = outcomeOf('webhook', reply, attempt, now)
  return outcome.kind === 'retry' ? millisecondsOf(outcome.at) - millisecondsOf(now) : outcome.kind
}

describe('the schedule', () => {
  test('is 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then no more', () => {
    const hours = [...retryDelaysMs].map((ms) => ms / 3_600_000)
    expect(hours).toEqual([5 / 3_600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24])
    for (const [index, ms] of retryDelaysMs.entries()) expect(waitOf(response(500), index + 1)).toBe(ms)
    expect(waitOf(response(500), attemptsMax)).toBe('failed')
    expect(waitOf({ kind: 'timeout' }, attemptsMax)).toBe('failed')
  })

  test('gives way to a target that asks for longer, and to none that asks for less', () => {
    expect(waitOf(response(429, '', '120'))).toBe(120_000)
    expect(waitOf(response(503, '', '120'))).toBe(120_000)
    expect(waitOf(response(429, '', '1'))).toBe(5_000)
    expect(waitOf(response(429, '', '120'), 3)).toBe(30 * 60_000)
  })

  test.each([
    ['0', 0],
    ['86400', retryAfterMaxMs],
    ['86401', retryAfterMaxMs],
    ['99999999999999999999', retryAfterMaxMs],
    ['Fri, 20 Nov 2026 10:06:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 10:04:00 GMT', 0],
    ['Fri, 20 Nov 2037 10:04:00 GMT', retryAfterMaxMs],
    ['Fri, 99 Nov 2026 10:06:00 GMT', 0],
    ['Friday, 20-Nov-26 10:06:00 GMT', 60_000],
    ['Fri Nov 20 10:06:00 2026', 60_000],
    [' Friday, 20-Nov-26 10:06:00 GMT\t', 60_000],
    ['Friday, 20-Nov-26 10:04:00 GMT', 0],
    ['Friday, 20-Nov-37 10:04:00 GMT', retryAfterMaxMs],
    ['Fri Nov 20 10:04:00 2037', retryAfterMaxMs],
    ['Friday, 20-Nov-77 10:06:00 GMT', 0],
    ['Fri, 20 Nov 2026 10:06:00 CET', 0],
    ['Sat, 01 Jan 0000 00:00:00 GMT', 0],
    ['Fri Dec 31 23:59:60 9999', retryAfterMaxMs],
    ['2026-11-20T10:06:00Z', 0],
    ['9'.repeat(400), retryAfterMaxMs],
    ['1e3', 0],
    ['0x10', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['', 0],
    [null, 0],
  ])('takes Retry-After %j for %i ms', (text, ms) => expect(retryAfterMs(text, now)).toBe(ms))
})

describe('a response', () => {
  test.each([200, 201, 202, 204, 299])('of %i is a delivery', (status) => {
    expect(outcomeOf('webhook', response(status), 1, now)).toEqual({ kind: 'delivered' })
  })

  test.each([408, 425, 429, 500, 502, 503, 504, 599])('of %i is tried again', (status) => {
    expect(outcomeOf('webhook', response(status), 1, now).kind).toBe('retry')
  })

  test.each([100, 301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 413, 422])('of %i is final', (status) => {
    expect(outcomeOf('webhook', response(status, '', '60'), 1, now).kind).toBe('failed')
  })

  test('of 410 means that the target is gone', () => {
    expect(outcomeOf('webhook', response(410), 1, now)).toEqual({
      kind: 'gone',
      failure: { reason: 'target-gone', detail: '410' },
    })
  })

  test('that refuses the content differs from one that refuses the sender', () => {
    const ofContent = [400, 413, 422, 401, 403, 404, 302].map((status) => {
      const outcome = outcomeOf('webhook', response(status), 1, now)
      return outcome.kind === 'failed' && outcome.ofContent
    })
    expect(ofContent).toEqual([true, true, true, false, false, false, false])
  })

  test('that never comes is tried again, and an address that is refused is not', () => {
    expect(outcomeOf('webhook', { kind: 'timeout' }, 1, now).kind).toBe('retry')
    expect(outcomeOf('webhook', { kind: 'network', code: 'ECONNRESET' }, 1, now)).toMatchObject({
      kind: 'retry',
      failure: { reason: 'no-connection', detail: 'ECONNRESET' },
    })
    expect(outcomeOf('webhook', { kind: 'refused-address' }, 1, now).kind).toBe('failed')
  })
})

describe('a Slack bot', () => {
  const bot = (body: string, status = 200) => outcomeOf('slack-bot', response(status, body), 1, now)
  const refused = (error: string) => bot(JSON.stringify({ ok: false, error }))

  test('gets status 200 even if Slack refuses the message', () => {
    expect(bot('{"ok":true,"channel":"C1"}')).toEqual({ kind: 'delivered' })
    for (const error of ['invalid_auth', 'channel_not_found', 'not_in_channel', 'is_archived', 'token_revoked']) {
      expect(refused(error)).toMatchObject({ kind: 'failed', failure: { detail: error }, ofContent: false })
    }
    expect(refused('invalid_blocks')).toMatchObject({ kind: 'failed', ofContent: true })
    expect(refused('msg_too_long')).toMatchObject({ kind: 'failed', ofContent: true })
  })

  test('is retried when Slack is busy or fails', () => {
    for (const error of ['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable']) {
      expect(refused(error).kind, error).toBe('retry')
    }
    expect(bot('', 429).kind).toBe('retry')
    expect(bot('<html>gateway</html>').kind).toBe('retry')
    expect(bot('').kind).toBe('retry')
    expect(bot('{"ok":false}').kind).toBe('retry')
  })

  test('is judged by the beginning of a cut response, which repeats our own message', () => {
    const whole = JSON.stringify({ ok: true, message: { text: '"ok":false,"error":"invalid_auth"'.repeat(300) } })
    expect(bot(whole.slice(0, 4_096))).toEqual({ kind: 'delivered' })
  })
})

describe("what is known of a target's responses", () => {
  test.each([
    ['slack-webhook', response(200, 'ok'), 'delivered', undefined],
    ['slack-webhook', response(404, 'no_service'), 'failed', '404 no_service'],
    ['slack-webhook', response(410, 'channel_is_archived'), 'gone', '410 channel_is_archived'],
    ['slack-webhook', response(400, 'invalid_payload'), 'failed', '400 invalid_payload'],
    ['slack-webhook', response(500, 'rollup_error'), 'retry', '500 rollup_error'],
    ['hec', response(200, '{"text":"Success","code":0}'), 'delivered', undefined],
    ['hec', response(503, '{"text":"Server is busy","code":9}'), 'retry', '503 server is busy'],
    ['hec', response(403, '{"text":"Invalid token","code":4}'), 'failed', '403 invalid token'],
    [
      'hec',
      response(400, '{"text":"Invalid data format","code":6,"invalid-event-number":3}'),
      'failed',
      '400 invalid data format',
    ],
    [
      'hec',
      response(400, '{"text":"Incorrect index","code":7,"invalid-event-number":1}'),
      'failed',
      '400 incorrect index',
    ],
    ['hec', response(429, '{"text":"busy","code":26}'), 'retry', '429 queue at capacity'],
    ['datadog', response(202, '{}'), 'delivered', undefined],
    ['datadog', response(403, '{"errors":[{"status":"403"}]}'), 'failed', '403'],
    ['datadog', response(408), 'retry', '408'],
    ['datadog', response(413), 'failed', '413'],
    ['datadog', response(429), 'retry', '429'],
    [
      'pagerduty',
      response(202, '{"status":"success","message":"Event processed","dedup_key":"a"}'),
      'delivered',
      undefined,
    ],
    [
      'pagerduty',
      response(400, '{"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key"]}'),
      'failed',
      '400 integration key refused',
    ],
    [
      'pagerduty',
      response(400, '{"status":"invalid event","errors":["\'payload.summary\' is missing"]}'),
      'failed',
      '400',
    ],
    ['pagerduty', response(403), 'failed', '403'],
    ['pagerduty', response(429), 'retry', '429'],
    ['pagerduty', response(502), 'retry', '502'],
    [
      'opsgenie',
      response(202, '{"result":"Request will be processed","took":0.1,"requestId":"r"}'),
      'delivered',
      undefined,
    ],
    ['opsgenie', response(422, '{"message":"Request body is not processable."}'), 'failed', '422'],
    ['opsgenie', response(401), 'failed', '401 API key refused'],
    ['opsgenie', response(403, '{"message":"You are not authorized"}'), 'failed', '403 API key refused'],
    ['opsgenie', response(429), 'retry', '429'],
    ['opsgenie', response(503), 'retry', '503'],
    ['email', response(250), 'delivered', undefined],
    ['email', response(535, 'AUTH'), 'failed', '535 user or password'],
    ['email', response(454, 'AUTH'), 'retry', '454 user or password'],
    ['email', response(550, 'MAIL FROM'), 'failed', '550 sender'],
    ['email', response(550, 'RCPT TO'), 'failed', '550 all recipients'],
    ['email', response(451, 'RCPT TO'), 'retry', '451 all recipients'],
    ['email', { ...response(550, 'RCPT TO'), refused: ['bob@acme.test'] }, 'failed', '550 recipients bob@acme.test'],
    ['email', { ...response(450, 'RCPT TO'), refused: ['bob@acme.test'] }, 'retry', '450 recipients bob@acme.test'],
    ['email', response(554, 'DATA'), 'failed', '554 message'],
    ['email', response(421), 'retry', '421'],
    ['acs-email', response(202, '{"id":"a","status":"Running"}', '20'), 'delivered', undefined],
    ['acs-email', response(401, '{"error":{"code":"Denied"}}'), 'failed', '401 access key refused'],
    ['acs-email', response(403), 'failed', '403 access key refused'],
    ['acs-email', response(403, '{"error":{"code":"SubscriptionBlocked"}}'), 'failed', '403 subscription blocked'],
    ['acs-email', response(404, '{"error":{"code":"DomainNotLinked"}}'), 'failed', '404 domain not linked'],
    ['acs-email', response(400, '{"error":{"code":"InvalidSenderUserName"}}'), 'failed', '400 sender unknown'],
    ['acs-email', response(400, '{"error":{"code":"BadRequest"}}'), 'failed', '400'],
    ['acs-email', response(409), 'retry', '409'],
    ['acs-email', response(429, '{"error":{"code":"TooManyRequests"}}'), 'retry', '429'],
    ['acs-email', response(500), 'retry', '500'],
    ['teams', response(202), 'delivered', undefined],
    ['teams', response(429), 'retry', '429'],
  ] as const)('%s: %o', (target, reply, kind, detail) => {
    const outcome = outcomeOf(target, reply, 1, now)
    expect(outcome.kind).toBe(kind)
    if (outcome.kind !== 'delivered') expect(outcome.failure.detail).toBe(detail)
  })

  test('is all that is stored of them, never a secret that one echoes', () => {
    const secret = 's3cret0123456789'
    const bodies = [
      secret,
      `{"ok":false,"message":"${secret}"}`,
      `{"text":"${secret}","code":4}`,
      `{"error":"${secret}"}`,
    ]
    for (const kind of Object.values(targets).map((target) => target.kind)) {
      for (const reply of bodies.flatMap((body) => [
        response(200, body),
        response(403, body),
        response(500, body, secret),
      ])) {
        expect(JSON.stringify(outcomeOf(kind, reply, 1, now))).not.toContain(secret)
      }
    }
    const odd = outcomeOf('webhook', { kind: 'network', code: `connect ${secret}` }, 1, now)
    expect(JSON.stringify(odd)).not.toContain(secret)
  })
})

test("any response on any attempt has an outcome, and no attempt precedes the schedule's", () => {
  const kinds = Object.values(targets).map((target) => target.kind)
  const reply = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    retryAfter: fc.option(fc.string()),
    body: fc.string(),
  })
  fc.assert(
    fc.property(fc.constantFrom(...kinds), reply, fc.integer({ min: 1, max: 30 }), (kind, given, attempt) => {
      const outcome = outcomeOf(kind, { kind: 'response', ...given }, attempt, now)
      if (outcome.kind !== 'retry') return
      const wait = millisecondsOf(outcome.at) - millisecondsOf(now)
      expect(wait).toBeGreaterThanOrEqual(retryDelaysMs[attempt - 1] ?? Number.POSITIVE_INFINITY)
      expect(wait).toBeLessThanOrEqual(retryAfterMaxMs)
    }),
  )
})

test('a failure has words', () => {
  expect(failureText({ reason: 'no-response', detail: null })).toBe('no answer within 15 s')
  expect(failureText({ reason: 'refused', detail: '403' })).toBe('the target refused it (403)')
})
