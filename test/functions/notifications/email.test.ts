// E-mail by the way of every notification: retries, refused recipients, and processes that are killed.
import { afterEach, describe, expect, test } from 'vitest'
import { smtpMailer } from '../../../src/adapters/smtp/mailer.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { SendOutcome } from '../../../src/ports/sender.ts'
import { acknowledged, alert, closed, contents, recurred, reopened, risen } from '../../domain/notifications/samples.ts'
import { acme, guid } from '../../support/events.ts'
import { deliveryWorld, response } from '../../support/notifications/deliveries.ts'
import { targets } from '../../support/notifications/integrations.ts'
import { mailUser, startMailServer } from '../../support/servers/mail-server.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [minuteMs, hourMs] = [60_000, 3_600_000]
const [alice, bob] = ['alice@acme.test', 'bob@acme.test']
const subscribed = { subscriptions: { alerts: { resolved: true } } }

const raised = (integrationId: Guid, number = 1): Notification => ({
  id: guid(number, '5'),
  at: instantAt(startMs - 10 + number),
  integrationId,
  content: { ...contents.alert, alert: alert({ id: guid(number, 'e') }) },
})

/** The replies of a server in turn, then acceptance. */
async function worldWith(...replies: readonly SendOutcome[]) {
  const world = deliveryWorld(startMs)
  world.mailServer.reply = () => replies[world.mails.length - 1] ?? response(250)
  const id = await world.integrate(1, { target: targets.email, ...subscribed })
  const failed = async () => (await world.delivery.outbox.failedOf(acme, id, 10, null))?.failed ?? []
  return { world, id, failed }
}
const partly = (status: number, ...refused: readonly string[]): SendOutcome => ({
  kind: 'response',
  status,
  body: 'RCPT TO',
  retryAfter: null,
  latencyMs: 20,
  refused,
})

describe('an e-mail', () => {
  test.each([
    ['a reply that passes', response(451, 'DATA')],
    ['a timeout', { kind: 'timeout' } as const],
    ['no connection', { kind: 'network', code: 'ETLS' } as const],
  ])('is sent again after %s, as the same message', async (_, reply) => {
    const { world, id } = await worldWith(reply)
    await world.add([raised(id)])
    await world.runUntil(startMs + minuteMs)
    expect(world.mails).toHaveLength(2)
    expect(new Set(world.mails.map(({ messageId }) => messageId)).size).toBe(1)
    expect(await world.delivery.outbox.nextDue(acme, id)).toBeUndefined()
  })

  test('that is refused is not sent again, and says what was refused', async () => {
    const { world, id, failed } = await worldWith(response(535, 'AUTH'))
    await world.add([raised(id)])
    await world.runUntil(startMs + hourMs)
    expect(world.mails).toHaveLength(1)
    expect(await failed()).toMatchObject([{ lastError: 'the target refused it (535 user or password)' }])
  })

  test('goes again to those alone who were refused for now', async () => {
    const { world, id, failed } = await worldWith(partly(450, bob), response(451, 'RCPT TO'))
    await world.add([raised(id)])
    await world.runUntil(startMs + hourMs)
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([[alice, bob], [bob], [bob]])
    expect(await failed()).toEqual([])
    expect((await world.delivery.outbox.healthOf(acme, id)).failingSince).toBeNull()
  })

  test('that some refuse for good is stored as failed for them; a replay goes to them alone', async () => {
    const { world, id, failed } = await worldWith(partly(550, bob))
    await world.add([raised(id)])
    await world.runUntil(startMs + hourMs)
    expect(world.mails).toHaveLength(1)
    expect(await failed()).toMatchObject([{ lastError: `the target refused it (550 recipients ${bob})` }])
    await world.delivery.outbox.replay(acme, id, 'all', world.clock.now)
    await world.add([])
    await world.runUntil(startMs + 2 * hourMs)
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([[alice, bob], [bob]])
  })

  test('comes again to all under the same id if the process is killed before the result is stored', async () => {
    const { world, id } = await worldWith(partly(450, bob))
    const { outbox } = world.delivery
    const down = () => Promise.reject(new Unavailable('outbox', 'killed'))
    world.replaceProcess({ outbox: { ...outbox, recordAttempt: down, releaseLease: down } })
    await world.add([raised(id)])
    await world.deliver()
    world.replaceProcess()
    await world.runUntil(startMs + hourMs)
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([
      [alice, bob],
      [alice, bob],
    ])
    expect(new Set(world.mails.map(({ messageId }) => messageId)).size).toBe(1)
  })
})

describe('a mail server', () => {
  const servers: Awaited<ReturnType<typeof startMailServer>>[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  test('that is busy, refuses one for now and drops connections gets every alert to everybody once', async () => {
    const server = await startMailServer({
      reply: (command, use) => {
        if (command === 'CONNECT' && use === 2) return 421
        if (command === `RCPT ${bob}` && use === 1) return 450
        return command === 'DATA' && use === 3 ? 452 : undefined
      },
    })
    servers.push(server)
    const world = deliveryWorld(startMs)
    world.replaceProcess({ mailer: smtpMailer({ allowLoopback: true, now: () => 0 }) })
    const target = { ...targets.email, host: '127.0.0.1', port: server.port, ...mailUser }
    const id = await world.integrate(1, { target, ...subscribed })
    await world.add([1, 2, 3].map((number) => raised(id, number)))
    await world.runUntil(startMs + 2 * hourMs)
    const idOf = (source: string) => /^Message-ID: <([^@]+)@/im.exec(source)?.[1] ?? ''
    const taken = server.mails.flatMap(({ source, to }) => to.map((address) => `${idOf(source)} ${address}`))
    const expected = [1, 2, 3].flatMap((number) => [alice, bob].map((address) => `${guid(number, 'e')} ${address}`))
    expect(taken.toSorted()).toEqual(expected.toSorted())
    expect(JSON.stringify([world.log, await world.delivery.outbox.attemptsOf(acme, id)])).not.toMatch(/s3cret|p4ss/)
  })

  test('that is busy gets everything about an incident as one conversation', async () => {
    const server = await startMailServer({
      reply: (command, use) => (command === 'DATA' && use % 2 === 1 ? 452 : undefined),
    })
    servers.push(server)
    const world = deliveryWorld(startMs)
    world.replaceProcess({ mailer: smtpMailer({ allowLoopback: true, now: () => 0 }) })
    const target = { ...targets.email, host: '127.0.0.1', port: server.port, ...mailUser }
    const integrationId = await world.integrate(1, { target, ...subscribed })
    const thread = [contents.incident, risen, acknowledged, closed, reopened, recurred]
    await world.add(
      thread.map((content, index) => ({
        id: guid(index, '5'),
        at: instantAt(startMs - 10 + index),
        integrationId,
        content,
      })),
    )
    await world.runUntil(startMs + hourMs)
    const headers = (name: string) =>
      server.mails.map(({ source }) => new RegExp(`^${name}: (.*)$`, 'im').exec(source)?.[1]?.trim())
    const [first, ...others] = headers('Message-ID')
    expect(first).toBe(`<${contents.incident.thread.id}@acme.test>`)
    expect(new Set(others).size).toBe(thread.length - 1)
    for (const name of ['In-Reply-To', 'References']) {
      expect(headers(name)).toEqual([undefined, ...others.map(() => first)])
    }
  })
})
