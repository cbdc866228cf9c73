// Webhooks: signatures that the specification's own package verifies, documented forms, sizes at any content.
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test, vi } from 'vitest'
import { instantAt, millisecondsOf } from '../../../../../src/domain/instant.ts'
import { type OutgoingRequest, signatureHeaders } from '../../../../../src/domain/notifications/messages/request.ts'
import { buildRequest, nextBatch } from '../../../../../src/domain/notifications/targets/targets.ts'
import {
  webhookBatchMax,
  webhookBytesMax,
  webhookEntryBytesMax,
} from '../../../../../src/domain/notifications/targets/webhook/message.ts'
import { signingSecretOf } from '../../../../../src/domain/notifications/targets/webhook/signing.ts'
import { acme, alice } from '../../../../support/events.ts'
import { about, batchOf, contents, notification, now, one, pending, two } from '../../samples.ts'
import { expectAnyContentFits } from '../fits.ts'
import { targets } from '../samples.ts'
import { signingSecret } from './samples.ts'

const older = signingSecretOf(new Uint8Array(24).fill(9))
const batched = { ...targets.webhook, batch: true }

/** What the receiver gets: signed as a sender has to. */
function received({ headers, body, signing }: OutgoingRequest) {
  const hmacs = (signing?.keys ?? []).map((key) =>
    createHmac('sha256', key)
      .update(signing?.text ?? '')
      .digest(),
  )
  return { body, headers: { ...headers, ...signatureHeaders('standard-webhooks', hmacs) } }
}

/** Verifies with the clock set to the time of sending: the package reads it. */
function verify(secret: string, { body, headers }: ReturnType<typeof received>): unknown {
  vi.useFakeTimers({ now: millisecondsOf(now) })
  try {
    return new Webhook(secret).verify(body, headers)
  } finally {
    vi.useRealTimers()
  }
}

describe('a webhook', () => {
  test('is signed so that standardwebhooks verifies it, and has type, timestamp and data', () => {
    const request = buildRequest(targets.webhook, one, about(), now)
    expect(request.headers).toMatchObject({ 'webhook-id': one[0].id, 'webhook-timestamp': '1795169100' })
    expect(verify(signingSecret, received(request))).toMatchObject({
      id: one[0].id,
      type: 'alert.raised',
      timestamp: '2026-11-20T10:00:00.000Z',
      data: {
        organizationName: 'Acme',
        alert: {
          title: 'Many failed logins of one user',
          tags: ['attack.t1110'],
          heldBack: 2,
          samples: [
            {
              actingUserId: alice,
              actingUserName: 'Alice',
              actingUserEmail: 'alice@acme.test',
              actingUserRole: 'admin',
              eventName: 'Cipher_ClientViewed',
              itemName: null,
              itemCritical: false,
              ipAddress: '203.0.113.7',
              deviceName: 'ChromeExtension',
            },
          ],
        },
      },
    })
  })

  test('with two secrets is verified by receivers with either, and with a false one by none', () => {
    const request = buildRequest({ ...targets.webhook, secrets: [signingSecret, older] }, one, about(), now)
    expect(verify(signingSecret, received(request))).toEqual(verify(older, received(request)))
    const forged = buildRequest({ ...targets.webhook, secrets: [older] }, one, about(), now)
    expect(() => verify(signingSecret, received(forged))).toThrow('No matching signature')
    const changed = { ...received(request), body: request.body.replace('high', 'low') }
    expect(() => verify(signingSecret, changed)).toThrow('No matching signature')
  })

  test('has the same id on every attempt', () => {
    const later = instantAt(millisecondsOf(now) + 300_000)
    const [first, again] = [now, later].map((at) => buildRequest(targets.webhook, one, about(), at))
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(again?.body).toBe(first?.body)
    expect(again?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
  })

  test('that asks for batches gets arrays, each entry with its id', () => {
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
      'incident',
      { type: 'incident.opened', timestamp: '2026-11-20T10:04:30.000Z' },
      {
        incident: {
          title: 'Many failed logins of one user: Alice and 1 more person',
          level: 'high',
          alertCount: 2,
          from: '2026-11-20T10:00:00.000Z',
          entities: [{ kind: 'person', label: 'Alice' }, { kind: 'person' }, { kind: 'address', value: '203.0.113.7' }],
        },
        alert: { count: 12, samples: [{ actingUserName: 'Alice' }] },
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
  ] as const)('has the data of %s', (kind, head, data) => {
    const request = buildRequest(targets.webhook, batchOf(notification(contents[kind])), about({ appUrl: null }), now)
    expect(JSON.parse(request.body)).toMatchObject({ ...head, data: { ...common, ...data } })
  })

  test('never says whether an alert is muted', () => {
    expect(buildRequest(targets.webhook, one, about(), now).body).not.toContain('muted')
  })

  test("has the organization's template as text, nothing escaped", () => {
    const template = about({ template: '#ActingUserName# <#Level#>' })
    expect(JSON.parse(buildRequest(targets.webhook, one, template, now).body).data.text).toBe('Alice <high>')
  })
})

describe('batches for a webhook', () => {
  test('are of one unless it asks for more', () => {
    expect(nextBatch(targets.webhook, pending(50), about())?.length).toBe(1)
  })

  test('that asks for them are as many as it takes', () => {
    const sizeOf = (count: number) => nextBatch(batched, pending(count, contents.test), about())?.length
    expect(sizeOf(webhookBatchMax)).toBe(webhookBatchMax)
    expect(sizeOf(webhookBatchMax + 1)).toBe(webhookBatchMax)
  })
})

test('any content fits, in order and in full', () => {
  expectAnyContentFits(batched, webhookBytesMax, webhookEntryBytesMax, (body) =>
    JSON.parse(body).map((json: { readonly id: unknown }) => ({ id: json.id, json })),
  )
})
