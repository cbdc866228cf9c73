// Storms of alerts by the built-in rules: a takeover, a spray, a guess that goes on for two days. Each is one incident, and one thread of a few notifications.
import { expect, test } from 'vitest'
import type { AcceptedEvent } from '../../../../src/domain/events/event.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { ruleNames, textOf } from '../../../rules/built-in-rules.ts'
import { alice, event, guid } from '../../../support/events.ts'
import { deliveryWorld } from '../../../support/notifications/deliveries.ts'
import { targets } from '../../../support/notifications/integrations.ts'

const startMs = Date.UTC(2026, 10, 2, 9)
const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000]
const stormMs = startMs + 9 * dayMs
const attacker = '203.0.113.9'

const people = Array.from({ length: 150 }, (_, index) => guid(100 + index, 'b'))
const at = (ms: number, type: number, actingUserId: Guid, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({
    date: new Date(ms).toISOString(),
    type,
    actingUserId,
    userId: type < 1100 ? actingUserId : undefined,
    cipherId: undefined,
    deviceType: 9,
    ipAddress: attacker,
    ...more,
  })

/** An organization whose people have logged in each day from their office, when the storm begins. */
async function quietOrganization() {
  const world = deliveryWorld(startMs, ruleNames.map(textOf))
  await world.integrate(1, { target: targets.email, subscriptions: { alerts: {} } })
  for (let day = 0; day < 9; day++) {
    await world.runUntil(startMs + day * dayMs + hourMs)
    const logins = [alice, ...people].map((person, index) =>
      at(startMs + day * dayMs + index * secondMs, 1000, person, { ipAddress: '192.0.2.1' }),
    )
    await world.arrive(logins)
  }
  await world.runUntil(stormMs)
  expect(await world.incidents()).toEqual([])
  return world
}

/** Lets the events of a storm arrive, each so long after the one before: an hour unless the test says otherwise. */
async function stormWith(events: readonly AcceptedEvent[], everyMs = hourMs) {
  const world = await quietOrganization()
  const sorted = events.toSorted((one, other) => (one.date < other.date ? -1 : 1))
  for (let ms = stormMs, from = 0; from < sorted.length; ms += everyMs) {
    await world.runUntil(ms)
    const until = sorted.findIndex((each, index) => index >= from && Date.parse(each.date) > ms)
    const batch = sorted.slice(from, until < 0 ? undefined : until)
    if (batch.length > 0) await world.arrive(batch)
    from += batch.length
  }
  await world.runUntil(world.clock.now + hourMs)
  return { alerts: await world.alerts(), incidents: await world.incidents(), mails: world.mails }
}

/** One conversation of so few notifications that people read them. */
function expectFewNotifications(mails: Awaited<ReturnType<typeof stormWith>>['mails']) {
  expect(mails.length).toBeGreaterThan(0)
  expect(mails.length).toBeLessThanOrEqual(3)
  const [first, ...others] = mails
  expect(new Set(others.map(({ follows }) => follows))).toEqual(new Set(others.length > 0 ? [first?.messageId] : []))
}

test.each([
  ['an hour', hourMs],
  ['a minute', minuteMs],
])(
  'a takeover that is seen each %s is one incident: guesses, a login, items, an export, members, policies',
  async (_, everyMs) => {
    const items = Array.from({ length: 120 }, (_, index) =>
      at(stormMs + 10 * minuteMs + index * secondMs, index % 2 === 0 ? 1108 : 1111, alice, {
        cipherId: guid(index, 'd'),
      }),
    )
    const events = [
      ...Array.from({ length: 20 }, (_, index) => at(stormMs + index * 10 * secondMs, 1005, alice)),
      at(stormMs + 5 * minuteMs, 1000, alice),
      at(stormMs + 6 * minuteMs, 1003, alice),
      at(stormMs + 7 * minuteMs, 1001, alice),
      ...items,
      at(stormMs + 20 * minuteMs, 1602, alice),
      at(stormMs + 25 * minuteMs, 1500, alice, { organizationUserId: guid(1, '7') }),
      at(stormMs + 30 * minuteMs, 1502, alice, { organizationUserId: guid(1, '7') }),
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((index) =>
        at(stormMs + (30 + index) * minuteMs, 1503, alice, { organizationUserId: guid(1 + index, '7') }),
      ),
      at(stormMs + 40 * minuteMs, 1700, alice, { policyId: guid(1, '4') }),
    ]
    const { alerts, incidents, mails } = await stormWith(events, everyMs)
    expectFewNotifications(mails)
    expect(alerts.length).toBeGreaterThan(10)
    expect(incidents).toMatchObject([{ alertCount: alerts.length, level: 'critical' }])
    expect(incidents[0]?.entities.map(({ key }) => key)).toEqual(
      expect.arrayContaining([`person:${alice}`, `address:${attacker}`]),
    )
  },
)

test('a spray over 150 accounts is one incident', async () => {
  const guesses = people.flatMap((person, index) =>
    Array.from({ length: 21 }, (_, guess) => at(stormMs + index * 2 * minuteMs + guess * 3 * secondMs, 1005, person)),
  )
  const { alerts, incidents, mails } = await stormWith([...guesses, at(stormMs + 6 * hourMs, 1000, people[7] ?? alice)])
  expect(alerts.length).toBeGreaterThan(150)
  expectFewNotifications(mails)
  expect(incidents).toMatchObject([
    { alertCount: alerts.length, title: expect.stringMatching(/and many more people$/) },
  ])
  expect(incidents[0]?.entities.map(({ key }) => key)).toContain(`address:${attacker}`)
})

test('a guess a minute for two days is one incident', async () => {
  const guesses = Array.from({ length: 2 * 24 * 60 }, (_, minute) => at(stormMs + minute * minuteMs, 1005, alice))
  const { alerts, incidents, mails } = await stormWith(guesses)
  expect(alerts.length).toBeGreaterThan(1)
  expectFewNotifications(mails)
  expect(incidents).toMatchObject([
    { alertCount: alerts.length, entities: [{ key: `person:${alice}` }, { key: `address:${attacker}` }] },
  ])
})
