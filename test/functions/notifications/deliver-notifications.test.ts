// Delivery to integrations: order, retries on schedule, batches and digests, what is given up, and that nothing is lost or needlessly sent twice.
import type { Socket } from 'node:net'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { httpSender } from '../../../src/adapters/http/sender.ts'
import { leaseMs } from '../../../src/application/notifications/deliver-integration.ts'
import { writeDelivery } from '../../../src/application/notifications/delivery-message.ts'
import { restMsMax, restMsMin } from '../../../src/application/notifications/delivery-times.ts'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { removeIntegration } from '../../../src/domain/notifications/integration.ts'
import type { Content, Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { retryDelaysMs } from '../../../src/domain/notifications/retry.ts'
import { Damaged, Unavailable } from '../../../src/ports/errors.ts'
import type { SendRequest } from '../../../src/ports/sender.ts'
import { contents } from '../../domain/notifications/samples.ts'
import { acme, guid } from '../../support/events.ts'
import { deliveryWorld, response } from '../../support/notifications/deliveries.ts'
import { boxOf, givenSecrets, secretKey, targets } from '../../support/notifications/integrations.ts'
import { startRawServer } from '../../support/servers/raw-server.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000]
const alertsOnly = { subscriptions: { alerts: {} } }
const webhook = { target: targets.webhook, ...alertsOnly }

type World = ReturnType<typeof deliveryWorld>

/** As many alerts for an integration, a millisecond apart, the last of them now. */
const alerts = (count: number, integrationId: Guid, now = startMs, content: Content = contents.alert): Notification[] =>
  Array.from({ length: count }, (_, index) => ({
    id: guid(index + 1, '5'),
    at: instantAt(now - count + index + 1),
    integrationId,
    content,
  }))

const idsIn = ({ body }: SendRequest): readonly string[] => {
  const Entry = v.object({ id: v.string() })
  const read = v.parse(v.union([Entry, v.array(Entry)]), JSON.parse(String(body)))
  return Array.isArray(read) ? read.map(({ id }) => id) : [read.id]
}
const waitingIn = ({ delivery }: World, integrationId: Guid) =>
  delivery.outbox.due(acme, integrationId, startMs * 2, 10_000)
const failedIn = async ({ delivery }: World, integrationId: Guid) =>
  (await delivery.outbox.failedOf(acme, integrationId, 10_000, null))?.failed ?? []
const delays = ({ sent }: World) => sent.map(({ at }) => at - startMs)

describe('a delivery', () => {
  test('sends what waits in order of time, each once, and stores the outcome', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    const all = alerts(5, id)
    await world.add(all.toReversed())
    await world.runUntil(startMs + minuteMs)
    expect(world.sent.flatMap(idsIn)).toEqual(all.map((each) => each.id))
    expect(world.sent.map(({ headers }) => headers['webhook-id'])).toEqual(all.map((each) => each.id))
    expect(await waitingIn(world, id)).toEqual([])
    expect(await world.delivery.outbox.attemptsOf(acme, id)).toHaveLength(5)
    expect(await world.delivery.outbox.healthOf(acme, id)).toMatchObject({
      failingSince: null,
      lastSuccessAt: instantAt(startMs),
    })
    expect(world.messages).toEqual([])
  })

  test('names the organization and links to the log', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { ...webhook, template: 'At #OrganizationName#: #Summary#' })
    await world.directory.putOrganization(acme, v.parse(OrganizationEntry, { name: 'Acme Corp' }))
    await world.add(alerts(1, id))
    await world.deliver()
    const body = String(world.sent[0]?.body)
    expect(body).toContain('At Acme Corp: Alice failed')
    expect(body).toContain('https://logs.acme.test/app/organizations/')
  })

  test('shows people times on the clocks of the organization, and programs those of UTC', async () => {
    const world = deliveryWorld(startMs)
    const chat = await world.integrate(1, { target: targets['slack-webhook'], ...alertsOnly })
    const program = await world.integrate(2, webhook)
    const hours = { ...defaultHours, timeZone: 'Europe/Berlin' }
    await world.ports.configurations.change(acme, (known) => ({
      kind: 'changed',
      configuration: { ...known, hours },
    }))
    for (const id of [chat, program]) await world.add(alerts(1, id))
    await world.runUntil(startMs + minuteMs)
    const [shown = '', data = ''] = world.sent
      .map(({ body }) => String(body))
      .toSorted((one) => (one.includes('blocks') ? -1 : 1))
    expect(shown).toContain('2026-11-20 11:04:00 Europe/Berlin')
    expect(shown).not.toContain('UTC')
    expect(data).toContain('"2026-11-20T10:04:00.000Z"')
  })

  test('shows times of UTC while the organization’s settings are damaged', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: targets['slack-webhook'], ...alertsOnly })
    const damaged = () => Promise.reject(new Damaged('rule configuration', new Error('torn')))
    world.replaceProcess({ configurations: { configurationOf: damaged } })
    await world.add(alerts(1, id))
    await world.deliver()
    expect(String(world.sent[0]?.body)).toContain('2026-11-20 10:04:00 UTC')
  })

  test('goes on without the organization’s name while its entry in the directory is damaged', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { ...webhook, template: 'At #OrganizationName#: #Summary#' })
    const organization = async () => {
      throw new Damaged('directory', new Error('x'))
    }
    world.replaceProcess({ directory: { organization } })
    await world.add(alerts(1, id))
    await world.deliver()
    expect(String(world.sent[0]?.body)).toContain(': Alice failed')
    expect(world.undelivered).toEqual([])
  })

  test('to a target that is slow ends after one request, and a message goes on', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => {
      world.clock.now += 14 * secondMs
      return response(200)
    }
    await world.add(alerts(20, id))
    await world.trigger(writeDelivery({ organizationId: acme, integrationId: id }))
    expect(world.sent).toHaveLength(1)
    await world.runUntil(startMs + 10 * minuteMs)
    expect(world.sent.flatMap(idsIn)).toEqual(alerts(20, id).map((each) => each.id))
  })

  test.each([
    ['garbage', 'hello'],
    ['JSON of something else', '{"organizationId":7}'],
    ['bytes', Buffer.from([0, 159])],
    ['what nests 20,000 deep', JSON.parse('['.repeat(20_000) + ']'.repeat(20_000))],
    ['text that nests 20,000 deep', `{"organizationId":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('asked for by %s is dropped with a line in the log', async (_, message) => {
    const world = deliveryWorld(startMs)
    await world.trigger(message)
    expect(world.log).toEqual(['message dropped: it names no integration'])
  })
})

describe('a failure that may pass', () => {
  test('is retried exactly on schedule, and finally stored with its error', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => response(500)
    await world.add(alerts(1, id))
    await world.runUntil(startMs + 100 * hourMs)
    const sums = retryDelaysMs.map((_, index) => retryDelaysMs.slice(0, index + 1).reduce((sum, delay) => sum + delay))
    expect(delays(world)).toEqual([0, ...sums])
    expect(new Set(world.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(await waitingIn(world, id)).toEqual([])
    expect(await failedIn(world, id)).toMatchObject([{ failures: 10, lastError: 'the target failed (500)' }])
  })

  test.each([
    ['a network error', { kind: 'network', code: 'ECONNRESET' }, 'no connection (ECONNRESET)'],
    ['a timeout', { kind: 'timeout' }, 'no answer within 15 s'],
    ['an overload', response(503), 'the target failed (503)'],
  ] as const)('such as %s is over with the first success', async (_, outcome, error) => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => (world.sent.length === 1 ? outcome : response(200))
    await world.add(alerts(1, id))
    await world.runUntil(startMs + minuteMs)
    expect(delays(world)).toEqual([0, 5 * secondMs])
    const attempts = await world.delivery.outbox.attemptsOf(acme, id)
    expect(attempts.map((each) => [each.outcome, each.error])).toEqual([
      ['delivered', null],
      ['retry', error],
    ])
    expect((await world.delivery.outbox.healthOf(acme, id)).failingSince).toBeNull()
  })

  test.each(['240', 'Sun, 22 Nov 2026 06:04:00 GMT', 'Sunday, 22-Nov-26 06:04:00 GMT', 'Sun Nov 22 06:04:00 2026'])(
    'waits for as long as the target asks by %j, the others behind it too',
    async (retryAfter) => {
      const world = deliveryWorld(startMs)
      const id = await world.integrate(1, webhook)
      world.target.respond = () => (world.sent.length === 1 ? response(429, '', retryAfter) : response(200))
      await world.add(alerts(3, id))
      await world.runUntil(startMs + hourMs)
      expect(delays(world)).toEqual([0, 240 * secondMs, 240 * secondMs, 240 * secondMs])
      expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(1, '5'), guid(2, '5'), guid(3, '5')])
    },
  )

  test('of many lets the target rest, ever longer; all arrive once it is back', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    let isDown = true
    world.target.respond = () => response(isDown ? 503 : 200)
    await world.add(alerts(300, id))
    await world.runUntil(startMs + 6 * hourMs)
    const pauses = delays(world).map((at, index, all) => at - (all[index - 1] ?? -restMsMin))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(restMsMin)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(restMsMax + minuteMs)
    expect(world.sent.length).toBeLessThan(6 * 12 + 12)
    isDown = false
    await world.runUntil(startMs + 16 * hourMs)
    expect(await waitingIn(world, id)).toEqual([])
    expect(await failedIn(world, id)).toEqual([])
  })

  test('leaves no more messages on their way than one for what is next, however often it is evaluated', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => response(503)
    await world.add(alerts(50, id))
    for (let minutes = 1; minutes <= 60; minutes++) {
      await world.runUntil(startMs + minutes * minuteMs)
      await world.add([])
    }
    expect(world.messages.length).toBeLessThanOrEqual(4)
    await world.runUntil(startMs + 2 * hourMs)
    expect(world.messages.length).toBe(1)
  })
})

describe('a response whose body breaks off still counts', () => {
  test.each([
    ['cut', (socket: Socket, head: string) => socket.end(`${head}Content-Length: 9\r\n\r\nok`)],
    ['held open', (socket: Socket, head: string) => socket.write(`${head}Content-Length: 9\r\n\r\nok`)],
    ['badly chunked', (socket: Socket, head: string) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`)],
  ])('when it is %s', async (_, respond) => {
    const server = await startRawServer((socket) => respond(socket, `HTTP/1.1 ${status} X\r\n`))
    let status = 200
    const world = deliveryWorld(startMs)
    const url = `http://127.0.0.1:${server.port}/hook`
    const ids = await Promise.all(
      [1, 2, 3].map((number) => world.integrate(number, { target: { ...targets.webhook, url }, ...alertsOnly })),
    )
    const [taken = acme, gone = acme, refused = acme] = ids
    world.replaceProcess({ sender: httpSender({ allowLoopback: true, bodyTimeLimitMs: 100 }) })
    for (const [index, id] of ids.entries()) {
      status = [200, 410, 403][index] ?? 0
      await world.add(alerts(1, id))
      await world.deliver()
    }
    await world.runUntil(startMs + 100 * hourMs)
    await server.stop()

    expect(server.received).toHaveLength(3)
    const outcomes = await Promise.all(ids.map((id) => world.delivery.outbox.attemptsOf(acme, id)))
    expect(outcomes.map((attempts) => attempts.map(({ outcome }) => outcome))).toEqual([
      ['delivered'],
      ['gone'],
      ['failed'],
    ])
    expect(await waitingIn(world, taken)).toEqual([])
    expect(
      [...(await failedIn(world, gone)), ...(await failedIn(world, refused))].map(({ lastError }) => lastError),
    ).toEqual(['the target is gone (410)', 'the target refused it (403)'])
  })

  test('of a Slack bot, as far as it came', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: targets['slack-bot'], ...alertsOnly })
    world.target.respond = () => response(200, world.sent.length === 1 ? '' : '{"ok":true,"chan')
    await world.add(alerts(1, id))
    await world.runUntil(startMs + hourMs)
    expect(delays(world)).toEqual([0, 5 * secondMs])
    expect(await waitingIn(world, id)).toEqual([])
  })
})

describe('a failure for good', () => {
  test.each([
    ['a refusal', response(403), 'the target refused it (403)'],
    ['a redirect', response(302), 'the target answered with a redirect, which is not followed (302)'],
    [
      'an address that nothing is sent to',
      { kind: 'refused-address', reason: 'address-not-public' },
      'its name leads to an address that nothing is sent to',
    ],
  ] as const)('such as %s is stored with its error, and the others go on', async (_, outcome, lastError) => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => (world.sent.length === 2 ? outcome : response(200))
    await world.add(alerts(3, id))
    await world.runUntil(startMs + hourMs)
    expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(2, '5'), guid(3, '5')])
    expect(await failedIn(world, id)).toMatchObject([{ notification: { id: guid(2, '5') }, failures: 1, lastError }])
  })

  test('is sent again when it is replayed, with the same id', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => response(world.sent.length <= 3 ? 404 : 200)
    await world.add(alerts(3, id))
    await world.deliver()
    expect(await failedIn(world, id)).toHaveLength(3)
    expect(await world.delivery.outbox.replay(acme, id, guid(2, '5'), world.clock.now)).toBe(1)
    await world.add([])
    await world.deliver()
    expect(world.sent.slice(3).flatMap(idsIn)).toEqual([guid(2, '5')])
    expect(await world.delivery.outbox.replay(acme, id, 'all', world.clock.now)).toBe(2)
    await world.add([])
    await world.deliver()
    expect(world.sent.slice(4).flatMap(idsIn)).toEqual([guid(1, '5'), guid(3, '5')])
    expect(await failedIn(world, id)).toEqual([])
  })
})

describe('an integration', () => {
  test('whose target is gone is disabled; what waits is kept, to be replayed', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => response(410)
    await world.add(alerts(500, id))
    await world.runUntil(startMs + hourMs)
    expect(world.sent).toHaveLength(1)
    const [integration] = await world.delivery.integrations.integrationsOf(acme)
    expect(integration?.state).toEqual({ kind: 'disabled', reason: 'gone', at: instantAt(startMs) })
    expect(await waitingIn(world, id)).toEqual([])
    const errors = new Set((await failedIn(world, id)).map(({ lastError }) => lastError))
    expect(errors).toEqual(new Set(['the target is gone (410)', 'the target is gone']))
    const attempts = await world.delivery.outbox.attemptsOf(acme, id)
    expect(attempts.filter(({ outcome }) => outcome === 'gone')).toHaveLength(1)
  })

  test('that is switched off is sent nothing; what waits is kept, to be replayed', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { ...webhook, enabled: false })
    await world.add(alerts(3, id))
    await world.deliver()
    expect(world.sent).toEqual([])
    const failed = await failedIn(world, id)
    expect(failed.map(({ lastError }) => lastError)).toEqual(Array(3).fill('the integration is switched off'))
  })

  test('that is deleted leaves nothing', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    await world.add(alerts(3, id))
    await world.delivery.integrations.change(acme, (known) => removeIntegration(known, id))
    await world.deliver()
    expect(world.sent).toEqual([])
    expect(await waitingIn(world, id)).toEqual([])
  })

  test('whose secrets cannot be opened is sent nothing; what waits says why', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.replaceProcess({ box: boxOf(secretKey('other')) })
    await world.add(alerts(3, id))
    await world.deliver()
    expect(world.sent).toEqual([])
    const failed = await failedIn(world, id)
    expect(failed.map(({ lastError }) => lastError)).toEqual(Array(3).fill(expect.stringContaining('enter it again')))
    expect(await world.delivery.outbox.healthOf(acme, id)).toMatchObject({ failingSince: instantAt(startMs) })
  })

  test('that fails for a day is reported to each other integration, once; a success heals it', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    for (const number of [2, 3])
      await world.integrate(number, { target: { ...targets.webhook, url: `https://o${number}.test` } })
    await world.integrate(4, { ...webhook, enabled: false })
    let isDown = true
    world.target.respond = ({ url }) => response(isDown && url === targets.webhook.url ? 500 : 200)
    const notices = () => world.sent.filter(({ body }) => String(body).includes('integration.unhealthy'))

    await world.add(alerts(1, id))
    await world.runUntil(startMs + 24 * hourMs - minuteMs)
    expect(notices()).toEqual([])
    await world.runUntil(startMs + 24 * hourMs + 11 * minuteMs)
    expect(
      notices()
        .map(({ url }) => url)
        .sort(),
    ).toEqual(['https://o2.test', 'https://o3.test'])
    await world.runUntil(startMs + 50 * hourMs)
    expect(notices()).toHaveLength(2)
    expect(await world.delivery.outbox.healthOf(acme, id)).toMatchObject({
      notified: true,
      reason: 'the target failed (500)',
    })

    isDown = false
    await world.runUntil(startMs + 80 * hourMs)
    expect(await world.delivery.outbox.healthOf(acme, id)).toMatchObject({ notified: false, failingSince: null })
    isDown = true
    await world.add(alerts(2, id, world.clock.now).slice(1))
    await world.runUntil(startMs + 105 * hourMs)
    expect(notices()).toHaveLength(4)
  })

  test('that is switched on again is not reported as failing before the first attempt', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    await world.integrate(2, webhook)
    world.target.respond = () => response(410)
    await world.add(alerts(1, id))
    await world.deliver()
    world.clock.now += 48 * hourMs
    world.target.respond = () => response(200)
    await world.delivery.integrations.change(acme, ([first, ...others]) => {
      if (!first) return { kind: 'refused', reason: 'integration-unknown' }
      const integration = { ...first, state: { kind: 'active' } as const }
      return { kind: 'changed', integration, integrations: [integration, ...others] }
    })
    await world.delivery.outbox.replay(acme, id, 'all', world.clock.now)
    await world.add([])
    await world.runUntil(world.clock.now + hourMs)
    expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(1, '5')])
  })
})

describe('many at once', () => {
  test('become a few digests for Slack, no more than one message a second', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: targets['slack-webhook'], ...alertsOnly })
    await world.add(alerts(200, id))
    await world.runUntil(startMs + minuteMs)
    expect(delays(world)).toEqual([0, 1, 2, 3, 4].map((second) => second * secondMs))
    expect(world.sent.every(({ body }) => String(body).includes('40 alerts'))).toBe(true)
    expect(await waitingIn(world, id)).toEqual([])
  })

  test('few enough are messages of their own for Slack, a second apart', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: targets['slack-bot'], ...alertsOnly })
    world.target.respond = () => response(200, '{"ok":true}')
    await world.add(alerts(3, id))
    await world.runUntil(startMs + minuteMs)
    expect(delays(world)).toEqual([0, secondMs, 2 * secondMs])
  })

  test.each([
    ['Splunk', targets.hec, [200, 50]],
    ['Datadog', targets.datadog, [200, 50]],
    ['a webhook that asks for batches', { ...targets.webhook, batch: true }, [100, 100, 50]],
  ] as const)('go in batches to %s', async (_, target, sizes) => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target, ...alertsOnly })
    await world.add(alerts(250, id))
    await world.runUntil(startMs + minuteMs)
    const attempts = (await world.delivery.outbox.attemptsOf(acme, id)).flatMap(
      ({ notificationIds }) => notificationIds,
    )
    expect(attempts.toSorted()).toEqual(alerts(250, id).map((each) => each.id))
    const alertsPerRequest = world.sent.map(({ body }) => String(body).match(/"title":/g)?.length)
    expect(alertsPerRequest).toEqual(sizes)
  })

  test('of which one is refused for what it says all arrive but that one', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: { ...targets.webhook, batch: true }, ...alertsOnly })
    world.target.respond = (request) => response(idsIn(request).includes(guid(3, '5')) ? 422 : 200)
    await world.add(alerts(6, id))
    await world.runUntil(startMs + minuteMs)
    expect(world.sent.map((request) => idsIn(request).length)).toEqual([6, 1, 1, 1, 1, 1, 1])
    expect(await waitingIn(world, id)).toEqual([])
    expect((await failedIn(world, id)).map(({ notification }) => notification.id)).toEqual([guid(3, '5')])
    expect((await world.delivery.outbox.healthOf(acme, id)).failingSince).toBeNull()
  })

  test('of one batch have each its own number of tries', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, { target: targets.hec, ...alertsOnly })
    world.target.respond = () => response(500)
    const last = retryDelaysMs.reduce((sum, delay) => sum + delay)
    const [old, fresh] = [alerts(1, id), alerts(2, id, startMs + last).slice(1)]
    await world.add(old)
    await world.delivery.outbox.add(acme, fresh)
    await world.runUntil(startMs + last)
    expect(world.sent.at(-1)?.body).toContain(fresh[0]?.id)
    expect((await failedIn(world, id)).map(({ notification }) => notification.id)).toEqual([old[0]?.id])
    expect((await waitingIn(world, id)).map(({ notification }) => notification.id)).toEqual([fresh[0]?.id])
  })
})

describe('when something goes wrong', () => {
  test('of two deliveries at once, one sends', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => new Promise((done) => setImmediate(() => done(response(200))))
    await world.add(alerts(5, id))
    const message = writeDelivery({ organizationId: acme, integrationId: id })
    await Promise.all([world.trigger(message), world.trigger(message), world.trigger(message)])
    await world.runUntil(startMs + hourMs)
    expect(world.sent.flatMap(idsIn)).toEqual(alerts(5, id).map((each) => each.id))
    expect(world.messages).toEqual([])
  })

  test('a notification that comes while a delivery ends is not forgotten', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    const { outbox } = world.delivery
    const [first, second] = alerts(2, id)
    let comes = true
    world.replaceProcess({
      outbox: {
        ...outbox,
        releaseLease: async (lease) => {
          if (comes) await world.add(second ? [second] : [])
          if (comes) await world.trigger(writeDelivery({ organizationId: acme, integrationId: id }))
          comes = false
          await outbox.releaseLease(lease)
        },
      },
    })
    await world.add(first ? [first] : [])
    await world.runUntil(startMs + minuteMs)
    expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(2, '5')])
  })

  test('a delivery that lost its lease stores nothing; what it sent comes again with the same id', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    const message = writeDelivery({ organizationId: acme, integrationId: id })
    world.target.respond = async () => {
      if (world.sent.length > 1) return response(200)
      world.clock.now += leaseMs
      await world.trigger(message)
      return response(500)
    }
    await world.add(alerts(2, id))
    await world.runUntil(startMs + hourMs)
    expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(1, '5'), guid(2, '5')])
    expect((await world.delivery.outbox.attemptsOf(acme, id)).map(({ outcome }) => outcome)).toEqual([
      'delivered',
      'delivered',
    ])
  })

  test('the next evaluation replaces a lost message', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    world.target.respond = () => response(world.sent.length === 1 ? 500 : 200)
    await world.add(alerts(1, id))
    world.messages.length = 0
    await world.runUntil(startMs + 10 * minuteMs + secondMs)
    expect(world.sent).toHaveLength(1)
    world.messages.length = 0
    await world.runUntil(startMs + 24 * minuteMs)
    expect(world.sent).toHaveLength(2)
    expect(await waitingIn(world, id)).toEqual([])
  })

  test('a delivery that is cut short and loses its message resumes by its schedule entry', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    const { outbox, notifications } = world.delivery
    const down = () => Promise.reject(new Unavailable('outbox', 'down'))
    world.replaceProcess({ outbox: { ...outbox, recordAttempt: down, releaseLease: down } })
    await outbox.add(acme, alerts(1, id))
    await notifications.send(writeDelivery({ organizationId: acme, integrationId: id }), 0)
    await world.deliver()
    world.messages.length = 0
    world.replaceProcess()
    await world.runUntil(startMs + 12 * minuteMs)
    expect(world.sent.flatMap(idsIn)).toEqual([guid(1, '5'), guid(1, '5')])
    expect(await waitingIn(world, id)).toEqual([])
  })

  test('a delivery that an outage holds up is put off, then left to the next evaluation, and never given up', async () => {
    const world = deliveryWorld(startMs)
    const id = await world.integrate(1, webhook)
    const { outbox } = world.delivery
    let outage = true
    world.replaceProcess({
      outbox: {
        ...outbox,
        recordAttempt: (...all) =>
          outage ? Promise.reject(new Unavailable('outbox', 'down')) : outbox.recordAttempt(...all),
      },
    })
    await world.add(alerts(1, id))
    await world.runUntil(startMs + 2 * hourMs)
    expect(world.undelivered).toEqual([])
    // One for each evaluation of the last ten minutes, however long the outage lasts.
    expect(world.messages.length).toBeLessThanOrEqual(3)
    expect(world.log.some((line) => line.includes('put off'))).toBe(true)
    expect(world.log.some((line) => line.includes('left to the next evaluation'))).toBe(true)
    outage = false
    await world.runUntil(startMs + 2 * hourMs + 20 * minuteMs)
    expect(new Set(world.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(await waitingIn(world, id)).toEqual([])
  })

  test('no secret is in a log, in storage or in a message', async () => {
    const world = deliveryWorld(startMs)
    const outcomes = [
      response(500, givenSecrets.join()),
      response(404, givenSecrets.join()),
      response(200, '{"ok":true}'),
    ]
    world.target.respond = ({ url, body }) =>
      outcomes[world.sent.length % 4] ?? response(429, `${url}${body}`, givenSecrets.join())
    const ids: Guid[] = []
    for (const [index, target] of Object.values(targets).entries()) {
      ids.push(await world.integrate(index + 1, { target, ...alertsOnly }))
    }
    await world.add(ids.flatMap((id) => alerts(20, id)))
    await world.runUntil(startMs + 30 * hourMs)
    expect(world.sent.length).toBeGreaterThan(50)
    const kept = await Promise.all(
      ids.map(async (id) => [
        await waitingIn(world, id),
        await failedIn(world, id),
        await world.delivery.outbox.attemptsOf(acme, id),
        await world.delivery.outbox.healthOf(acme, id),
      ]),
    )
    const integrations = await world.delivery.integrations.integrationsOf(acme)
    const all = JSON.stringify([world.log, kept, world.messages, world.undelivered, integrations])
    expect(world.log.length).toBeGreaterThan(10)
    for (const secret of givenSecrets) expect(all).not.toContain(secret)
  })
})
