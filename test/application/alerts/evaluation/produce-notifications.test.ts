// From events to messages: what an evaluation finds reaches the integrations that ask for it, once, even if the evaluation fails.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { writeEvaluation } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import { OrganizationEntry } from '../../../../src/domain/directory/directory.ts'
import type { AcceptedEvent } from '../../../../src/domain/events/event.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import { removeIntegration } from '../../../../src/domain/notifications/integration.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { member } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

const manyFailed = `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
---
title: Many failed logins
id: ${guid(1, 'e')}
level: high
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 3}}
keytrail: {repeat: 1h}
`
const exported = `
title: Exported
id: ${guid(2, 'e')}
level: low
logsource: {product: keytrail}
detection: {sel: {type: 1602}, condition: sel}
`
const absent = `
title: Backup
name: backup
logsource: {product: keytrail}
detection: {sel: {type: 1000}, condition: sel}
---
title: No backup
id: ${guid(3, 'e')}
correlation: {type: x-absence, rules: [backup], group-by: [actingUserId], timespan: 2h}
`

const at = (ms: number, type: number, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({ date: new Date(ms).toISOString(), type, cipherId: undefined, ...more })
const failures = (count: number, ms: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => at(ms + index * 1_000, 1005, more))

type World = ReturnType<typeof deliveryWorld>
const run = (world: World) => world.evaluate(writeEvaluation({ organizationId: acme, at: 0, fallback: null }))

const Notified = v.object({
  id: v.string(),
  type: v.string(),
  data: v.looseObject({ alert: v.optional(v.looseObject({ title: v.string() })), text: v.string() }),
})
/** The messages that webhooks were sent. */
const notified = ({ sent }: World) => sent.map(({ body }) => v.parse(Notified, JSON.parse(String(body))))
const webhook = (subscriptions: object, more: object = {}) => ({ target: targets.webhook, subscriptions, ...more })

describe('an alert', () => {
  test('reaches an integration within a minute of the event', async () => {
    const world = deliveryWorld(startMs, [manyFailed, exported])
    await world.integrate(1, webhook({ alerts: {} }))
    world.clock.now += 5_000
    await world.arrive([...failures(4, startMs), at(startMs, 1602)])
    await world.runUntil(world.clock.now + minuteMs)
    expect(notified(world).map(({ type, data }) => [type, data.alert?.title])).toEqual([
      ['alert.raised', 'Exported'],
      ['alert.raised', 'Many failed logins'],
    ])
  })

  test('that continues notifies once', async () => {
    const world = deliveryWorld(startMs, [manyFailed])
    await world.integrate(1, webhook({ alerts: {} }))
    for (let minutes = 0; minutes < 10; minutes += 2) {
      await world.arrive(failures(3, startMs + minutes * minuteMs))
      await world.runUntil(startMs + (minutes + 2) * minuteMs)
    }
    expect((await world.alerts())[0]?.record.count).toBe(15)
    expect(world.sent).toHaveLength(1)
  })

  test('that is muted notifies no one', async () => {
    const world = deliveryWorld(startMs, [exported])
    await world.integrate(1, webhook({ alerts: { resolved: true } }))
    const until = instantAt(startMs + hourMs)
    const mute = {
      id: guid(1, '9'),
      ruleId: guid(2, 'e'),
      group: null,
      until,
      mutedBy: bob,
      mutedAt: instantAt(startMs),
    }
    await world.ports.configurations.change(acme, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, mutes: [mute] },
    }))
    await world.arrive([at(startMs, 1602)])
    await world.runUntil(startMs + 3 * hourMs)
    expect(await world.alerts()).toHaveLength(1)
    expect(world.sent).toEqual([])
  })

  test('that is resolved notifies the integrations that ask for it', async () => {
    const world = deliveryWorld(startMs, [manyFailed])
    await world.integrate(1, webhook({ alerts: { resolved: true } }))
    await world.integrate(2, webhook({ alerts: {} }))
    await world.arrive(failures(4, startMs))
    await world.runUntil(startMs + 2 * hourMs)
    expect(notified(world).map(({ type }) => type)).toEqual(['alert.raised', 'alert.raised', 'alert.resolved'])
  })

  test('of an absence notifies once its timespan has passed, and when it ends', async () => {
    const world = deliveryWorld(startMs, [absent])
    await world.integrate(1, webhook({ alerts: { resolved: true } }))
    await world.arrive([at(startMs, 1000)])
    await world.runUntil(startMs + 2 * hourMs + 7 * minuteMs)
    expect(notified(world).map(({ type }) => type)).toEqual(['alert.raised'])
    await world.arrive([at(world.clock.now, 1000)])
    await world.runUntil(world.clock.now + 2 * minuteMs)
    expect(notified(world).map(({ type }) => type)).toEqual(['alert.raised', 'alert.resolved'])
  })

  test('fills templates from its newest event, as it was known when it was evaluated', async () => {
    const world = deliveryWorld(startMs, [manyFailed])
    const people = { name: 'Acme', members: [member(alice, { name: 'Alice', type: 0 })] }
    await world.directory.putOrganization(acme, v.parse(OrganizationEntry, people))
    const template = '#ActingUserName# (#ActingUserType#) from #IpAddress#, #Count#'
    await world.integrate(1, webhook({ alerts: {} }, { template }))
    await world.arrive([...failures(2, startMs), at(startMs + 3_000, 1005, { ipAddress: '203.0.113.7' })])
    await world.runUntil(startMs + minuteMs)
    expect(notified(world).map(({ data }) => data.text)).toEqual(['Alice (Owner) from 203.0.113.7, 3'])
  })

  test('names the people and things of its sample events, and whether an item is critical', async () => {
    const viewed = `${exported.replace('1602', '[1107, 1500]')}tags: [attack.t1555]\n`
    const world = deliveryWorld(startMs, [viewed])
    const people = [
      member(alice, { name: 'Alice', email: 'alice@acme.test', type: 1 }),
      member(bob, { id: guid(2, '7'), name: 'Bob' }),
    ]
    await world.directory.putOrganization(acme, v.parse(OrganizationEntry, { name: 'Acme', members: people }))
    await world.directory.putItems(acme, [{ id: guid(1, 'd'), name: 'Bank', collections: [], critical: true }])
    await world.integrate(1, webhook({ alerts: {} }))
    await world.arrive([at(startMs, 1107, { cipherId: guid(1, 'd'), deviceType: 2, ipAddress: '203.0.113.7' })])
    await world.runUntil(startMs + hourMs + minuteMs)
    await world.arrive([at(startMs + hourMs, 1500, { organizationUserId: guid(2, '7') })])
    await world.runUntil(startMs + hourMs + 3 * minuteMs)
    expect(notified(world).map(({ data }) => data.alert)).toMatchObject([
      {
        tags: ['attack.t1555'],
        samples: [
          {
            actingUserId: alice,
            actingUserName: 'Alice',
            actingUserEmail: 'alice@acme.test',
            actingUserRole: 'admin',
            cipherId: guid(1, 'd'),
            itemName: 'Bank',
            itemCritical: true,
            ipAddress: '203.0.113.7',
            deviceName: 'ChromeExtension',
          },
        ],
      },
      { samples: [{ memberName: 'Bob', targetUserId: bob, targetRole: 'user', itemName: null, itemCritical: null }] },
    ])
  })

  test('of an attack some days ago notifies; one of long ago does not', async () => {
    const world = deliveryWorld(startMs, [exported])
    await world.integrate(1, webhook({ alerts: {} }))
    world.clock.now = startMs - 20 * dayMs
    await world.ports.store.append([at(world.clock.now, 1602)])
    world.clock.now = startMs
    await world.arrive([at(startMs - 3 * dayMs, 1602)])
    await world.runUntil(startMs + minuteMs)
    expect(await world.alerts()).toHaveLength(2)
    expect(notified(world)).toHaveLength(1)
  })
})

describe('an event', () => {
  test('goes to the integrations that ask for its type and whose filter it passes', async () => {
    const world = deliveryWorld(startMs, [])
    const filter = { or: [{ field: 'ipAddress', operator: 'in', value: ['203.0.113.7'] }] }
    await world.integrate(1, webhook({ events: { types: [1602], filter } }))
    await world.integrate(2, webhook({ events: { types: [1000] } }))
    const exports = ['203.0.113.7', '198.51.100.9'].map((ipAddress) => at(startMs, 1602, { ipAddress }))
    await world.arrive(exports)
    await world.runUntil(startMs + minuteMs)
    expect(notified(world)).toMatchObject([{ type: 'event.logged', data: { event: { ipAddress: '203.0.113.7' } } }])
  })

  test('has the fields that it was evaluated with, such as a first address', async () => {
    const world = deliveryWorld(startMs, [])
    const filter = { field: 'isFirstSeenIp', operator: 'equals', value: true }
    await world.integrate(1, webhook({ events: { filter } }))
    for (let day = 0; day < 10; day++) {
      await world.arrive([at(startMs + day * dayMs, 1000, { ipAddress: day < 8 ? '203.0.113.7' : '198.51.100.9' })])
      await world.runUntil(startMs + (day + 1) * dayMs)
    }
    const first = { ipAddress: '198.51.100.9', isFirstSeenIp: true, date: '2026-11-30T06:00:00.000Z' }
    expect(notified(world)).toMatchObject([{ data: { event: first } }])
  })

  test('comes in the order of dates', async () => {
    const world = deliveryWorld(startMs, [])
    await world.integrate(1, webhook({ events: {} }))
    const events = [5, 3, 4, 1, 2].map((seconds) => at(startMs - seconds * 1_000, 1602))
    await world.arrive(events)
    await world.runUntil(startMs + minuteMs)
    const dates = notified(world).map(({ data }) => v.parse(v.object({ date: v.string() }), data.event).date)
    expect(dates).toEqual(dates.toSorted())
    expect(dates).toHaveLength(5)
  })
})

describe('an evaluation', () => {
  test('of an organization without integrations costs one read a run', async () => {
    const world = deliveryWorld(startMs, [exported])
    let reads = 0
    const never = () => Promise.reject(new Error('asked in vain'))
    const integrationsOf = async () => {
      reads += 1
      return []
    }
    const outbox = { ...world.delivery.outbox, add: never, nextDue: never, healthOf: never }
    world.restart({ producer: { ...world.delivery, integrations: { integrationsOf }, outbox } })
    await world.arrive([at(startMs, 1602)])
    world.clock.now += minuteMs
    await run(world)
    expect(await world.alerts()).toHaveLength(1)
    expect(reads).toBe(1)
  })

  test('that fails after notifications were made makes the same again', async () => {
    const world = deliveryWorld(startMs, [manyFailed])
    const id = await world.integrate(1, webhook({ alerts: {}, events: {} }))
    const { alerts } = world.ports
    let outages = 2
    const commit: typeof alerts.commit = (...step) =>
      outages-- > 0 ? Promise.reject(new Unavailable('alert store', 'down')) : alerts.commit(...step)
    world.restart({ producer: world.delivery, alerts: { ...alerts, commit } })
    await world.arrive(failures(4, startMs))
    world.clock.now += minuteMs
    await run(world)
    expect(world.log.at(-1)).toContain('put off')
    const waiting = await world.delivery.outbox.due(acme, id, world.clock.now, 100)
    expect(waiting).toHaveLength(5)
    expect(world.sent).toEqual([])
    await world.runUntil(startMs + 3 * minuteMs)
    expect(notified(world).map(({ id }) => id)).toEqual(waiting.map(({ notification }) => notification.id))
  })

  test('among several at once notifies of everything once', async () => {
    const world = deliveryWorld(startMs, [manyFailed])
    await world.integrate(1, webhook({ alerts: {}, events: {} }))
    await world.arrive(failures(4, startMs))
    world.clock.now += minuteMs
    await Promise.all(Array.from({ length: 5 }, () => run(world)))
    await world.runUntil(world.clock.now + minuteMs)
    expect(notified(world)).toHaveLength(5)
    expect(new Set(notified(world).map(({ id }) => id)).size).toBe(5)
  })

  test('that finds nothing new sends on its way what still waits', async () => {
    const world = deliveryWorld(startMs, [exported])
    await world.integrate(1, webhook({ alerts: {} }))
    await world.arrive([at(startMs, 1602)])
    world.clock.now += minuteMs
    await run(world)
    expect(world.messages).toHaveLength(1)
    world.messages.length = 0
    await run(world)
    expect(world.messages).toHaveLength(1)
  })

  test('leaves nothing for an integration that is deleted meanwhile', async () => {
    const world = deliveryWorld(startMs, [exported])
    const id = await world.integrate(1, webhook({ alerts: {} }))
    const { outbox, integrations } = world.delivery
    const add: typeof outbox.add = async (...all) => {
      await integrations.change(acme, (known) => removeIntegration(known, id))
      await outbox.forget(acme, id)
      await outbox.add(...all)
    }
    world.restart({ producer: { ...world.delivery, outbox: { ...outbox, add } } })
    await world.arrive([at(startMs, 1602)])
    await world.runUntil(startMs + minuteMs)
    expect(world.sent).toEqual([])
    expect(await outbox.nextDue(acme, id)).toBeUndefined()
  })
})
