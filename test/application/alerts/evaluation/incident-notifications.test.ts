// Notifications of incidents: one thread each, in any order of kills; muted alerts are no news; two incidents that are one end as one.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { tableAlertStore } from '../../../../src/adapters/azure/alerts/alert-store.ts'
import { tableOutbox } from '../../../../src/adapters/azure/outbox/outbox.ts'
import { actOn } from '../../../../src/domain/alerts/incidents/triage/actions.ts'
import type { AcceptedEvent } from '../../../../src/domain/events/event.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import type { AlertStore } from '../../../../src/ports/alerts/alerts.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'
import { opsgenieFake } from '../../../support/notifications/opsgenie-fake.ts'
import { pagerDutyFake } from '../../../support/notifications/pagerduty-fake.ts'
import { type FaultKind, faultyStorage, newFaults } from '../../../support/storage/faults.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000]

/** One alert a person and minute. */
const ruleOf = (number: number, level: string, type: number) => `
title: Event ${type}
name: event_${type}
logsource: {product: keytrail}
detection: {sel: {type: ${type}}, condition: sel}
---
title: Rule ${number}
id: ${guid(number, 'e')}
level: ${level}
correlation: {type: event_count, rules: [event_${type}], group-by: [actingUserId], timespan: 1m, condition: {gte: 1}}
keytrail: {repeat: 1m}
`
const [low, medium, critical] = [1602, 1603, 1604]
const rules = [ruleOf(1, 'low', low), ruleOf(2, 'medium', medium), ruleOf(3, 'critical', critical)]

const at = (ms: number, type: number, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({ date: new Date(ms).toISOString(), type, cipherId: undefined, ...more })

type World = ReturnType<typeof deliveryWorld>
const Sent = v.object({
  id: v.string(),
  type: v.string(),
  data: v.looseObject({ incident: v.object({ id: v.string(), level: v.string() }) }),
})
const sentTo = ({ sent }: Pick<World, 'sent'>) =>
  sent.flatMap(({ body }) => v.parse(v.array(Sent), JSON.parse(String(body))))
const typesOf = (world: Pick<World, 'sent'>) => sentTo(world).map(({ type, data }) => [type, data.incident.level])
const perIncident = (more: object = {}) => ({
  target: { ...targets.webhook, batch: true },
  subscriptions: { alerts: { per: 'incident', ...more } },
})

/** Each event by itself, a minute apart. */
async function oneByOne(world: World, events: readonly AcceptedEvent[]) {
  for (const each of events) {
    await world.arrive([each])
    await world.runUntil(world.clock.now + minuteMs)
  }
}

describe('an incident', () => {
  test('notifies when it is opened, and when its level rises, however many alerts it has', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, perIncident())
    const types = [low, low, medium, low, medium, critical, low, critical]
    await oneByOne(
      world,
      types.map((type, minute) => at(startMs + minute * minuteMs, type)),
    )
    expect(await world.incidents()).toMatchObject([{ alertCount: 8 }])
    expect(typesOf(world)).toEqual([
      ['incident.opened', 'low'],
      ['incident.risen', 'medium'],
      ['incident.risen', 'critical'],
    ])
  })

  test('is one thread for each integration, of the alerts that it wants', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, { target: targets.email, subscriptions: { alerts: { levels: ['low'] } } })
    await oneByOne(world, [at(startMs, critical), at(startMs + minuteMs, low), at(startMs + 2 * minuteMs, critical)])
    const [incident] = await world.incidents()
    expect(world.mails).toMatchObject([{ messageId: `<${incident?.id}@acme.test>`, follows: null }])
    expect(incident?.threads).toMatchObject([{ id: incident?.id, level: 'low' }])
  })

  test('notifies programs of each alert, with the incident that it belongs to', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, { target: targets.webhook, subscriptions: { alerts: {} } })
    await oneByOne(world, [at(startMs, low), at(startMs + minuteMs, low)])
    const [incident] = await world.incidents()
    const bodies = world.sent.map(({ body }) => JSON.parse(String(body)))
    expect(bodies).toMatchObject([
      { type: 'alert.raised', data: { alert: { incidentId: incident?.id } } },
      { type: 'alert.raised', data: { alert: { incidentId: incident?.id } } },
    ])
  })

  test('of muted alerts alone notifies no one; a mute of some keeps them from raising its level', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, perIncident({ resolved: true }))
    const [mutedAt, until] = [instantAt(startMs), instantAt(startMs + 9 * hourMs)]
    const mute = { id: guid(1), ruleId: guid(3, 'e'), group: null, until, mutedBy: bob, mutedAt }
    await world.ports.configurations.change(acme, (before) => ({
      kind: 'changed',
      configuration: { ...before, mutes: [mute] },
    }))
    await oneByOne(world, [at(startMs, critical), at(startMs + minuteMs, critical)])
    expect(world.sent).toEqual([])
    await oneByOne(world, [at(startMs + 2 * minuteMs, low), at(startMs + 3 * minuteMs, critical)])
    await world.runUntil(startMs + 3 * hourMs)
    expect(typesOf(world)).toEqual([['incident.opened', 'low']])
  })
})

const pagerDuty = { kind: 'pagerduty', site: 'events.pagerduty.com', routingKey: 'k'.repeat(32) }
const opsgenie = { kind: 'opsgenie', site: 'api.opsgenie.com', apiKey: 'genie' }

/** Two incidents, of Alice and of Bob, and what shows that they are one. */
const twoThatAreOne = [
  at(startMs, medium),
  at(startMs + minuteMs, medium, { actingUserId: bob }),
  at(startMs + 2 * minuteMs, low, { actingUserId: alice, userId: bob }),
]

describe('two incidents that are one', () => {
  test('go on in one thread; the other ends', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, perIncident())
    await oneByOne(world, [...twoThatAreOne, at(startMs + 3 * minuteMs, critical, { actingUserId: bob })])
    const [incident, ...others] = await world.incidents()
    expect(others).toEqual([])
    const [first, second, third, fourth] = sentTo(world)
    expect(typesOf(world).map(([type]) => type)).toEqual([
      'incident.opened',
      'incident.opened',
      'incident.merged',
      'incident.risen',
    ])
    expect([first, fourth].map((each) => each?.data.incident.id)).toEqual([incident?.id, incident?.id])
    expect(third?.data).toMatchObject({ incident: second?.data.incident, mergedInto: { id: incident?.id } })
  })

  test.each([
    [pagerDuty, pagerDutyFake(pagerDuty.routingKey), ['triggered', 'resolved']],
    [opsgenie, opsgenieFake(opsgenie.apiKey), ['open', 'closed']],
  ] as const)(
    'are one open incident where people on call are notified: %j',
    async (target, service, [open, closed]) => {
      const world = deliveryWorld(startMs, rules)
      world.target.respond = service.take
      await world.integrate(1, { target, subscriptions: { alerts: {} } })
      await oneByOne(world, twoThatAreOne)
      const [incident] = await world.incidents()
      expect(service.incidents.map(({ state }) => state)).toEqual([open, closed])
      expect(service.incidents[0]?.key).toBe(incident?.id)
    },
  )

  test('go on in the thread of the later one, where only that has one', async () => {
    const world = deliveryWorld(startMs, rules)
    await world.integrate(1, { target: targets.email, subscriptions: { alerts: { levels: ['medium', 'critical'] } } })
    await oneByOne(world, [
      at(startMs, low),
      at(startMs + minuteMs, medium, { actingUserId: bob }),
      at(startMs + 2 * minuteMs, critical, { actingUserId: alice, userId: bob }),
    ])
    const [first, second, ...others] = world.mails
    expect(others).toEqual([])
    expect(second?.follows).toBe(first?.messageId)
    expect(second?.subject).toBe(`Re: ${first?.subject}`)
  })
})

/** As many people as have more incidents than one transaction stores. */
const people = Array.from({ length: 60 }, (_, index) => guid(100 + index, 'b'))
const pages = [
  people.map((actingUserId, index) => at(startMs + index, medium, { actingUserId })),
  [
    ...people.map((actingUserId, index) => at(startMs + minuteMs + index, critical, { actingUserId })),
    at(startMs + minuteMs + 100, low, { actingUserId: people[0], userId: people[1] }),
    at(startMs + minuteMs + 101, low, { actingUserId: people[58], userId: people[59] }),
  ],
]

/** How many of the incidents people close between the pages. */
const closedCount = 10

/** Closes incidents of people whose incident is no part of another. */
async function closeSome(alerts: AlertStore, now: number) {
  const some = people.slice(2, 2 + closedCount).map((person) => `person:${person}`)
  const ever = { from: instantAt(0), to: instantAt(now) }
  const page = await alerts.listIncidents(acme, ever, 100, null)
  for (const { record } of page?.incidents ?? []) {
    if (!some.includes(record.entities[0]?.key ?? '')) continue
    const act = { by: bob, at: instantAt(now) }
    await alerts.changeTriage(acme, record.id, (incident) =>
      actOn(incident, { kind: 'close', verdict: 'expected', reason: '' }, act),
    )
  }
}

/** What is sent if the process is killed at this storage request of the evaluation of a page; its requests. */
async function killedAt(page: number, place: number, kind: FaultKind) {
  const world = deliveryWorld(startMs, rules)
  const [account, faults] = [memoryAccount(), newFaults()]
  const storage = faultyStorage(account(), faults)
  const outbox = tableOutbox(account())
  const alerts = tableAlertStore(storage)
  world.restart({ alerts, producer: { ...world.delivery, outbox: tableOutbox(storage) } })
  world.replaceProcess({ outbox })
  await world.integrate(1, perIncident())
  let requests: readonly string[] = []
  for (const [index, events] of pages.entries()) {
    await world.runUntil(startMs + (index + 1) * minuteMs)
    if (index === page) faults.arm(place, kind, true)
    await world.arrive(events)
    await world.runUntil(world.clock.now + 10 * secondMs)
    if (index === page) requests = [...faults.requests]
    faults.heal()
    await world.runUntil(startMs + (index + 1) * 5 * minuteMs)
    if (index === 0) await closeSome(tableAlertStore(account()), world.clock.now)
  }
  const sent = sentTo(world).map(({ id }) => id)
  return { sent, types: sentTo(world).map(({ type }) => type), requests, wasKilled: faults.fired() }
}

test.each([0, 1])('page %i, killed at any write, makes each notification once, and loses none', async (page) => {
  const undisturbed = await killedAt(page, 0, 'failed')
  expect(undisturbed.sent).toHaveLength(people.length * 2)
  expect(new Set(undisturbed.sent).size).toBe(undisturbed.sent.length)
  const countOf = (asked: string) => undisturbed.types.filter((type) => type === asked).length
  expect([countOf('incident.merged'), countOf('incident.recurred')]).toEqual([2, closedCount])
  const writes = undisturbed.requests.flatMap((request, index) => (request.startsWith('GET') ? [] : [index + 1]))
  expect(writes.length).toBeGreaterThan(3)
  for (const place of writes) {
    for (const kind of ['failed', 'lost'] as const) {
      const disturbed = await killedAt(page, place, kind)
      expect(disturbed.sent.toSorted()).toEqual(undisturbed.sent.toSorted())
    }
  }
})
