// Azure Communication Services: what its documented schema and signature take, one conversation an alert, and any content.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signed } from '../../../../../src/adapters/crypto/request-signing.ts'
import { millisecondsOf } from '../../../../../src/domain/instant.ts'
import type { Notification } from '../../../../../src/domain/notifications/messages/notification.ts'
import type { MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import { acsBytesMax } from '../../../../../src/domain/notifications/targets/acs-email/message.ts'
import type { OpenTarget } from '../../../../../src/domain/notifications/targets/registry.ts'
import { buildRequest } from '../../../../../src/domain/notifications/targets/targets.ts'
import { acsFake } from '../../../../support/notifications/acs-fake.ts'
import { about, alert, anyAbout, anyBatch, contents, notification, now, risen } from '../../samples.ts'
import { targets } from '../samples.ts'

const target: OpenTarget<'acs-email'> = targets['acs-email']
const requestOf = (each: Notification, of: MessageContext = about()) => buildRequest(target, [each], of, now)
const service = () => acsFake({ ...target, domain: 'acme.test', now: () => millisecondsOf(now) })

describe('an e-mail by Azure Communication Services', () => {
  test('says the same as one by a mail server, to the same people, without a page that counts clicks', () => {
    const mail = buildRequest(targets.email, [notification(contents.alert)], about(), now)
    const request = requestOf(notification(contents.alert))
    expect(request.url).toBe('https://acme.communication.azure.com/emails:send?api-version=2023-03-31')
    expect(JSON.parse(request.body)).toEqual({
      senderAddress: 'keytrail@acme.test',
      recipients: { to: [{ address: 'alice@acme.test' }, { address: 'bob@acme.test' }] },
      content: { subject: mail.subject, plainText: mail.text, html: mail.html },
      headers: { 'Message-ID': mail.messageId, 'Auto-Submitted': 'auto-generated' },
      userEngagementTrackingDisabled: true,
    })
    expect(request.body).not.toContain(target.accessKey)
  })

  test('that an alert resolved follows the one that raised it', () => {
    const thread = `<${alert().id}@acme.test>`
    const headersOf = (each: Notification) => JSON.parse(requestOf(each).body).headers
    expect(headersOf(notification(contents.alert, 1))).toMatchObject({ 'Message-ID': thread })
    expect(headersOf(notification(contents.resolved, 2))).toMatchObject({ 'In-Reply-To': thread, References: thread })
    expect(headersOf(notification(contents.resolved, 2))['Message-ID']).not.toBe(thread)
  })

  test('of an incident whose level rises follows the one that opened it, under the same subject', () => {
    const [opened, rose] = [contents.incident, risen].map((content, index) =>
      JSON.parse(requestOf(notification(content, index)).body),
    )
    expect(rose.headers).toMatchObject({
      'In-Reply-To': opened.headers['Message-ID'],
      References: opened.headers['Message-ID'],
    })
    expect(rose.content.subject).toBe(`Re: ${opened.content.subject}`)
  })

  test('is signed so that the service takes it, and is sent once for an operation that is the notification', () => {
    const { take, letters } = service()
    const request = signed(requestOf(notification(contents.alert)))
    expect(take(request)).toMatchObject({ status: 202 })
    expect(take(request)).toMatchObject({ status: 202 })
    expect(letters.map(({ operationId }) => operationId)).toEqual([notification(contents.alert).id])
  })

  test('is not taken with another body, host, path, time or key', () => {
    const { take } = service()
    const request = signed(requestOf(notification(contents.alert)))
    const later = 'Fri, 20 Nov 2026 10:06:59 GMT'
    const altered = [
      { ...request, body: `${request.body} ` },
      { ...request, url: request.url.replace('acme.', 'other.') },
      { ...request, headers: { ...request.headers, 'x-ms-date': later } },
      signed(
        buildRequest(
          { ...target, accessKey: 'b3RoZXJvdGhlcm90aGVyb3RoZXI=' },
          [notification(contents.alert)],
          about(),
          now,
        ),
      ),
    ]
    for (const each of altered) expect(take(each)).toMatchObject({ status: 401 })
    expect(take({ ...request, url: request.url.replace('emails:send', 'emails:sent') })).toMatchObject({ status: 404 })
  })
})

test('any content is what the service takes', () => {
  const { take } = service()
  fc.assert(
    fc.property(anyBatch(5), anyAbout, (all, of) => {
      for (const each of all) {
        const request = signed(requestOf(each, of))
        expect(Buffer.byteLength(request.body)).toBeLessThanOrEqual(acsBytesMax)
        expect(take(request)).toMatchObject({ status: 202 })
      }
    }),
    { numRuns: 40 },
  )
})
