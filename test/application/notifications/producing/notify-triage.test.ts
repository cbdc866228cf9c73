// What people do to an incident goes on with its thread: acknowledged, closed and opened again where people are on call, said in chats and mails.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { triageIncidents } from '../../../../src/application/alerts/triage/triage-incidents.ts'
import { notifyTriage } from '../../../../src/application/notifications/producing/notify-triage.ts'
import { type AlertingHours, defaultHours } from '../../../../src/domain/alerts/hours/alerting-hours.ts'
import type { TriageAction } from '../../../../src/domain/alerts/incidents/triage/actions.ts'
import { OrganizationEntry } from '../../../../src/domain/directory/directory.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import type { SendOutcome, SendRequest } from '../../../../src/ports/sender.ts'
import { member } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'
import { deliveryWorld, response } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'
import { opsgenieFake } from '../../../support/notifications/opsgenie-fake.ts'
import { pagerDutyFake } from '../../../support/notifications/pagerduty-fake.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000]

const ruleOf = (number: number, level: string, type: number) =>
  `title: Rule ${number}\nid: ${guid(number, 'e')}\nlevel: ${level}\nlogsource: {product: keytrail}\ndetection: {sel: {type: ${type}}, condition: sel}\nkeytrail: {repeat: 1m}\n`
const rules = [ruleOf(1, 'medium', 1602), ruleOf(2, 'critical', 1603)]

const acknowledge: TriageAction = { kind: 'acknowledge' }
const close: TriageAction = { kind: 'close', verdict: 'true-positive', reason: 'A stolen laptop.' }
const reopen: TriageAction = { kind: 'reopen' }

type World = Awaited<ReturnType<typeof worldWith>>

/** One incident of one alert, of which an integration of this target was notified. */
async function worldWith(
  target: object,
  hours: Partial<AlertingHours> = {},
  take?: (request: SendRequest) => SendOutcome,
  takeIn?: (world: ReturnType<typeof deliveryWorld>) => () => SendOutcome,
) {
  const world = deliveryWorld(startMs, rules)
  const respond = takeIn?.(world) ?? take
  if (respond) world.target.respond = respond
  await world.ports.configurations.change(acme, (configuration) => ({
    kind: 'changed',
    configuration: { ...configuration, hours: { ...defaultHours, ...hours } },
  }))
  const id = await world.integrate(1, { target, subscriptions: { alerts: { per: 'incident', resolved: true } } })
  await happens({ ...world }, 1602)
  return { ...world, id }
}

/** Another alert of the incident. */
async function happens(world: Pick<World, 'arrive' | 'runUntil' | 'clock'>, type: number) {
  await world.arrive([event({ type, cipherId: undefined, date: new Date(world.clock.now).toISOString() })])
  await world.runUntil(world.clock.now + 2 * minuteMs)
}

/** A person does this to every incident; the notifier's ports may be others. */
async function act(world: World, action: TriageAction, by: Guid = alice, changed: object = {}) {
  const incidents = await world.incidents()
  const ports = {
    alerts: world.alertStore,
    directory: world.directory,
    queue: { enqueue: async () => {} },
    onTriage: notifyTriage({
      ...world.delivery,
      directory: world.directory,
      configurations: world.ports.configurations,
      ...changed,
    }),
  }
  const author = { organizationId: acme, actingUserId: by, at: instantAt(world.clock.now) }
  await triageIncidents(ports, author, { incidentIds: incidents.map(({ id }) => id), action })
}
async function acts(world: World, ...actions: readonly TriageAction[]) {
  for (const action of actions) {
    await act(world, action)
    await world.runUntil(world.clock.now + minuteMs)
  }
}

const services = [
  [
    'PagerDuty',
    { kind: 'pagerduty', site: 'events.pagerduty.com', routingKey: 'k'.repeat(32) },
    () => pagerDutyFake('k'.repeat(32)),
    { open: 'triggered', taken: 'acknowledged', over: 'resolved' },
  ],
  [
    'Opsgenie',
    { kind: 'opsgenie', site: 'api.opsgenie.com', apiKey: 'genie' },
    () => opsgenieFake('genie'),
    { open: 'open', taken: 'acknowledged', over: 'closed' },
  ],
] as const

describe.each(services)('%s', (_, target, service, { open, taken, over }) => {
  test('has one key for an incident that is acknowledged, closed, opened again, and by another alert as well', async () => {
    const { incidents, take } = service()
    const world = await worldWith(target, {}, take)
    const states = () => incidents.map(({ state }) => state)
    expect(states()).toEqual([open])
    await acts(world, acknowledge)
    expect(states()).toEqual([taken])
    await acts(world, close)
    expect(states()).toEqual([over])
    await acts(world, reopen)
    expect(states()).toEqual([over, open])
    await acts(world, close)
    expect(states()).toEqual([over, over])
    await happens(world, 1602)
    expect(states()).toEqual([over, over, open])
    await happens(world, 1602)
    expect(states()).toEqual([over, over, open])
    const [incident] = await world.incidents()
    expect(new Set(incidents.map(({ key }) => key))).toEqual(new Set([incident?.id]))
  })

  test.each([1, 2, 3, 4, 5, 6])('that fails request %i gets a thread in its order', async (failing) => {
    const { incidents, take } = service()
    let requests = 0
    const world = await worldWith(target, {}, (request) => (++requests === failing ? response(503) : take(request)))
    for (const action of [acknowledge, close, reopen, acknowledge, close]) {
      await act(world, action)
      await world.runUntil(world.clock.now + secondMs)
    }
    await world.runUntil(world.clock.now + hourMs)
    expect(incidents.at(-1)?.state).toBe(over)
    expect(await world.delivery.outbox.nextDue(acme, world.id)).toBeUndefined()
  })

  test('that quiet hours hold gets the end after the beginning', async () => {
    const { incidents, take } = service()
    const quietHours = { from: '05:00', to: '09:00', passLevel: 'high' } as const
    const world = await worldWith(target, { quietHours }, take)
    await happens(world, 1603)
    expect(incidents.map(({ state }) => state)).toEqual([open])
    await acts(world, acknowledge, close)
    await world.runUntil(startMs + 4 * hourMs)
    expect(incidents.map(({ state }) => state)).toEqual([over])
  })
})

describe('a Slack bot', () => {
  const Post = v.object({ thread_ts: v.optional(v.string()), reply_broadcast: v.optional(v.boolean()) })
  const posts = ({ sent }: World) => sent.map(({ body }) => v.parse(Post, JSON.parse(String(body))))
  /** Slack names each message by its time. */
  const slack = (world: Pick<World, 'sent'>) => () =>
    response(
      200,
      JSON.stringify({ ok: true, channel: 'C0', ts: `${world.sent.length}.000100`, message: { ts: '9.9' } }),
    )

  test('replies to the first message of an incident, and shows in the channel what must be seen', async () => {
    const world = await worldWith(targets['slack-bot'], {}, undefined, slack)
    await acts(world, acknowledge)
    await happens(world, 1603)
    await acts(world, close, reopen)
    expect(posts(world)).toEqual([
      {},
      { thread_ts: '1.000100', reply_broadcast: false },
      { thread_ts: '1.000100', reply_broadcast: true },
      { thread_ts: '1.000100', reply_broadcast: false },
      { thread_ts: '1.000100', reply_broadcast: true },
    ])
  })

  test('posts in the channel what it cannot reply with, and goes on from there', async () => {
    const world = await worldWith(targets['slack-bot'], {}, undefined, slack)
    world.target.respond = () => response(200, '{"ok":false,"error":"thread_not_found"}')
    await act(world, acknowledge)
    await world.runUntil(world.clock.now + secondMs)
    world.target.respond = slack(world)
    await acts(world, close)
    expect(posts(world).map(({ thread_ts }) => thread_ts)).toEqual([undefined, '1.000100', undefined, '3.000100'])
  })
})

test('an e-mail says who did what, by name, in the conversation of the incident', async () => {
  const world = await worldWith(targets.email)
  const people = { name: 'Acme', members: [member(alice, { name: 'Alice' })] }
  await world.directory.putOrganization(acme, v.parse(OrganizationEntry, people))
  await acts(world, acknowledge, close, reopen)
  const [first, ...others] = world.mails
  expect(others.map(({ follows }) => follows)).toEqual([first?.messageId, first?.messageId, first?.messageId])
  expect(others.map(({ text }) => text.split('\n')[2])).toEqual([
    'Alice has taken it.',
    'Alice closed it as a true positive: A stolen laptop.',
    'Alice opened it again.',
  ])
})

test('a repeated request, and one of another person, notifies of nothing twice; a comment and an assignment of nothing at all', async () => {
  const world = await worldWith(targets.webhook)
  await acts(world, acknowledge, acknowledge, { kind: 'comment', text: 'Asked.' }, { kind: 'assign', assignee: bob })
  await act(world, acknowledge, bob)
  await world.runUntil(world.clock.now + 2 * hourMs)
  await act(world, acknowledge, bob)
  await world.runUntil(world.clock.now + hourMs)
  const types = world.sent.map(({ body }) => JSON.parse(String(body)).type)
  expect(types).toEqual(['incident.opened', 'incident.acknowledged'])
})

test.each(['failed', 'lost'])(
  'a request whose notifications are %s notifies once when it is repeated',
  async (kind) => {
    const world = await worldWith(targets.webhook)
    const { outbox } = world.delivery
    const add: typeof outbox.add = async (...all) => {
      if (kind === 'lost') await outbox.add(...all)
      throw new Unavailable('outbox', new Error('a test'))
    }
    await expect(act(world, close, alice, { outbox: { ...outbox, add } })).rejects.toThrow(Unavailable)
    await act(world, close)
    await world.runUntil(world.clock.now + hourMs)
    const types = world.sent.map(({ body }) => JSON.parse(String(body)).type)
    expect(types).toEqual(['incident.opened', 'incident.closed'])
  },
)

test('an integration that asks for no ends is not notified of a closing, and one without a thread of nothing', async () => {
  const world = await worldWith(targets.webhook)
  await world.integrate(2, { target: targets.teams, subscriptions: { alerts: {} } })
  await world.delivery.integrations.change(acme, (known) => {
    const [first, ...others] = known
    if (!first?.subscriptions.alerts) throw new Error('no integration')
    const subscriptions = { ...first.subscriptions, alerts: { ...first.subscriptions.alerts, resolved: false } }
    const integration = { ...first, subscriptions }
    return { kind: 'changed', integrations: [integration, ...others], integration }
  })
  await acts(world, acknowledge, close, reopen)
  const types = world.sent.map(({ body }) => JSON.parse(String(body)).type)
  expect(types).toEqual(['incident.opened', 'incident.acknowledged', 'incident.reopened'])
})
