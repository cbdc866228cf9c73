// Notifications of a step: who wants what, what is too old to be news, and that the same step makes the same.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { Integration } from '../../../src/domain/notifications/integration.ts'
import { eventFacts } from '../../../src/domain/notifications/messages/notification.ts'
import { type News, notifiableMs, notificationsOf, subscribersOf } from '../../../src/domain/notifications/produce.ts'
import { alice, event, guid } from '../../support/events.ts'
import { alert, context, now } from './samples.ts'

const nowMs = millisecondsOf(now)
const nothing: News = { raised: [], resolved: [], events: [], incidents: [], seenFrom: instantAt(0), seenTo: now }
const active = { kind: 'active' } as const
const off = { kind: 'disabled', reason: 'switched-off', at: now } as const

const integration = (number: number, subscriptions: object, state: Integration['state'] = active): Integration =>
  v.parse(Integration, {
    id: guid(number, '6'),
    name: 'Security',
    target: { kind: 'webhook', host: 'a.test', batch: false, previousSecretUntil: null },
    subscriptions,
    template: null,
    state,
    createdAt: now,
    createdBy: alice,
    sealed: {},
  })
const facts = (type: number, date = now) => eventFacts(event({ type, date }), context)
const raised = (...all: ReturnType<typeof alert>[]) =>
  all.map((each) => ({ alert: each, latest: null, sampleNames: [] }))

describe('an integration', () => {
  test('is notified of alerts of its levels and rules, and of no muted one', () => {
    const high = integration(1, { alerts: { levels: ['high'] } })
    const ofRule = integration(2, { alerts: { rules: [guid(9, 'f')] } })
    const all = raised(
      alert({ id: guid(1, 'e'), level: 'high' }),
      alert({ id: guid(2, 'e'), level: 'low', ruleId: guid(9, 'f') }),
      alert({ id: guid(3, 'e'), level: 'high', muted: true }),
    )
    const made = notificationsOf([high, ofRule], { ...nothing, raised: all }, now, defaultHours)
    expect(made.map(({ integrationId, content }) => [integrationId, 'alert' in content && content.alert.id])).toEqual([
      [high.id, guid(1, 'e')],
      [ofRule.id, guid(2, 'e')],
    ])
  })

  test('is notified that an alert resolved if it asks for that', () => {
    const [asks, doesNot] = [integration(1, { alerts: { resolved: true } }), integration(2, { alerts: {} })]
    const resolved = [{ alert: alert(), latest: null, sampleNames: [], endedAt: now }]
    const made = notificationsOf([asks, doesNot], { ...nothing, resolved }, now, defaultHours)
    expect(made).toMatchObject([{ integrationId: asks.id, at: now, content: { kind: 'resolved', endedAt: now } }])
  })

  test('is notified of events of its types that its filter lets through', () => {
    const filter = { field: 'actingUserName', operator: 'equals', value: 'alice' }
    const events = integration(1, { events: { types: [1107], filter } })
    const other = eventFacts(event({ actingUserId: guid(9, 'b'), date: now }), context)
    const made = notificationsOf([events], { ...nothing, events: [facts(1107), facts(1108), other] }, now, defaultHours)
    expect(made).toMatchObject([{ content: { kind: 'event', facts: { event: { type: 1107, actingUserId: alice } } } }])
    expect(made).toHaveLength(1)
  })

  test('that is switched off, or asks for nothing, is no subscriber', () => {
    const asks = integration(1, { events: {} })
    expect(subscribersOf([asks, integration(2, {}), integration(3, { alerts: {} }, off)])).toEqual([asks])
  })
})

describe('a notification', () => {
  const everything = integration(1, { alerts: { resolved: true }, events: {} })

  test.each([
    ['7 days old', 0, 3],
    ['a millisecond older', 1, 0],
  ])('is %s at most', (_, older, count) => {
    const date = instantAt(nowMs - notifiableMs - older)
    const news = {
      raised: raised(alert({ from: instantAt(nowMs - 3 * notifiableMs), to: date })),
      resolved: [{ alert: alert(), latest: null, sampleNames: [], endedAt: date }],
      events: [facts(1107, date)],
      incidents: [],
      seenFrom: instantAt(0),
      seenTo: now,
    }
    expect(notificationsOf([everything], news, now, defaultHours)).toHaveLength(count)
  })

  test('is dated as it happened, and not after what the step could see', () => {
    const [early, late] = [instantAt(nowMs - 60_000), instantAt(nowMs + 60_000)]
    const news = { ...nothing, raised: raised(alert({ from: early, to: late })), events: [facts(1107, late)] }
    expect(notificationsOf([everything], news, now, defaultHours).map(({ at }) => at)).toEqual([early, now])
  })

  test('is the same when the step is made again, later and with more events', () => {
    const news = { ...nothing, raised: raised(alert()), events: [facts(1107)] }
    const more = { ...news, events: [...news.events, facts(1108)], seenTo: instantAt(nowMs + 60_000) }
    const made = notificationsOf([everything], news, now, defaultHours)
    expect(notificationsOf([everything], more, instantAt(nowMs + 60_000), defaultHours)).toEqual(
      expect.arrayContaining(made),
    )
  })
})

describe('in quiet hours', () => {
  const low = alert({ id: guid(1, 'e'), level: 'low', from: now, to: now })
  const high = alert({ id: guid(2, 'e'), level: 'high', from: now, to: now })
  const minuteMs = 60_000
  const clockAt = (ms: number) => instantAt(ms).slice(11, 16)
  const [from, to] = [clockAt(nowMs - 10 * minuteMs), clockAt(nowMs + 10 * minuteMs)]
  const quiet = { ...defaultHours, quietHours: { from, to, passLevel: 'high' as const } }
  const releasedMs = Math.floor(nowMs / minuteMs) * minuteMs + 10 * minuteMs
  const integrationTo = (target: object) => ({
    ...integration(1, { alerts: { per: 'alert', resolved: true }, events: {} }),
    target: v.parse(Integration.entries.target, target),
  })
  const dates = (target: object, news: News) =>
    notificationsOf([integrationTo(target)], news, now, quiet).map(({ at }) => at)

  test('alerts of low levels wait until their end, then those that resolved; high ones and events never do', () => {
    const resolved = [{ alert: low, latest: null, sampleNames: [], endedAt: now }]
    const news = { ...nothing, raised: raised(low, high), resolved, events: [facts(1107)] }
    expect(dates({ kind: 'teams', host: 'a.test' }, news)).toEqual([
      instantAt(releasedMs),
      now,
      instantAt(releasedMs + 1),
      now,
    ])
  })

  test('nothing waits for a target that stores what it gets', () => {
    const news = { ...nothing, raised: raised(low) }
    const hec = { kind: 'hec', host: 'a.test', index: null, source: null }
    expect(dates(hec, news)).toEqual([now])
  })

  test('an alert of the day that arrives then waits, and one of the night that arrives later does not', () => {
    const early = alert({ ...low, from: instantAt(nowMs - 60 * minuteMs) })
    const teams = { kind: 'teams', host: 'a.test' }
    expect(dates(teams, { ...nothing, raised: raised(early), seenFrom: now })).toEqual([instantAt(releasedMs)])
    const later = instantAt(nowMs + 11 * minuteMs)
    expect(dates(teams, { ...nothing, raised: raised(low), seenFrom: later, seenTo: later })).toEqual([now])
  })
})
