// Webhooks, Splunk and Datadog: signatures that the specification's own package believes, documented forms, sizes at any content.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test, vi } from 'vitest'
import { instantAt, millisecondsOf } from '../../../../src/domain/instant.ts'
import { type Batch, type OutgoingRequest, signatureOf } from '../../../../src/domain/notifications/messages/request.ts'
import {
  datadogAgeMaxMs,
  datadogBytesMax,
  datadogEntryBytesMax,
} from '../../../../src/domain/notifications/targets/datadog/message.ts'
import { hecBytesMax, hecEntryBytesMax } from '../../../../src/domain/notifications/targets/splunk-hec/message.ts'
import { buildRequest, nextBatch } from '../../../../src/domain/notifications/targets/targets.ts'
import { webhookBytesMax, webhookEntryBytesMax } from '../../../../src/domain/notifications/targets/webhook/message.ts'
import { signingSecretOf } from '../../../../src/domain/notifications/targets/webhook/signing.ts'
import { acme } from '../../../support/events.ts'
import { about, anyAbout, anyBatch, batchOf, contents, notification, now, signingSecret, targets } from '../samples.ts'

const older = signingSecretOf(new Uint8Array(24).fill(9))
const one = batchOf(notification(contents.alert))
const two = batchOf(notification(contents.alert), notification(contents.event, 2))

/** What the receiver gets: signed as a sender has to. */
function received({ headers, body, signing }: OutgoingRequest) {
  const hmacs = (signing?.keys ?? []).map((key) =>
    createHmac('sha256', key)
      .update(signing?.text ?? '')
      .digest(),
  )
  return { body, headers: { ...headers, 'webhook-signature': signatureOf(hmacs) } }
}

/** Verifies as of the time of sending: the package looks at the clock. */
function verify(secret: string, { body, headers }: ReturnType<typeof received>): unknown {
  vi.useFakeTimers({ now: millisecondsOf(now) })
  try {
    return new Webhook(secret).verify(body, headers)
  } finally {
    vi.useRealTimers()
  }
}

describe('a webhook', () => {
  test('is signed so that standardwebhooks believes it, and has type, timestamp and data', () => {
    const request = buildRequest(targets.webhook, one, about(), now)
    expect(request.headers).toMatchObject({ 'webhook-id': one[0].id, 'webhook-timestamp': '1795169100' })
    expect(verify(signingSecret, received(request))).toMatchObject({
      id: one[0].id,
      type: 'alert.raised',
      timestamp: '2026-11-20T10:00:00.000Z',
      data: {
        organizationName: 'Acme',
        alert: { title: 'Many failed logins of one user', heldBack: 2, samples: { length: 1 } },
      },
    })
  })

  test('with two secrets is believed by receivers of either, and with a false one by none', () => {
    const request = buildRequest({ ...targets.webhook, secrets: [signingSecret, older] }, one, about(), now)
    expect(verify(signingSecret, received(request))).toEqual(verify(older, received(request)))
    const forged = buildRequest({ ...targets.webhook, secrets: [older] }, one, about(), now)
    expect(() => verify(signingSecret, received(forged))).toThrow('No matching signature')
    const changed = { ...received(request), body: request.body.replace('high', 'low') }
    expect(() => verify(signingSecret, changed)).toThrow('No matching signature')
  })

  test('has the same id at every try', () => {
    const later = instantAt(millisecondsOf(now) + 300_000)
    const [first, again] = [now, later].map((at) => buildRequest(targets.webhook, one, about(), at))
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(again?.body).toBe(first?.body)
    expect(again?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
  })

  test('that asks for batches gets arrays, each entry with its id', () => {
    const batched = { ...targets.webhook, batch: true }
    const entries = JSON.parse(buildRequest(batched, two, about(), now).body)
    expect(entries.map(({ id, type }: { id: string; type: string }) => [id, type])).toEqual([
      [two[0].id, 'alert.raised'],
      [two[1]?.id, 'event.logged'],
    ])
    expect(JSON.parse(buildRequest(batched, one, about(), now).body)).toHaveLength(1)
  })

  const common = { organizationId: acme, organizationName: 'Acme', link: null }
  test.each([
    [
      'resolved',
      { type: 'alert.resolved', timestamp: '2026-11-20T11:04:00.000Z' },
      {
        endedAt: '2026-11-20T11:04:00.000Z',
        alert: { endsAt: '2026-11-20T11:04:00.000Z', group: [{ label: 'Alice' }] },
      },
    ],
    [
      'event',
      { type: 'event.logged', timestamp: '2026-11-20T10:00:00.000Z' },
      { event: { type: 1107, actingUserName: 'Alice', userName: 'Bob', eventName: 'Cipher_ClientViewed' } },
    ],
    [
      'notice',
      { type: 'integration.unhealthy', timestamp: '2026-11-20T10:04:30.000Z' },
      {
        integration: { name: 'Pager' },
        failingSince: '2026-11-19T10:00:00.000Z',
        reason: 'no connection (ECONNRESET)',
      },
    ],
    [
      'test',
      { type: 'test', timestamp: '2026-11-20T10:04:30.000Z' },
      { text: 'Test from Keytrail: This integration works.' },
    ],
  ] as const)('tells of %s', (kind, head, data) => {
    const request = buildRequest(targets.webhook, batchOf(notification(contents[kind])), about({ appUrl: null }), now)
    expect(JSON.parse(request.body)).toMatchObject({ ...head, data: { ...common, ...data } })
  })

  test('never tells whether an alert is muted: nobody is told of those', () => {
    expect(buildRequest(targets.webhook, one, about(), now).body).not.toContain('muted')
  })

  test("has the organization's own words as text, nothing escaped", () => {
    const template = about({ template: '#ActingUserName# <#Level#>' })
    expect(JSON.parse(buildRequest(targets.webhook, one, template, now).body).data.text).toBe('Alice <high>')
  })
})

describe('Splunk', () => {
  test('gets events with their time, one after the other, and the token', () => {
    const request = buildRequest(targets.hec, two, about(), now)
    expect(request.url).toBe('https://splunk.acme.test:8088/services/collector/event')
    expect(request.headers.authorization).toBe('Splunk t0k')
    const [alerted, logged] = request.body.split('\n').map((line) => JSON.parse(line))
    expect(alerted).toMatchObject({
      time: 1_795_168_800,
      source: 'keytrail',
      sourcetype: 'keytrail:alert',
      index: 'vault',
      event: { type: 'alert.raised', alert: { level: 'high' } },
    })
    expect(logged).toMatchObject({ sourcetype: 'keytrail:event', event: { event: { type: 1107 } } })
  })

  test('gets what it is asked for: another path, no index, another source', () => {
    const target = { ...targets.hec, url: 'https://s.test/in/raw?x=1', index: null, source: 'vault' }
    const request = buildRequest(target, one, about(), now)
    expect(request.url).toBe(target.url)
    const line = JSON.parse(request.body)
    expect(line.source).toBe('vault')
    expect(line).not.toHaveProperty('index')
  })

  test('keeps milliseconds', () => {
    const at = instantAt(millisecondsOf(now) + 123)
    const line = buildRequest(targets.hec, batchOf({ ...notification(contents.test), at }), about(), now).body
    expect(JSON.parse(line).time).toBe(1_795_169_100.123)
  })
})

describe('Datadog', () => {
  test('gets an array of logs at its site, with the key, tags, service and a status from the level', () => {
    const request = buildRequest(targets.datadog, two, about(), now)
    expect(request.url).toBe('https://http-intake.logs.datadoghq.eu/api/v2/logs')
    expect(request.headers['dd-api-key']).toBe('k3y')
    const [alerted, logged] = JSON.parse(request.body)
    expect(alerted).toMatchObject({
      ddsource: 'keytrail',
      ddtags: 'env:prod,keytrail_type:alert.raised',
      service: 'keytrail',
      status: 'error',
      message: 'HIGH · Many failed logins of one user: Alice failed to log in 12 times.',
      timestamp: '2026-11-20T10:00:00.000Z',
      keytrail: { type: 'alert.raised', alert: { count: 12 } },
    })
    expect(logged).toMatchObject({ status: 'info', keytrail: { event: { type: 1107 } } })
  })

  test('gets what is older than it takes under a time that it takes, the true one inside', () => {
    const late = instantAt(millisecondsOf(now) + datadogAgeMaxMs)
    const [log] = JSON.parse(buildRequest(targets.datadog, one, about(), late).body)
    expect(log.timestamp).toBe('2026-11-20T10:05:00.000Z')
    expect(log.keytrail.timestamp).toBe('2026-11-20T10:00:00.000Z')
  })

  test('calls an alert that is over ok, and a notice a warning', () => {
    const over = batchOf(notification(contents.resolved), notification(contents.notice, 2))
    const logs = JSON.parse(buildRequest(targets.datadog, over, about(), now).body)
    expect(logs.map(({ status }: { status: string }) => status)).toEqual(['ok', 'warning'])
  })
})

describe('any content', () => {
  const entriesOf = {
    webhook: (body: string) => JSON.parse(body),
    hec: (body: string) => body.split('\n').map((line) => JSON.parse(line)),
    datadog: (body: string) => JSON.parse(body),
  }
  const limits = [
    [{ ...targets.webhook, batch: true }, webhookBytesMax, webhookEntryBytesMax],
    [targets.hec, hecBytesMax, hecEntryBytesMax],
    [targets.datadog, datadogBytesMax, datadogEntryBytesMax],
  ] as const

  test.each(limits)('for %o fits, whole, in order and in full', (target, bytesMax, entryBytesMax) => {
    fc.assert(
      fc.property(anyBatch(60), anyAbout, (all, of) => {
        let pending: readonly Batch[number][] = all
        const sent: string[] = []
        for (let batch = nextBatch(target, pending, of); batch; batch = nextBatch(target, pending, of)) {
          const { body } = buildRequest(target, batch, of, now)
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bytesMax)
          for (const entry of entriesOf[target.kind](body)) {
            expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThanOrEqual(entryBytesMax)
            sent.push((entry.keytrail ?? entry.event ?? entry).id)
          }
          pending = pending.slice(batch.length)
        }
        expect(sent).toEqual(all.map(({ id }) => id))
      }),
      { numRuns: 30 },
    )
  })
})
