// …/integrations/{integrationId}/test, deliveries, failed and replay: what owners and admins see of deliveries, and set on their way.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { lateEvaluationAt } from '../../../src/application/notifications/delivery-times.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { attemptsStoredMax } from '../../../src/domain/notifications/attempts.ts'
import type { Content } from '../../../src/domain/notifications/messages/notification.ts'
import { failedPerPageMax } from '../../../src/functions/notifications/integration-deliveries.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { Failed } from '../../../src/ports/outbox.ts'
import { alertRecord, began } from '../../support/alerts/alerts.ts'
import { acme, bob, event, guid } from '../../support/events.ts'
import { bodyOf, callsOf, idOf, integrationRoutes, targets } from '../../support/notifications/integrations.ts'

const now = '2026-11-22T06:28:00.000Z'
const failing = async () => {
  throw new Unavailable('storage', new Error('x'))
}
const List = v.object({ data: v.array(v.object({ id: v.string() })), continuationToken: v.nullable(v.string()) })

async function withIntegration() {
  const routes = await integrationRoutes()
  const id = idOf((await routes.create(bodyOf(), 'alice')).json)
  const order = { text: JSON.stringify({ organizationId: acme, integrationId: id }), delaySeconds: 0 }
  return { ...routes, id, order, waiting: () => routes.ports.outbox.due(acme, id, began, 1_000) }
}

describe('a test', () => {
  test('waits for the integration, which is looked at soon', async () => {
    const { test, id, waiting, ports, order, reported } = await withIntegration()
    const response = await test(id, 'bob')
    const [sent] = await waiting()
    expect(response).toMatchObject({ status: 202, json: { object: 'integrationTest', id: sent?.notification.id } })
    expect(sent).toMatchObject({
      notification: { integrationId: id, at: instantAt(began), content: { kind: 'test' } },
      failures: 0,
      dueAt: began,
    })
    expect(ports.notifications.messages).toEqual([order])
    expect(reported().map(({ type }) => type)).toEqual([9_030])
  })

  test('is found by the organization’s next evaluation when its message cannot be sent', async () => {
    const { ports, id, waiting } = await withIntegration()
    const { test } = callsOf({ ...ports, notifications: { ...ports.notifications, send: failing } })
    expect((await test(id, 'alice')).status).toBe(503)
    expect(await waiting()).toHaveLength(1)
    expect(await ports.schedule.due(lateEvaluationAt(began), 10)).toMatchObject([
      { organizationId: acme, at: lateEvaluationAt(began) },
    ])
  })

  test('is not sent to what is disabled, or is not there', async () => {
    const { test, put, id, waiting } = await withIntegration()
    await put(id, bodyOf(targets.webhook, { enabled: false }), 'alice')
    expect((await test(id, 'alice')).status).toBe(409)
    expect((await test(guid(9, '6'), 'alice')).status).toBe(404)
    expect(await waiting()).toEqual([])
  })
})

describe('the deliveries', () => {
  test('are the last attempts, newest first', async () => {
    const { attempt, deliveries, id, advance } = await withIntegration()
    expect((await deliveries(id, 'alice')).json).toEqual({ object: 'list', data: [], continuationToken: null })
    await attempt(id, { outcome: 'retry', error: 'HTTP 500', notificationIds: [guid(1, '5')] })
    advance(5_000)
    await attempt(id, { latencyMs: 34, notificationIds: [guid(1, '5')] })
    const shared = { object: 'delivery', notificationIds: [guid(1, '5')] }
    expect((await deliveries(id, 'alice')).json).toMatchObject({
      data: [
        { ...shared, at: '2026-11-22T06:28:05.000Z', outcome: 'delivered', error: null, latencyMs: 34 },
        { ...shared, at: now, outcome: 'retry', error: 'HTTP 500', latencyMs: 12 },
      ],
      continuationToken: null,
    })
  })

  test('are 100 at most, and nothing of an integration that is not there', async () => {
    const { attempt, deliveries, id, advance } = await withIntegration()
    for (let made = 0; made <= attemptsStoredMax; made += 1) {
      await attempt(id, {})
      advance(1)
    }
    const { json } = await deliveries(id, 'alice')
    expect(v.parse(v.object({ data: v.array(v.unknown()) }), json).data).toHaveLength(100)
    expect((await deliveries(guid(9, '6'), 'alice')).status).toBe(404)
  })
})

describe('what failed', () => {
  test('is shown with its subject, and why it did not arrive', async () => {
    const { ports, failed, id } = await withIntegration()
    const record = alertRecord(1)
    const base = { integrationId: id, at: instantAt(began) }
    const view = event()
    const names = { userName: null, userEmail: null, userRole: null }
    const contents: readonly Content[] = [
      { kind: 'alert', alert: record, latest: null, sampleNames: [] },
      { kind: 'resolved', alert: record, latest: null, sampleNames: [], endedAt: instantAt(began) },
      { kind: 'event', facts: { event: view, fields: {}, ...names } },
      { kind: 'event', facts: { event: event({ type: 4_711 }), fields: {}, ...names } },
      { kind: 'notice', about: { id: guid(2, '6'), name: 'Ops' }, failingSince: instantAt(began), reason: 'timeout' },
      { kind: 'test' },
    ]
    const all = contents.map((content, index) => ({ id: guid(index, '5'), content, ...base }))
    await ports.outbox.add(acme, all)
    const lease = await ports.outbox.acquireLease(acme, id, began, began + 1)
    if (!lease) throw new Error('no lease')
    const [failedAt, lastError] = [instantAt(began), 'HTTP 404']
    const failures: Failed[] = all.map((notification) => ({
      notification,
      failures: 3,
      dueAt: began,
      lastError,
      failedAt,
    }))
    const attempt = { at: failedAt, outcome: 'failed', error: lastError, latencyMs: 1, notificationIds: [] } as const
    const health = { failingSince: failedAt, lastSuccessAt: null, reason: lastError, notified: false }
    await ports.outbox.recordAttempt(lease, { attempt, health, arrived: [], waiting: [], failed: failures })

    const common = { object: 'failedNotification', at: now, failedAt: now, failures: 3, error: lastError }
    const alert = { ...common, aboutId: record.id, aboutName: 'Many failed logins' }
    expect((await failed(id, 'alice')).json).toEqual({
      object: 'list',
      data: [
        { ...alert, id: guid(0, '5'), kind: 'alert' },
        { ...alert, id: guid(1, '5'), kind: 'resolved' },
        { ...common, id: guid(2, '5'), kind: 'event', aboutId: view.id, aboutName: 'Cipher_ClientViewed' },
        { ...common, id: guid(3, '5'), kind: 'event', aboutId: event({ type: 4_711 }).id, aboutName: null },
        { ...common, id: guid(4, '5'), kind: 'notice', aboutId: guid(2, '6'), aboutName: 'Ops' },
        { ...common, id: guid(5, '5'), kind: 'test', aboutId: null, aboutName: null },
      ],
      continuationToken: null,
    })
  })

  test('comes in pages, the last to fail first, and nothing comes twice', async () => {
    const { fail, failed, id, advance } = await withIntegration()
    for (const number of [1, 2, 3, 4, 5]) {
      await fail(id, [number])
      advance(1_000)
    }
    const seen: string[] = []
    let token: string | null = ''
    while (token !== null) {
      const { json } = await failed(id, 'alice', `limit=2${token && `&continuationToken=${token}`}`)
      const page: v.InferOutput<typeof List> = v.parse(List, json)
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map((each) => each.id))
      token = page.continuationToken
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((number) => guid(number, '5')))
  })

  test('is asked for by a token of the same integration, and a limit that there is', async () => {
    const { create, fail, failed, id } = await withIntegration()
    await fail(id, [1, 2])
    const { continuationToken: token } = v.parse(List, (await failed(id, 'alice', 'limit=1')).json)
    const other = idOf((await create(bodyOf(), 'alice')).json)
    const wrong = { status: 400, json: { errors: { continuationToken: [expect.any(String)] } } }
    expect(await failed(other, 'alice', `continuationToken=${token}`)).toMatchObject(wrong)
    expect(await failed(id, 'alice', `continuationToken=${token}x`)).toMatchObject(wrong)
    expect(await failed(id, 'alice', 'continuationToken=x')).toMatchObject(wrong)
    for (const limit of ['0', failedPerPageMax + 1, 'all']) {
      const response = await failed(id, 'alice', `limit=${limit}`)
      expect(response).toMatchObject({ status: 400, json: { errors: { limit: [expect.any(String)] } } })
    }
    expect((await failed(id, 'alice', `limit=${failedPerPageMax}`)).status).toBe(200)
    expect((await failed(guid(9, '6'), 'alice')).status).toBe(404)
  })
})

describe('a replay', () => {
  test('lets everything that failed wait again, and is reported', async () => {
    const { fail, replay, failed, id, waiting, ports, order, reported } = await withIntegration()
    await fail(id, [1, 2, 3])
    expect(await replay(id, 'bob')).toMatchObject({ status: 202, json: { object: 'replay', replayed: 3 } })
    expect((await failed(id, 'alice')).json).toMatchObject({ data: [] })
    expect(await waiting()).toMatchObject([1, 2, 3].map((number) => ({ notification: { id: guid(number, '5') } })))
    expect(ports.notifications.messages).toEqual([order])
    const [, replayEvent] = reported()
    expect(replayEvent).toMatchObject({ type: 9_034, objectId: id, objectName: 'Security', actingUserId: bob })
    expect(await replay(id, 'alice', {})).toMatchObject({ status: 202, json: { replayed: 0 } })
  })

  test('lets one of them wait again', async () => {
    const { fail, replay, id, waiting } = await withIntegration()
    await fail(id, [1, 2, 3])
    const one = guid(2, '5')
    expect(await replay(id, 'alice', { id: one.toUpperCase() })).toMatchObject({ status: 202, json: { replayed: 1 } })
    expect(await waiting()).toMatchObject([{ notification: { id: one }, failures: 0, dueAt: began }])
    expect(await replay(id, 'alice', { id: one })).toMatchObject({ status: 202, json: { replayed: 0 } })
  })

  test.each(['{', '[]', 'x', { id: 'x' }, { ids: [] }, { id: null }])(
    'of %j is a 400 and sends nothing',
    async (body) => {
      const { fail, replay, id, waiting, reported } = await withIntegration()
      await fail(id, [1])
      expect((await replay(id, 'alice', body)).status).toBe(400)
      expect(await waiting()).toEqual([])
      expect(reported()).toHaveLength(1)
    },
  )

  test('to what is disabled, or is not there, is refused', async () => {
    const { fail, replay, put, id, waiting, reported } = await withIntegration()
    await fail(id, [1])
    await put(id, bodyOf(targets.webhook, { enabled: false }), 'alice')
    expect((await replay(id, 'alice')).status).toBe(409)
    expect((await replay(guid(9, '6'), 'alice')).status).toBe(404)
    expect(await waiting()).toEqual([])
    expect(reported().map(({ type }) => type)).toEqual([9_030, 9_031])
  })

  test('that failed halfway is found by the organization’s next evaluation, and can be asked for again', async () => {
    const { ports, fail, replay, id, waiting, order } = await withIntegration()
    await fail(id, [1])
    const broken = callsOf({ ...ports, notifications: { ...ports.notifications, send: failing } })
    expect((await broken.replay(id, 'alice')).status).toBe(503)
    expect(await waiting()).toHaveLength(1)
    expect(await ports.schedule.due(lateEvaluationAt(began), 10)).toMatchObject([
      { organizationId: acme, at: lateEvaluationAt(began) },
    ])
    expect((await replay(id, 'alice')).json).toMatchObject({ replayed: 0 })
    expect(ports.notifications.messages).toEqual([order])
  })

  test('is not made while it cannot be reported', async () => {
    const { ports, fail, id, waiting } = await withIntegration()
    await fail(id, [1])
    const broken = callsOf({ ...ports, queue: { ...ports.queue, enqueue: failing } })
    expect((await broken.replay(id, 'alice')).status).toBe(503)
    expect(await waiting()).toEqual([])
  })
})
