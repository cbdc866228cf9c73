// Quiet hours and digests from events to messages: low levels wait, and come once, also when something fails on the way.
import { describe, expect, test } from 'vitest'
import { type AlertingHours, defaultHours } from '../../../../src/domain/alerts/hours/alerting-hours.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { acme, event, guid } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'

const [minuteMs, hourMs] = [60_000, 3_600_000]
/** 22:00 in Berlin, where quiet hours begin. */
const startMs = Date.UTC(2026, 10, 22, 21)
/** 07:00 in Berlin, where they end. */
const endMs = startMs + 9 * hourMs

const ruleOf = (number: number, level: string, type: number) =>
  `title: Rule ${number}\nid: ${guid(number, 'e')}\nlevel: ${level}\nlogsource: {product: keytrail}\ndetection: {sel: {type: ${type}}, condition: sel}\nkeytrail: {repeat: 1m}\n`
const rules = [ruleOf(1, 'low', 1602), ruleOf(2, 'high', 1603)]
const quiet: Partial<AlertingHours> = { quietHours: { from: '22:00', to: '07:00', passLevel: 'high' } }

async function worldWith(hours: Partial<AlertingHours>, target: object = targets.webhook) {
  const world = deliveryWorld(startMs, rules)
  await world.ports.configurations.change(acme, (configuration) => ({
    kind: 'changed',
    configuration: { ...configuration, hours: { ...defaultHours, timeZone: 'Europe/Berlin', ...hours } },
  }))
  const id = await world.integrate(1, { target, subscriptions: { alerts: {} } })
  return { ...world, id }
}
type World = Awaited<ReturnType<typeof worldWith>>

/** Exports of each hour from the start on, each of which raises an alert of a low level. */
async function exportsOf(world: World, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    await world.runUntil(startMs + hour * hourMs + 10 * minuteMs)
    await world.arrive([event({ type: 1602, cipherId: undefined, date: new Date(world.clock.now).toISOString() })])
  }
}
const sentAt = (world: World) => world.sent.map(({ at }) => at)

describe('quiet hours', () => {
  test('hold alerts of low levels until they end, and no others', async () => {
    const world = await worldWith(quiet)
    await exportsOf(world, 2)
    await world.arrive([event({ type: 1603, cipherId: undefined, date: new Date(world.clock.now).toISOString() })])
    await world.runUntil(endMs - 1)
    expect(world.sent).toHaveLength(1)
    expect(String(world.sent[0]?.body)).toContain('Rule 2')

    await world.runUntil(endMs + 2 * minuteMs)
    expect(sentAt(world).slice(1)).toEqual([expect.any(Number), expect.any(Number)])
    for (const at of sentAt(world).slice(1)) expect(at).toBeGreaterThanOrEqual(endMs)
    await world.runUntil(endMs + 3 * hourMs)
    expect(world.sent).toHaveLength(3)
  })

  test('of which many alerts wait end with one message where a target takes digests', async () => {
    const world = await worldWith(quiet, targets['slack-bot'])
    world.target.respond = () => ({
      kind: 'response',
      status: 200,
      retryAfter: null,
      body: '{"ok":true}',
      latencyMs: 1,
    })
    await exportsOf(world, 6)
    await world.runUntil(endMs + 2 * minuteMs)
    expect(world.sent).toHaveLength(1)
  })

  test('are over once, though an evaluation fails after its notifications wait, and is made again in the morning', async () => {
    const world = await worldWith(quiet)
    const { alerts } = world.ports
    let isOut = true
    const commit: typeof alerts.commit = (...step) =>
      isOut ? Promise.reject(new Unavailable('alert store', 'down')) : alerts.commit(...step)
    world.restart({ producer: world.delivery, alerts: { ...alerts, commit } })
    await exportsOf(world, 1)
    await world.runUntil(endMs + hourMs)
    isOut = false
    await world.runUntil(endMs + 3 * hourMs)
    expect(world.sent).toHaveLength(1)
  })

  test('end in time, though the process that held the alerts never ran again', async () => {
    const world = await worldWith(quiet)
    await exportsOf(world, 1)
    await world.runUntil(startMs + hourMs)
    world.messages.length = 0
    world.waiting.length = 0
    await world.runUntil(endMs + 2 * minuteMs)
    expect(world.sent).toHaveLength(1)
  })
})

test('a digest comes at its local time, with what waited since the last', async () => {
  const world = await worldWith({ digest: { at: '00:30', below: 'medium' } })
  await exportsOf(world, 4)
  await world.runUntil(startMs + 5 * hourMs)
  const digestMs = startMs + 2.5 * hourMs
  expect(world.sent).toHaveLength(3)
  for (const at of sentAt(world)) expect(at - digestMs).toBeGreaterThanOrEqual(0)
  for (const at of sentAt(world)) expect(at - digestMs).toBeLessThan(2 * minuteMs)
  await world.runUntil(digestMs + 24 * hourMs + 2 * minuteMs)
  expect(world.sent).toHaveLength(4)
})
