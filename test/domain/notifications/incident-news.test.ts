// News of incidents: an integration has one thread an incident, which goes on when its level rises, and ends when the incident is a part of another.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { IncidentRecord } from '../../../src/domain/alerts/incidents/incident.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { type Instant, instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { followIncidents, isPerIncident } from '../../../src/domain/notifications/incident-news.ts'
import { Integration } from '../../../src/domain/notifications/integration.ts'
import { notificationId } from '../../../src/domain/notifications/messages/notification.ts'
import { alice, guid } from '../../support/events.ts'
import { alert, now } from './samples.ts'

const teams = { kind: 'teams', host: 'a.test' }
const webhook = { kind: 'webhook', host: 'a.test', batch: false, previousSecretUntil: null }
const integration = (number: number, alerts: object | null = {}, target: object = teams): Integration =>
  v.parse(Integration, {
    id: guid(number, '6'),
    name: 'Security',
    target,
    subscriptions: { alerts, events: {} },
    template: null,
    state: { kind: 'active' },
    createdAt: now,
    createdBy: alice,
    sealed: {},
  })

const incident = (number: number, more: object = {}): IncidentRecord =>
  v.parse(IncidentRecord, {
    id: guid(number, '3'),
    begunAt: now,
    from: now,
    to: now,
    level: 'high',
    title: `Incident ${number}`,
    alertCount: 1,
    alerts: [],
    entities: [],
    mergedInto: null,
    recent: [],
    ...more,
  })
const thread = (number: number, of: number, level = 'medium') => ({
  id: guid(of, '3'),
  integrationId: guid(number, '6'),
  title: `Incident ${of}`,
  level,
  recurredAfter: null,
})
const raised = (number: number, more: object = {}, of = 1) => ({
  alert: alert({ id: guid(number, 'e'), incidentId: guid(of, '3'), ...more }),
  latest: null,
  sampleNames: [],
})
const one = integration(1)
const follow = (
  incidents: readonly IncidentRecord[],
  all: readonly ReturnType<typeof raised>[],
  subscribers = [one],
  closings: readonly (readonly [Guid, Instant])[] = [],
) => followIncidents(subscribers, subscribers, incidents, all, new Map(closings))
const changes = ({ news }: ReturnType<typeof follow>) =>
  news.map(({ integrationId, content }) => [integrationId, content.change, content.thread.level])

test.each([
  [teams, null, true],
  [{ kind: 'pagerduty', site: 'events.pagerduty.com' }, null, true],
  [webhook, null, false],
  [{ kind: 'hec', host: 'a.test', index: null, source: null }, null, false],
  [webhook, 'incident', true],
  [teams, 'alert', false],
])(
  'people get a thread an incident, programs each alert, unless the integration says otherwise: %j, %s',
  (target, per, is) => {
    expect(isPerIncident(integration(1, { per }, target))).toBe(is)
    expect(isPerIncident(integration(1, null, target))).toBe(false)
  },
)

describe('an incident', () => {
  test('is news once for each integration that wants one of its alerts, by the most severe and earliest', () => {
    const subscribers = [one, integration(2, { levels: ['low'] }), integration(3, { levels: ['critical'] })]
    const early = instantAt(millisecondsOf(now) - 60_000)
    const all = [
      raised(1, { level: 'low' }),
      raised(2, { level: 'high', from: now }),
      raised(3, { level: 'high', from: early }),
    ]
    const followed = follow([incident(1)], all, subscribers)
    expect(changes(followed)).toEqual([
      [guid(1, '6'), 'opened', 'high'],
      [guid(2, '6'), 'opened', 'low'],
    ])
    expect(followed.news[0]).toMatchObject({ date: early, content: { alert: { id: guid(3, 'e') } } })
    expect(followed.incidents[0]?.threads).toEqual([thread(1, 1, 'high'), thread(2, 1, 'low')])
  })

  test('is news again when its level rises, and never for an alert of a level that was news before', () => {
    const known = incident(1, { threads: [thread(1, 1)] })
    expect(changes(follow([known], [raised(1, { level: 'medium' }), raised(2, { level: 'low' })]))).toEqual([])
    const followed = follow([known], [raised(3, { level: 'critical' })])
    expect(changes(followed)).toEqual([[one.id, 'risen', 'critical']])
    expect(followed.incidents[0]?.threads).toEqual([thread(1, 1, 'critical')])
  })

  test('that people closed is news at the next alert, and from there on when its level rises', () => {
    const closings = [[guid(1, '3'), now]] as const
    const known = incident(1, { threads: [thread(1, 1, 'critical')] })
    const recurred = follow([known], [raised(1, { level: 'low' })], [one], closings)
    expect(changes(recurred)).toEqual([[one.id, 'recurred', 'low']])
    const [after] = recurred.incidents
    expect(after?.threads).toEqual([{ ...thread(1, 1, 'low'), recurredAfter: now }])
    expect(changes(follow(recurred.incidents, [raised(2, { level: 'low' })], [one], closings))).toEqual([])
    const again = follow(recurred.incidents, [raised(3, { level: 'critical' })], [one], closings)
    expect(changes(again)).toEqual([[one.id, 'risen', 'critical']])

    // The level rose to critical before it was closed as well: this is no repeat of that.
    const before = follow([incident(1, { threads: [thread(1, 1)] })], [raised(3, { level: 'critical' })])
    const idOf = ({ news: [first] }: typeof before) => first && notificationId(one.id, first.content)
    expect(idOf(again)).not.toBe(idOf(before))
    const closedAgain = [[guid(1, '3'), instantAt(millisecondsOf(now) + 1)]] as const
    expect(changes(follow(again.incidents, [raised(4, { level: 'low' })], [one], closedAgain))).toEqual([
      [one.id, 'recurred', 'low'],
    ])
  })

  test('that is news for the first time after people closed it is opened', () => {
    const closings = [[guid(1, '3'), now]] as const
    const opened = follow([incident(1)], [raised(1)], [one], closings)
    expect(changes(opened)).toEqual([[one.id, 'opened', 'high']])
    expect(changes(follow(opened.incidents, [raised(2)], [one], closings))).toEqual([])
  })

  test('of muted alerts is no news, nor do they raise its level', () => {
    const muted = raised(1, { level: 'critical', muted: true })
    expect(changes(follow([incident(1)], [muted]))).toEqual([])
    expect(changes(follow([incident(1)], [muted, raised(2, { level: 'low' })]))).toEqual([[one.id, 'opened', 'low']])
  })

  test('whose step is made again is the same news, under the same ids', () => {
    const ids = () => follow([incident(1)], [raised(1)]).news.map((each) => notificationId(one.id, each.content))
    expect(ids()).toEqual(ids())
    expect(ids()).toHaveLength(1)
  })

  test('has no thread of an integration that was deleted', () => {
    const known = incident(1, { threads: [thread(1, 1), thread(9, 1)] })
    expect(follow([known], []).incidents[0]?.threads).toEqual([thread(1, 1)])
  })
})

describe('an incident that is a part of another', () => {
  const part = incident(2, { mergedInto: guid(1, '3'), threads: [thread(1, 2), thread(2, 2)] })
  const subscribers = [one, integration(2)]

  test('ends the threads that do not go on there', () => {
    const survivor = incident(1, { threads: [thread(1, 1), thread(2, 2)] })
    const followed = follow([survivor, part], [], subscribers)
    expect(followed.news).toMatchObject([
      { integrationId: one.id, content: { change: 'merged', thread: thread(1, 2), into: { id: survivor.id } } },
    ])
    expect(followed.incidents).toEqual([survivor, part])
  })

  test('goes on in the thread of its part, if it had none', () => {
    const survivor = incident(1, { threads: [thread(2, 2)] })
    const followed = follow(
      [survivor, incident(2, { mergedInto: guid(1, '3'), threads: [thread(2, 2)] })],
      [raised(1, { level: 'critical' })],
      [integration(2)],
    )
    expect(followed.news).toMatchObject([{ content: { change: 'risen', thread: thread(2, 2, 'critical') } }])
  })
})
