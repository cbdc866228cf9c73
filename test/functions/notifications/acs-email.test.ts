// E-mail by Azure Communication Services by the way of every notification: each is sent once, no matter what fails or is killed in between.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { httpSender } from '../../../src/adapters/http/sender.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { SendOutcome } from '../../../src/ports/sender.ts'
import { alert, contents } from '../../domain/notifications/samples.ts'
import { targets } from '../../domain/notifications/targets/samples.ts'
import { acme, guid } from '../../support/events.ts'
import { acsFake } from '../../support/notifications/acs-fake.ts'
import { deliveryWorld, response } from '../../support/notifications/deliveries.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [minuteMs, hourMs] = [60_000, 3_600_000]
const target = targets['acs-email']

const raised = (integrationId: Guid): readonly Notification[] =>
  [1, 2, 3].map((number) => ({
    id: guid(number, '5'),
    at: instantAt(startMs - 10 + number),
    integrationId,
    content: { ...contents.alert, alert: alert({ id: guid(number, 'e') }) },
  }))
const ids = [1, 2, 3].map((number) => guid(number, '5'))

async function ready(given: object = {}) {
  const world = deliveryWorld(startMs)
  const service = acsFake({ ...target, domain: 'acme.test', now: () => world.clock.now })
  world.target.respond = service.take
  const id = await world.integrate(1, { target: { ...target, ...given } })
  const sentIds = () => service.letters.map(({ operationId }) => operationId).toSorted()
  return { world, service, id, sentIds }
}

describe('Azure Communication Services', () => {
  test('send an e-mail a notification', async () => {
    const { world, id, sentIds, service } = await ready()
    await world.add(raised(id))
    await world.runUntil(startMs + minuteMs)
    expect(sentIds()).toEqual(ids)
    expect(service.letters[0]).toMatchObject({
      content: { subject: '[Keytrail] HIGH: Many failed logins of one user' },
      recipients: { to: [{ address: 'alice@acme.test' }, { address: 'bob@acme.test' }] },
    })
  })

  test.each([
    ['are busy', response(429, '{"error":{"code":"TooManyRequests"}}', '30')],
    ['fail', response(500, '{"error":{"code":"InternalServerError"}}')],
    ['still send the first', response(409)],
    ['are silent', { kind: 'timeout' } as const],
    ['drop the connection', { kind: 'network', code: 'ECONNRESET' } as const],
  ])(
    'that %s get the same again, and send no second e-mail, whether or not they took the first',
    async (_, outcome) => {
      for (const isTaken of [false, true]) {
        const { world, service, id, sentIds } = await ready()
        const seen = new Set<string>()
        world.target.respond = (request): SendOutcome => {
          const isFirst = !seen.has(String(request.body))
          seen.add(String(request.body))
          const reply = isTaken || !isFirst ? service.take(request) : outcome
          return isFirst ? outcome : reply
        }
        await world.add(raised(id))
        await world.runUntil(startMs + hourMs)
        expect(sentIds()).toEqual(ids)
        expect(world.sent.length).toBe(6)
        expect(await world.delivery.outbox.nextDue(acme, id)).toBeUndefined()
      }
    },
  )

  test('are asked again no sooner than they say', async () => {
    const { world, service, id } = await ready()
    world.target.respond = (request) => (world.sent.length === 1 ? response(429, '', '1800') : service.take(request))
    await world.add(raised(id).slice(0, 1))
    await world.runUntil(startMs + hourMs)
    const [first, second] = world.sent.map(({ at }) => at)
    expect(second).toBeGreaterThanOrEqual((first ?? 0) + 30 * minuteMs)
  })

  test('send one e-mail a notification if the process is killed after any request', async () => {
    for (const killedAt of [1, 2, 3]) {
      const { world, id, sentIds } = await ready()
      const { outbox } = world.delivery
      const down = () => Promise.reject(new Unavailable('outbox', 'killed'))
      const isKilled = () => world.sent.length === killedAt
      world.replaceProcess({
        outbox: {
          ...outbox,
          recordAttempt: (...all) => (isKilled() ? down() : outbox.recordAttempt(...all)),
          releaseLease: (lease) => (isKilled() ? down() : outbox.releaseLease(lease)),
        },
      })
      await world.add(raised(id))
      await world.runUntil(startMs + 2 * minuteMs)
      world.replaceProcess()
      await world.runUntil(startMs + hourMs)
      expect(world.sent.length).toBeGreaterThan(3)
      expect(sentIds()).toEqual(ids)
    }
  })

  test.each([
    ['an access key that is not theirs', { accessKey: 'b3RoZXJvdGhlcm90aGVyb3RoZXI=' }, '401 access key refused'],
    ['a sender of another domain', { from: 'keytrail@other.test' }, '404 domain not linked'],
  ])('that refuse %s are not asked again; the reason is shown', async (_, given, detail) => {
    const { world, service, id } = await ready(given)
    await world.add(raised(id).slice(0, 1))
    await world.runUntil(startMs + hourMs)
    expect([world.sent.length, service.letters.length]).toEqual([1, 0])
    const page = await world.delivery.outbox.failedOf(acme, id, 10, null)
    expect(page?.failed.map(({ lastError }) => lastError)).toEqual([`the target refused it (${detail})`])
    expect(JSON.stringify([world.log, page])).not.toContain(target.accessKey)
  })
})

test('what arrives over a real connection is what was signed', async () => {
  const world = deliveryWorld(startMs)
  const service = acsFake({ ...target, domain: 'acme.test', now: () => world.clock.now })
  const server = createServer(async ({ headers, url = '' }, reply) => {
    const outcome = service.respondTo({ host: headers.host ?? '', path: url, headers, body: await buffer(reply.req) })
    reply.writeHead(outcome.kind === 'response' ? outcome.status : 500).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    world.replaceProcess({ sender: httpSender({ allowLoopback: true, now: () => 0 }) })
    const id = await world.integrate(1, { target: { ...target, host: `127.0.0.1:${port}` } })
    await world.add(raised(id))
    await world.runUntil(startMs + minuteMs)
    expect(service.letters.map(({ operationId }) => operationId).toSorted()).toEqual(ids)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
