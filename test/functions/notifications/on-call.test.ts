// Targets for people on call: one incident an alert, resolved with it, no matter what fails or is killed in between.
import { describe, expect, test } from 'vitest'
import { writeDelivery } from '../../../src/application/notifications/delivery-message.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Content, Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import type { SendOutcome, SendRequest } from '../../../src/ports/sender.ts'
import { acknowledged, alert, closed, contents, reopened, risen } from '../../domain/notifications/samples.ts'
import { acme, guid } from '../../support/events.ts'
import { deliveryWorld, response } from '../../support/notifications/deliveries.ts'
import { opsgenieFake } from '../../support/notifications/opsgenie-fake.ts'
import { pagerDutyFake } from '../../support/notifications/pagerduty-fake.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000]
const routingKey = 'k'.repeat(32)

/** What a service of people on call shows of its incidents, which each calls by other names. */
type OnCall = {
  readonly incidents: readonly { readonly key: string; readonly state: string }[]
  readonly take: (request: SendRequest) => SendOutcome
}

/** Each service, an integration of it, and the same with a key that it refuses. */
const services = [
  [
    'PagerDuty',
    {
      target: { kind: 'pagerduty', site: 'events.pagerduty.com', routingKey },
      refused: { kind: 'pagerduty', site: 'events.pagerduty.com', routingKey: 'x'.repeat(32) },
      error: 'the target refused it (400 integration key refused)',
      open: (): OnCall => pagerDutyFake(routingKey),
      states: ['triggered', 'resolved'],
    },
  ],
  [
    'Opsgenie',
    {
      target: { kind: 'opsgenie', site: 'api.opsgenie.com', apiKey: 'genie' },
      refused: { kind: 'opsgenie', site: 'api.opsgenie.com', apiKey: 'other' },
      error: 'the target refused it (403 API key refused)',
      open: (): OnCall => opsgenieFake('genie'),
      states: ['open', 'closed'],
    },
  ],
] as const

/** Three alerts, each raised and, a minute later, resolved; a millisecond apart. */
function raisedAndResolved(integrationId: Guid): readonly Notification[] {
  const of = (number: number, at: number, content: Content) => ({
    id: guid(number, '5'),
    at: instantAt(at),
    integrationId,
    content,
  })
  return [1, 2, 3].flatMap((number) => {
    const about = alert({ id: guid(number, 'e') })
    return [
      of(number, startMs - 10 + number, { ...contents.alert, alert: about }),
      of(number + 3, startMs + minuteMs + number, { ...contents.resolved, alert: about }),
    ]
  })
}

const alertIds = [1, 2, 3].map((number) => guid(number, 'e'))

describe.each(services)('%s', (_, { target, refused, error, open, states: [raised, resolved] }) => {
  const subscribed = { subscriptions: { alerts: { resolved: true } } }

  async function ready(given: object = target) {
    const world = deliveryWorld(startMs)
    const service = open()
    world.target.respond = service.take
    const id = await world.integrate(1, { target: given, ...subscribed })
    return { world, service, id }
  }
  const shown = ({ incidents }: OnCall) => incidents.map(({ key, state }) => [key, state])

  test('has one incident an alert, which resolves with it', async () => {
    const { world, service, id } = await ready()
    await world.add(raisedAndResolved(id))
    await world.runUntil(startMs + 30 * secondMs)
    expect(shown(service)).toEqual(alertIds.map((each) => [each, raised]))
    await world.runUntil(startMs + 5 * minuteMs)
    expect(shown(service)).toEqual(alertIds.map((each) => [each, resolved]))
  })

  test.each([
    ['busy', response(429, '{"message":"slow down"}', '10')],
    ['failing', response(503)],
    ['silent', { kind: 'timeout' } as const],
  ])(
    'that is %s gets the same again, and has no second incident, whether or not it took the first',
    async (_, outcome) => {
      for (const isTaken of [false, true]) {
        const { world, service, id } = await ready()
        const seen = new Set<string>()
        world.target.respond = (request) => {
          const isFirst = !seen.has(String(request.body))
          seen.add(String(request.body))
          const taken = isTaken || !isFirst ? service.take(request) : outcome
          return isFirst ? outcome : taken
        }
        await world.add(raisedAndResolved(id))
        await world.runUntil(startMs + hourMs)
        expect(shown(service)).toEqual(alertIds.map((each) => [each, resolved]))
      }
    },
  )

  test.each([1, 2, 3, 4])(
    'that fails %i times gets no end of an alert before its beginning; other alerts go on',
    async (failures) => {
      const { world, service, id } = await ready()
      const tried: string[] = []
      world.target.respond = (request) => {
        const isOfFirst = `${request.url}${request.body}`.includes(guid(1, 'e'))
        if (isOfFirst) tried.push(String(request.body))
        return isOfFirst && tried.length <= failures ? response(500) : service.take(request)
      }
      await world.add(raisedAndResolved(id))
      await world.runUntil(startMs + 4 * hourMs)
      expect(new Set(tried).size).toBe(2)
      expect(tried.length).toBe(failures + 2)
      expect(shown(service).toSorted()).toEqual(alertIds.map((each) => [each, resolved]))
      expect(await world.delivery.outbox.nextDue(acme, id)).toBeUndefined()
      expect((await world.delivery.outbox.healthOf(acme, id)).failingSince).toBeNull()
    },
  )

  test('gets the end of an alert whose beginning failed for good', async () => {
    const { world, id } = await ready()
    world.target.respond = () => response(world.sent.length === 1 ? 400 : 202)
    await world.add(raisedAndResolved(id).slice(0, 2))
    await world.runUntil(startMs + hourMs)
    expect(world.sent).toHaveLength(2)
    expect(await world.delivery.outbox.nextDue(acme, id)).toBeUndefined()
  })

  test('has one incident an alert if the process is killed after any request', async () => {
    for (const killedAt of [1, 2, 3, 4, 5, 6]) {
      const { world, service, id } = await ready()
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
      await world.add(raisedAndResolved(id))
      await world.runUntil(startMs + 2 * minuteMs)
      world.replaceProcess()
      await world.runUntil(startMs + hourMs)
      expect(world.sent.length).toBeGreaterThan(6)
      expect(shown(service)).toEqual(alertIds.map((each) => [each, resolved]))
    }
  })

  test('keeps the thread of an incident in order if the process is killed after any request', async () => {
    for (const killedAt of [1, 2, 3, 4, 5, 6]) {
      const { world, service, id } = await ready()
      const { outbox } = world.delivery
      const recordAttempt: typeof outbox.recordAttempt = async (...all) => {
        if (world.sent.length === killedAt) throw new Unavailable('outbox', 'killed')
        return outbox.recordAttempt(...all)
      }
      world.replaceProcess({ outbox: { ...outbox, recordAttempt } })
      const thread = [contents.incident, risen, acknowledged, closed, reopened, closed]
      await world.add(
        thread.map((content, index) => ({
          id: guid(index, '5'),
          at: instantAt(startMs - 10 + index),
          integrationId: id,
          content,
        })),
      )
      await world.runUntil(startMs + 2 * minuteMs)
      world.replaceProcess()
      await world.runUntil(startMs + hourMs)
      expect(world.sent.length).toBeGreaterThan(thread.length)
      expect(shown(service)).toEqual([
        [contents.incident.thread.id, resolved],
        [contents.incident.thread.id, resolved],
      ])
    }
  })

  test('that refuses the key is not asked again; the reason is shown, and a replay under a new key arrives', async () => {
    const { world, service, id } = await ready(refused)
    await world.add(raisedAndResolved(id).slice(0, 1))
    await world.runUntil(startMs + hourMs)
    expect(world.sent).toHaveLength(1)
    expect(service.incidents).toEqual([])
    expect(await world.delivery.outbox.healthOf(acme, id)).toMatchObject({
      reason: error,
      lastSuccessAt: null,
    })
    const page = await world.delivery.outbox.failedOf(acme, id, 10, null)
    expect(page?.failed.map(({ lastError }) => lastError)).toEqual([error])

    const other = await world.integrate(2, { target, ...subscribed })
    await world.add(raisedAndResolved(other).slice(0, 1))
    await world.trigger(writeDelivery({ organizationId: acme, integrationId: other }))
    expect(shown(service)).toEqual([[alertIds[0], raised]])
  })
})
