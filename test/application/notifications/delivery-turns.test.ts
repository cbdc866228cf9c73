// Turns of integrations, on a host in virtual time: slow targets of one organization keep neither other organizations nor its own fast ones waiting.
import { describe, expect, test } from 'vitest'
import { signed } from '../../../src/adapters/crypto/request-signing.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryIntegrations } from '../../../src/adapters/memory/integrations.ts'
import { memoryOutbox } from '../../../src/adapters/memory/outbox.ts'
import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { runMsMax } from '../../../src/application/notifications/delivery-run.ts'
import { deliveriesAtOnceMax } from '../../../src/application/notifications/delivery-turns.ts'
import { dispatchDeliveries } from '../../../src/application/notifications/dispatch-deliveries.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { addIntegration, integrationsMax } from '../../../src/domain/notifications/integration.ts'
import { deliverNotifications } from '../../../src/functions/notifications/deliver-notifications.ts'
import { contents } from '../../domain/notifications/samples.ts'
import { contextWith } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'
import { integrationOf, response } from '../../support/notifications/deliveries.ts'
import { boxOf, secretKey, targets } from '../../support/notifications/integrations.ts'
import { virtualTime } from '../../support/virtual-time.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
/** Messages that the host hands to one instance at once: a batch of 16, and half a batch more for each of two cores. */
const handlersOfInstance = 32
const pollMs = 100
const slowMs = 13_500
const box = boxOf(secretKey('k1'))

type Sent = {
  readonly organizationId: Guid
  readonly integration: number
  readonly ids: readonly string[]
  readonly at: number
}

/** A host with so many instances, on one outbox and one queue; an integration's number is in its URL, and says how slow it is. */
function host(instances: number, slownessOf: (organizationId: Guid, integration: number) => number) {
  const time = virtualTime(startMs)
  const { now, sleep } = time
  const [integrations, outbox] = [memoryIntegrations(), memoryOutbox()]
  const queue: { readonly text: string; readonly at: number }[] = []
  const sent: Sent[] = []
  const [underWay, mostAtOnce] = [new Map<Guid, number>(), new Map<Guid, number>()]
  const organizations = new Set<Guid>()
  let handled = 0

  const notifications = {
    send: async (text: string, delaySeconds: number) => {
      queue.push({ text, at: now() + delaySeconds * 1_000 })
    },
    check: async () => {},
  }
  const sender = {
    send: async ({ url, body }: { readonly url: string; readonly body: string | Uint8Array }) => {
      const [, organizationId, number] = new URL(url).pathname.split('/')
      const organization = [...organizations].find((each) => each === organizationId) ?? acme
      const count = (underWay.get(organization) ?? 0) + 1
      underWay.set(organization, count)
      mostAtOnce.set(organization, Math.max(count, mostAtOnce.get(organization) ?? 0))
      await sleep(slownessOf(organization, Number(number)))
      underWay.set(organization, (underWay.get(organization) ?? 0) - 1)
      const ids = [...String(body).matchAll(/^\{"id":"([^"]+)"/g)].map(([, id = '']) => id)
      sent.push({ organizationId: organization, integration: Number(number), ids, at: now() })
      return response(200)
    },
  }
  const ports = {
    integrations,
    outbox,
    notifications,
    schedule: memorySchedule(),
    directory: memoryDirectory(),
    box,
    sender,
    mailer: { send: async () => response(250) },
    sign: signed,
    now,
    sleep,
    appUrl: null,
    configurations: memoryRuleConfigurations(),
  }

  const nextFor = (free: number) => {
    const index = free === 0 ? -1 : queue.findIndex(({ at }) => at <= now())
    return index < 0 ? undefined : queue.splice(index, 1)[0]
  }
  /** An instance: hands messages that are due to its handlers, as far as they are free; a failed one comes again. */
  const instance = (untilMs: number) => async () => {
    const deliver = deliverNotifications(ports)
    const context = contextWith([])
    let free = handlersOfInstance
    while (now() < untilMs) {
      for (let message = nextFor(free); message; message = nextFor(free)) {
        const { text } = message
        free -= 1
        handled += 1
        time.run(async () => {
          await deliver(text, context)
          free += 1
        })
      }
      await sleep(pollMs)
    }
  }
  return {
    sent,
    queue,
    outbox,
    time,
    mostAtOnce: (organizationId: Guid) => mostAtOnce.get(organizationId) ?? 0,
    handled: () => handled,
    /** Makes integrations with so many notifications each, and sends them on their way at `atMs`. */
    add(organizationId: Guid, numbers: readonly number[], notificationsOfEach: number, atMs: number): void {
      organizations.add(organizationId)
      time.run(async () => {
        for (const number of numbers) {
          const url = `https://hooks.acme.test/${organizationId}/${number}`
          const integration = integrationOf(
            box,
            number,
            { target: { ...targets.webhook, url }, subscriptions: { alerts: {} } },
            organizationId,
          )
          await integrations.change(organizationId, (known) => addIntegration(known, integration))
        }
        await sleep(atMs)
        const all = await integrations.integrationsOf(organizationId)
        for (const { id } of all) {
          const notifications = Array.from({ length: notificationsOfEach }, (_, index) => ({
            id: guid(index + 1, '5'),
            at: instantAt(startMs + atMs - notificationsOfEach + index),
            integrationId: id,
            content: contents.alert,
          }))
          await outbox.add(organizationId, notifications)
        }
        await dispatchDeliveries(ports, organizationId, all, now())
      })
    },
    async run(untilMs: number): Promise<void> {
      for (let count = 0; count < instances; count++) time.run(instance(startMs + untilMs))
      await time.finish()
    },
  }
}

type Host = ReturnType<typeof host>

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const arrivals = ({ sent }: Host, organizationId: Guid, integration = 1) =>
  sent.filter((each) => each.organizationId === organizationId && each.integration === integration)
const slowOf = (slow: Guid) => (organizationId: Guid) => (organizationId === slow ? slowMs : 200)

describe('slow targets of one organization', () => {
  test.each([4, 40, integrationsMax])(
    'keep no other organization’s notification waiting, be they %i',
    async (count) => {
      const world = host(1, slowOf(acme))
      world.add(acme, range(count), 3, 0)
      world.add(globex, [1], 1, 1_000)
      await world.run(60_000)
      expect(arrivals(world, globex).map(({ at }) => at - startMs)).toEqual([expect.any(Number)])
      expect(arrivals(world, globex)[0]?.at).toBeLessThanOrEqual(startMs + 1_000 + 2 * pollMs + 200)
      expect(world.mostAtOnce(acme)).toBe(deliveriesAtOnceMax)
    },
  )

  test('each have their turn, get all of theirs in order, each once, and leave no message behind', async () => {
    const world = host(1, slowOf(acme))
    world.add(acme, range(40), 3, 0)
    // Three rounds of ten fours, and the time until a message is found.
    const roundMs = (slowMs + 2 * pollMs) * (40 / deliveriesAtOnceMax)
    await world.run(3 * roundMs)
    for (const number of range(40)) {
      const [first, ...others] = arrivals(world, acme, number)
      expect(first?.at).toBeLessThanOrEqual(startMs + roundMs)
      expect([first, ...others].flatMap((each) => each?.ids)).toEqual(range(3).map((index) => guid(index, '5')))
    }
    expect(world.mostAtOnce(acme)).toBe(deliveriesAtOnceMax)
    expect(world.queue).toEqual([])
    expect(world.handled()).toBeLessThan(120 * 8)
  })

  test('keep a fast one of their own waiting for its turn, not for theirs to have all they wait for', async () => {
    const world = host(1, (_, integration) => (integration === 40 ? 200 : slowMs))
    world.add(acme, range(40), 50, 0)
    await world.run(10 * 60_000)
    const fast = arrivals(world, acme, 40)
    expect(fast[0]?.at).toBeLessThanOrEqual(startMs + (slowMs + 2 * pollMs) * 10)
    expect(fast).toHaveLength(50)
  })

  test('of many organizations keep others waiting for one slow request at most', async () => {
    const world = host(1, (organizationId) => (organizationId === globex ? 200 : slowMs))
    for (const number of range(handlersOfInstance / deliveriesAtOnceMax)) world.add(guid(number, '4'), range(40), 3, 0)
    world.add(globex, [1], 1, 1_000)
    await world.run(2 * 60_000)
    expect(arrivals(world, globex)[0]?.at).toBeLessThanOrEqual(startMs + 1_000 + slowMs + 2 * pollMs)
  })

  test('have as many turns in two instances, but where both begin at once', async () => {
    const world = host(2, slowOf(acme))
    world.add(acme, range(40), 3, 0)
    await world.run(10 * 60_000)
    expect(world.mostAtOnce(acme)).toBeLessThanOrEqual(2 * deliveriesAtOnceMax)
    const ids = range(3).map((index) => guid(index, '5'))
    for (const number of range(40)) expect(arrivals(world, acme, number).flatMap((each) => each.ids)).toEqual(ids)
    expect(world.queue).toEqual([])
  })
})

test('a run goes on while its target is fast, and hands over once it is slow', async () => {
  const takes = [1_000, 4_000, 6_000, 9_500]
  for (const ms of takes) {
    const world = host(1, () => ms)
    world.add(acme, [1], 20, 0)
    await world.run(20 * ms + 5_000)
    const [first, ...others] = arrivals(world, acme)
    expect(others).toHaveLength(19)
    expect(first?.at).toBeLessThanOrEqual(startMs + ms + pollMs)
    // A message for each run: as many requests to a run as have room in its time.
    expect(world.handled()).toBe(Math.ceil(20 / Math.floor(runMsMax / ms)))
  }
})
