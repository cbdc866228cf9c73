// PagerDuty: what its documented schema takes, one key an alert, and limits at any content.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../../../src/domain/notifications/messages/notification.ts'
import type { MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import { summaryCharsMax } from '../../../../../src/domain/notifications/targets/pagerduty/message.ts'
import { buildRequest } from '../../../../../src/domain/notifications/targets/targets.ts'
import { pagerDutyFake } from '../../../../support/notifications/pagerduty-fake.ts'
import { about, alert, anyAbout, anyBatch, contents, merged, notification, now, risen } from '../../samples.ts'
import { targets } from '../samples.ts'

const requestOf = (each: Notification, of: MessageContext = about()) => buildRequest(targets.pagerduty, [each], of, now)
const eventOf = (each: Notification, of?: MessageContext) => JSON.parse(requestOf(each, of).body)

describe('PagerDuty', () => {
  test('gets a trigger with the summary, a severity from the level, a link and the data', () => {
    expect(requestOf(notification(contents.alert)).url).toBe('https://events.pagerduty.com/v2/enqueue')
    expect(eventOf(notification(contents.alert))).toMatchObject({
      routing_key: 'k'.repeat(32),
      event_action: 'trigger',
      dedup_key: alert().id,
      client: 'Keytrail',
      links: [{ href: expect.stringContaining('https://logs.acme.test/app/organizations/'), text: 'Look at the log' }],
      payload: {
        summary: 'HIGH · Many failed logins of one user: Alice failed to log in 12 times.',
        source: 'Acme',
        severity: 'error',
        timestamp: '2026-11-20T10:00:00.000Z',
        class: 'alert.raised',
        custom_details: { type: 'alert.raised', alert: { count: 12 } },
      },
    })
  })

  test('gets a resolve with the same key when the alert resolves, and nothing else in it', () => {
    const event = eventOf(notification(contents.resolved, 2))
    expect(event).toEqual({ routing_key: 'k'.repeat(32), event_action: 'resolve', dedup_key: alert().id })
  })

  test('gets an incident under one key: triggered, again when its level rises, and resolved as a part of another', () => {
    const events = [contents.incident, risen, merged].map((content, index) => eventOf(notification(content, index + 1)))
    const dedup_key = contents.incident.thread.id
    expect(events).toMatchObject([
      { dedup_key, event_action: 'trigger', payload: { severity: 'error', class: 'incident.opened' } },
      { dedup_key, event_action: 'trigger', payload: { severity: 'critical', class: 'incident.risen' } },
      { dedup_key, event_action: 'resolve' },
    ])
    expect(events[0].links).toMatchObject([
      { href: expect.stringContaining('/incidents/'), text: 'Look at the incident' },
    ])
  })

  test('gets every level as one of its four severities, and the rest as info or warning', () => {
    const severityOf = (content: Notification['content']) => eventOf(notification(content)).payload.severity
    const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const
    expect(levels.map((level) => severityOf({ ...contents.alert, alert: alert({ level }) }))).toEqual([
      'critical',
      'error',
      'warning',
      'info',
      'info',
    ])
    expect([contents.event, contents.notice, contents.test].map(severityOf)).toEqual(['info', 'warning', 'info'])
  })

  test('gets what concerns no alert under a key of its own', () => {
    const keys = [contents.event, contents.notice, contents.test].map(
      (content, index) => eventOf(notification(content, index + 1)).dedup_key,
    )
    expect(new Set(keys).size).toBe(3)
  })

  test('gets a summary at its limit, cut one past it, and a template in its place', () => {
    const summaryOf = (text: string) => {
      const of = about({ template: '#Summary#' })
      return eventOf(notification({ ...contents.alert, alert: alert({ summary: text }) }), of).payload.summary
    }
    expect(summaryOf('x'.repeat(summaryCharsMax))).toBe('x'.repeat(summaryCharsMax))
    expect(summaryOf('x'.repeat(summaryCharsMax + 1))).toBe(`${'x'.repeat(summaryCharsMax - 1)}…`)
    expect(summaryOf(' ')).toBe('Keytrail')
  })
})

test('any content is what PagerDuty takes', () => {
  const { take } = pagerDutyFake(targets.pagerduty.routingKey)
  fc.assert(
    fc.property(anyBatch(5), anyAbout, (all, of) => {
      for (const each of all) expect(take(requestOf(each, of))).toMatchObject({ status: 202 })
    }),
    { numRuns: 40 },
  )
})
