// Incidents that evaluation makes: which alerts belong together, in any batches, after kills, and when evaluation begins anew.

import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryAlertStore } from '../../../../src/adapters/memory/alert-store.ts'
import { writeEvaluation } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import type { IncidentRecord } from '../../../../src/domain/alerts/incidents/incident.ts'
import { actOn, type TriageAction } from '../../../../src/domain/alerts/incidents/triage/actions.ts'
import { incidentStateOf } from '../../../../src/domain/alerts/incidents/triage/triage.ts'
import { OrganizationEntry } from '../../../../src/domain/directory/directory.ts'
import type { AcceptedEvent } from '../../../../src/domain/events/event.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import type { AlertStore } from '../../../../src/ports/alerts/alerts.ts'
import { Damaged, Unavailable } from '../../../../src/ports/errors.ts'
import { evaluationWorld } from '../../../support/alerts/evaluation.ts'
import { builtInRules, monthOf, startMs as monthStartMs } from '../../../support/alerts/month.ts'
import { member } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'

const startMs = Date.UTC(2026, 10, 2, 9)
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
/** When the organization is known, so that an address can be new for it. */
const laterMs = startMs + 10 * dayMs

const rules = [
  `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
---
title: Many failed logins
id: ${guid(1, 'e')}
level: high
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 3}}
`,
  `
title: Exported
id: ${guid(2, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1602}, condition: sel}
`,
  `
title: Member changed
id: ${guid(3, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1502}, condition: sel}
`,
]
const [office, elsewhere] = ['192.0.2.1', '203.0.113.9']

const at = (ms: number, type: number, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({ date: new Date(ms).toISOString(), type, cipherId: undefined, ...more })
const failures = (ms: number, more: Record<string, unknown>) =>
  [0, 1, 2].map((index) => at(ms + index * 1_000, 1005, more))

type World = ReturnType<typeof evaluationWorld>
const run = (world: World) => world.evaluate(writeEvaluation({ organizationId: acme, at: 0, fallback: null }))

/** An organization that has been at its office for ten days. */
async function known(alerts?: AlertStore): Promise<World> {
  const world = evaluationWorld(rules, startMs, alerts && { adapters: { alerts } })
  await world.arrive([
    at(startMs, 1000, { ipAddress: office }),
    at(startMs, 1000, { ipAddress: office, actingUserId: bob }),
  ])
  await world.runUntil(laterMs)
  return world
}

/** Each event in a page of its own, evaluated as it arrives. */
async function oneByOne(world: World, events: readonly AcceptedEvent[]) {
  for (const each of events) {
    await world.arrive([each])
    await world.runUntil(world.clock.now + minuteMs)
  }
}

const titlesIn = (incidents: readonly IncidentRecord[]) =>
  incidents.map((incident) => [incident.alertCount, ...incident.alerts.map(({ title }) => title)])

describe('alerts', () => {
  test('about one person within a day are one incident, and it says who it is', async () => {
    const world = await known()
    await oneByOne(world, [
      ...failures(laterMs, { ipAddress: office }),
      at(laterMs + 10 * minuteMs, 1602, { ipAddress: office }),
      at(laterMs + 70 * minuteMs, 1602, { ipAddress: office, actingUserId: bob }),
    ])
    const incidents = await world.incidents()
    expect(titlesIn(incidents)).toEqual([
      [2, 'Many failed logins', 'Exported'],
      [1, 'Exported'],
    ])
    expect(incidents[0]).toMatchObject({
      level: 'high',
      from: instantAt(laterMs + 2_000),
      entities: [{ key: `person:${alice}` }],
    })
  })

  test.each(['in one page', 'in pages of their own'])(
    'from an address that is new for the organization are one incident, those from the office are not: %s',
    async (how) => {
      const world = await known()
      const events = [
        ...failures(laterMs, { ipAddress: elsewhere, actingUserId: guid(11, 'b') }),
        at(laterMs + hourMs, 1602, { ipAddress: elsewhere, actingUserId: guid(12, 'b') }),
        ...failures(laterMs, { ipAddress: office, actingUserId: guid(13, 'b') }),
        at(laterMs + 2 * hourMs, 1602, { ipAddress: office, actingUserId: guid(14, 'b') }),
      ]
      if (how === 'in one page') await world.arrive(events)
      else await oneByOne(world, events)
      await world.runUntil(world.clock.now + 10 * minuteMs)
      const incidents = await world.incidents()
      expect(titlesIn(incidents).sort()).toEqual([
        [1, 'Exported'],
        [1, 'Many failed logins'],
        [2, 'Many failed logins', 'Exported'],
      ])
      const keys = incidents.flatMap(({ entities }) => entities.map(({ key }) => key))
      expect(keys.filter((key) => key.startsWith('address:'))).toEqual([`address:${elsewhere}`])
    },
  )

  test('about a member belong together with what the account of that member does', async () => {
    const world = await known()
    const [memberId, userId] = [guid(1, '7'), guid(15, 'b')]
    const entry = v.parse(OrganizationEntry, { name: 'Acme', members: [member(userId, { id: memberId, name: 'Eve' })] })
    await world.directory.putOrganization(acme, entry)
    await oneByOne(world, [
      at(laterMs, 1502, { organizationUserId: memberId }),
      at(laterMs + hourMs, 1602, { actingUserId: userId }),
      at(laterMs + 2 * hourMs, 1502, { organizationUserId: guid(2, '7'), actingUserId: bob }),
    ])
    const incidents = await world.incidents()
    expect(titlesIn(incidents).map(([count]) => count)).toEqual([2, 1])
    expect(incidents[0]?.entities).toMatchObject([
      { key: `person:${alice}` },
      { key: `person:${userId}`, label: 'Eve' },
    ])
    expect(incidents[1]?.entities.map(({ key }) => key)).toEqual([`person:${bob}`, `member:${guid(2, '7')}`])
  })

  test('name their incident, also when it was merged since, and a muted one belongs to it as well', async () => {
    const world = await known()
    await world.ports.configurations.change(acme, (before) => {
      const [mutedAt, until] = [instantAt(startMs), instantAt(laterMs + 9 * dayMs)]
      const mute = { id: guid(1), ruleId: guid(2, 'e'), group: null, until, mutedBy: bob, mutedAt }
      return { kind: 'changed', configuration: { ...before, mutes: [mute] } }
    })
    await oneByOne(world, [
      ...failures(laterMs + hourMs, {}),
      at(laterMs, 1602, { actingUserId: bob }),
      at(laterMs + 2 * hourMs, 1502, { actingUserId: alice, userId: bob }),
    ])
    const [incident, ...others] = await world.incidents()
    expect(others).toEqual([])
    expect(incident).toMatchObject({ alertCount: 3 })
    for (const { id } of incident?.alerts ?? []) {
      const alert = await world.ports.alerts.find(acme, id)
      const own = alert?.record.incidentId && (await world.ports.alerts.findIncident(acme, alert.record.incidentId))
      expect(own && (own.mergedInto ?? own.id)).toBe(incident?.id)
    }
  })
})

// Without the absence rule: who arrives later, in a larger batch, is absent until then.
test('the same incidents come of any batches', async () => {
  const present = builtInRules.filter((text) => !text.includes('x-absence'))
  const arrivals = monthOf(1).toSorted((one, other) => one.arrivedAt - other.arrivedAt)
  const incidentsBy = async (size: number) => {
    const world = evaluationWorld(present, monthStartMs)
    for (let from = 0; from < arrivals.length; from += size) {
      const batch = arrivals.slice(from, from + size)
      await world.runUntil(Math.max(world.clock.now, ...batch.map(({ arrivedAt }) => arrivedAt)))
      await world.arrive(batch.map((arrival) => arrival.event))
    }
    await world.runUntil(world.clock.now + 10 * minuteMs)
    const incidents = await world.incidents()
    return incidents
      .map(({ from, to, level, alertCount, alerts }) => ({
        from,
        to,
        level,
        alertCount,
        ids: alerts.map(({ id }) => id),
      }))
      .sort((one, other) => (String(one.ids[0]) < String(other.ids[0]) ? -1 : 1))
  }
  const expected = await incidentsBy(200)
  expect(expected.length).toBeGreaterThan(3)
  expect(expected.some(({ alertCount }) => alertCount > 2)).toBe(true)
  for (const size of [7, 50]) expect(await incidentsBy(size)).toEqual(expected)
})

const attack = [
  ...failures(laterMs, { ipAddress: elsewhere, actingUserId: guid(11, 'b') }),
  at(laterMs + hourMs, 1602, { ipAddress: elsewhere, actingUserId: guid(12, 'b') }),
]

test('evaluation that begins anew finds the incidents again, and counts no alert twice', async () => {
  const world = await known()
  await world.arrive(attack)
  await world.runUntil(laterMs + 2 * hourMs)
  const before = await world.incidents()
  expect(titlesIn(before)).toEqual([[2, 'Many failed logins', 'Exported']])
  await world.ports.alerts.startAnew(acme)
  await run(world)
  await run(world)
  expect(await world.incidents()).toEqual(before)
  // An alert that follows joins it.
  await oneByOne(world, [at(laterMs + 3 * hourMs, 1502, { actingUserId: guid(12, 'b') })])
  expect((await world.incidents()).map(({ id, alertCount }) => [id, alertCount])).toEqual([[before[0]?.id, 3]])
})

test('what people did stays when evaluation begins anew and incidents turn out to be one; another alert opens a closed one', async () => {
  const alerts = memoryAlertStore()
  const world = await known(alerts)
  const act = { by: bob, at: instantAt(laterMs) }
  const does = async (id: Guid | undefined, action: TriageAction) => {
    if (id) await alerts.changeTriage(acme, id, (found) => actOn(found, action, act))
  }
  const triaged = async () => {
    const range = { from: instantAt(startMs), to: instantAt(laterMs + 9 * dayMs) }
    return (await alerts.listIncidents(acme, range, 10, null))?.incidents ?? []
  }
  await world.arrive([...attack, at(laterMs + hourMs, 1502, { actingUserId: guid(16, 'b') })])
  await world.runUntil(laterMs + 2 * hourMs)
  const [first, second] = await world.incidents()
  expect(titlesIn(await world.incidents())).toHaveLength(2)
  await does(first?.id, { kind: 'close', verdict: 'expected', reason: 'A test.' })
  await does(second?.id, { kind: 'acknowledge' })
  const before = await triaged()
  expect(before.map(incidentStateOf).sort()).toEqual(['acknowledged', 'closed'])
  await alerts.startAnew(acme)
  await run(world)
  await run(world)
  expect(await triaged()).toEqual(before)

  await oneByOne(world, [at(laterMs + 3 * hourMs, 1502, { actingUserId: guid(12, 'b'), userId: guid(16, 'b') })])
  const [whole, ...others] = await triaged()
  expect(others).toEqual([])
  expect(whole).toMatchObject({
    record: { id: first?.id, mergedIds: [second?.id], alertCount: 4 },
    triage: { assignee: { id: bob }, acknowledged: act, closed: { reason: 'A test.', alertCount: 2 } },
  })
  expect(whole && incidentStateOf(whole)).toBe('open')
})

test.each(['failed', 'lost'])('a step whose commit is %s is made again with the same incidents', async (kind) => {
  const store = memoryAlertStore()
  let failing = false
  const commit: AlertStore['commit'] = async (...step) => {
    if (!failing) return store.commit(...step)
    failing = false
    if (kind === 'lost') await store.commit(...step)
    throw new Unavailable('alert store', new Error('a test'))
  }
  const [undisturbed, world] = [await known(), await known({ ...store, commit })]
  for (const each of [undisturbed, world]) {
    failing = each === world
    await each.arrive(attack)
    await each.runUntil(laterMs + 2 * hourMs)
  }
  expect(failing).toBe(false)
  expect(await world.incidents()).toEqual(await undisturbed.incidents())
})

test('an incident that cannot be read begins again with the next of its alerts', async () => {
  const store = memoryAlertStore()
  let damaged = false
  const findIncident: AlertStore['findIncident'] = async (...asked) => {
    if (damaged) throw new Damaged('alert store', new Error('a test'))
    return store.findIncident(...asked)
  }
  const world = await known({ ...store, findIncident })
  await world.arrive(attack)
  await world.runUntil(laterMs + 2 * hourMs)
  damaged = true
  await oneByOne(world, [at(laterMs + 3 * hourMs, 1502, { actingUserId: guid(12, 'b') })])
  const [before] = await world.incidents()
  expect(titlesIn(await world.incidents())).toEqual([[1, 'Member changed']])
  expect(before?.entities.map(({ key }) => key)).toEqual([`person:${guid(12, 'b')}`])
})

test('what is known of an entity is dropped once no alert can belong to it any more', async () => {
  const world = await known()
  await world.arrive(attack)
  await world.runUntil(laterMs + 39 * dayMs)
  const names = async () => (await world.ports.alerts.entryNames(acme, 'Entity=')).length
  expect(await names()).toBe(3)
  await world.runUntil(laterMs + 42 * dayMs)
  expect(await names()).toBe(0)
  expect(await world.incidents()).toHaveLength(1)
})
