import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import { stepsPerRunMax } from '../../../src/application/alerts/evaluation/evaluation-run.ts'
import { writeEvaluation } from '../../../src/application/alerts/evaluation/evaluation-times.ts'
import { isActive } from '../../../src/domain/alerts/alert.ts'
import { emptyConfiguration, noSettings } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { groupKeysPerRuleMax } from '../../../src/domain/alerts/engine/compiled/limits.ts'
import type { RuleException } from '../../../src/domain/alerts/exceptions/exception.ts'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { OrganizationEntry, ProviderEntry, providerUserType } from '../../../src/domain/directory/directory.ts'
import { auditEvent } from '../../../src/domain/events/audit-events.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { type Instant, instantAt } from '../../../src/domain/instant.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { named } from '../../support/alerts/rules.ts'
import { member } from '../../support/directory.ts'
import { acme, alice, bob, event, globex, guid } from '../../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

const failedLogin = `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
`
const manyFailed = `${failedLogin}
---
title: Many failed logins
id: ${guid(1, 'e')}
level: high
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 3}}
keytrail: {repeat: 1h, response: Ask the user.}
`
const exported = `
title: Exported
id: ${guid(2, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1602}, condition: sel}
`
const absent = `
title: Backup
name: backup
logsource: {product: keytrail}
detection: {sel: {type: 1000}, condition: sel}
---
title: No login
id: ${guid(3, 'e')}
correlation: {type: x-absence, rules: [backup], group-by: [actingUserId], timespan: 2h}
`
const [criticalByOwner, criticalByStranger] = ['owner', 'null'].map(
  (role, index) => `
title: Critical by ${role === 'null' ? 'stranger' : role}
id: ${guid(5 + index, 'e')}
logsource: {product: keytrail}
detection: {sel: {itemCritical: true, actingUserRole: ${role}}, condition: sel}
`,
)
const newAddress = `
title: New address
id: ${guid(4, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1000, isFirstSeenIp: true}, condition: sel}
`

/** An event of Alice at this time, unless the test says otherwise. */
const at = (ms: number, type: number, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({ date: new Date(ms).toISOString(), type, cipherId: undefined, ...more })

/** Failed logins of one user, a second apart. */
const failures = (count: number, ms: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => at(ms + index * 1_000, 1005, more))

type World = ReturnType<typeof evaluationWorld>
const run = (world: World, organizationId = acme) =>
  world.evaluate(writeEvaluation({ organizationId, at: 0, fallback: null }))

describe('an evaluation', () => {
  test('raises an alert for an event within a minute of its being stored', async () => {
    const world = evaluationWorld([exported], startMs)
    world.clock.now = startMs + 500
    await world.arrive([at(startMs, 1602)])
    await world.runUntil(startMs + minuteMs)
    const [alert] = await world.alerts()
    expect(alert?.record).toMatchObject({ title: 'Exported', count: 1, samples: [{ type: 1602 }], muted: false })
  })

  test('counts over batches, names the samples of earlier ones, and updates the alert', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    for (const [index, failure] of failures(5, startMs).entries()) {
      await world.arrive([failure])
      await world.runUntil(startMs + (index + 1) * 2 * minuteMs)
    }
    const alerts = await world.alerts()
    expect(alerts).toHaveLength(1)
    expect(alerts[0]?.record).toMatchObject({ count: 5, threshold: 3, suppressedCount: 2, response: 'Ask the user.' })
    expect(alerts[0]?.record.samples.map(({ id }) => id)).toEqual(failures(5, startMs).map(({ id }) => id))
  })

  test('delivered again changes nothing, and writes nothing', async () => {
    const world = evaluationWorld([manyFailed, newAddress, absent], startMs)
    await world.arrive([...failures(4, startMs), at(startMs, 1000, { ipAddress: '203.0.113.7' })])
    world.clock.now += minuteMs
    await run(world)
    const [alerts, progress] = [await world.alerts(), await world.ports.alerts.progressOf(acme)]
    for (let times = 0; times < 3; times++) await run(world)
    expect(await world.alerts()).toEqual(alerts)
    expect(await world.ports.alerts.progressOf(acme)).toEqual(progress)
  })

  test('before its time waits, so that it does not miss what it was sent for', async () => {
    const world = evaluationWorld([exported], startMs)
    await world.arrive([at(startMs, 1602)])
    world.waiting.splice(0)
    await world.evaluate(writeEvaluation({ organizationId: acme, at: startMs + 20_400, fallback: null }))
    expect(world.waiting.map(({ at: due }) => due - startMs)).toEqual([21_000])
    await world.runUntil(startMs + 30_000)
    expect(await world.alerts()).toHaveLength(1)
  })

  test('that another one overtakes stores nothing and comes again', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    await world.arrive(failures(4, startMs))
    world.clock.now += minuteMs
    const { alerts } = world.ports
    let others = 1
    world.restart({
      alerts: {
        ...alerts,
        commit: async (id, progress, step) => {
          // The other one reads the same progress and is faster.
          if (others-- > 0) await alerts.commit(id, progress, step)
          return alerts.commit(id, progress, step)
        },
      },
    })
    world.waiting.splice(0)
    const fallback = await world.schedule.add({ organizationId: acme, at: world.clock.now + 10 * minuteMs })
    await world.evaluate(writeEvaluation({ organizationId: acme, at: 0, fallback }))
    expect(world.waiting).toHaveLength(1)
    expect(await world.schedule.due(fallback.at, 10)).toContainEqual(fallback)
    await world.runUntil(world.clock.now + minuteMs)
    expect((await world.alerts()).map(({ record }) => record.count)).toEqual([4])
    expect(await world.schedule.due(fallback.at, 10)).not.toContainEqual(fallback)
  })

  test('among several at once stores everything once', async () => {
    const world = evaluationWorld([manyFailed, newAddress], startMs)
    await world.arrive([...failures(4, startMs), ...failures(4, startMs, { actingUserId: bob })])
    world.clock.now += minuteMs
    await Promise.all(Array.from({ length: 5 }, () => run(world)))
    await world.runUntil(world.clock.now + minuteMs)
    expect((await world.alerts()).map(({ record }) => record.count)).toEqual([4, 4])
    expect(world.waiting).toEqual([])
    expect(world.dead).toEqual([])
  })

  test('knows roles, critical items and names from the directory', async () => {
    const world = evaluationWorld([criticalByOwner ?? '', criticalByStranger ?? ''], startMs)
    const [item, plainItem] = [guid(1, 'd'), guid(2, 'd')]
    const provider = { name: 'P', users: [{ ...member(bob), name: 'Bob of P', type: providerUserType.service }] }
    await world.directory.putProvider(guid(1, '8'), v.parse(ProviderEntry, provider))
    await world.directory.putOrganization(
      acme,
      v.parse(OrganizationEntry, { name: 'Acme', providerId: guid(1, '8'), members: [member(alice, { type: 0 })] }),
      [item, plainItem].map((id) => ({ id, collections: [], critical: id === item })),
    )
    const read = (cipherId: Guid, actingUserId: Guid) => at(startMs, 1107, { cipherId, actingUserId })
    await world.arrive([read(item, alice), read(plainItem, alice), read(item, bob)])
    await world.runUntil(startMs + minuteMs)
    const records = (await world.alerts()).map(({ record }) => record)
    expect(records.map(({ title, summary }) => [title, summary.split(':')[0]])).toEqual(
      expect.arrayContaining([
        ['Critical by owner', 'user (name unknown)'],
        ['Critical by stranger', 'Bob of P'],
      ]),
    )
    expect(records).toHaveLength(2)
  })

  test('that fails by a fault is delivered again; one that always fails is resumed by its fallback', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const { alerts } = world.ports
    let broken = true
    const commit: typeof alerts.commit = (...step) =>
      broken ? Promise.reject(new Error('a bug')) : alerts.commit(...step)
    world.restart({ alerts: { ...alerts, commit } })
    await world.arrive(failures(4, startMs))
    await world.runUntil(startMs + 9 * minuteMs)
    expect(world.dead).toHaveLength(1)
    broken = false
    await world.runUntil(startMs + 13 * minuteMs)
    expect(await world.alerts()).toHaveLength(1)
    expect(await world.schedule.due(startMs + 14 * minuteMs, 10)).toEqual([])
  })

  test('that an outage of a day holds up waits in one message, which is never given up, and is done after it', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const dayMs = 24 * 60 * minuteMs
    const { alerts } = world.ports
    const progressOf: typeof alerts.progressOf = (id) =>
      world.clock.now < startMs + dayMs ? Promise.reject(new Unavailable('alert store', 'down')) : alerts.progressOf(id)
    world.restart({ alerts: { ...alerts, progressOf } })
    await world.arrive(failures(4, startMs))
    await world.runUntil(startMs + dayMs)
    expect([world.dead, world.waiting.length]).toEqual([[], 1])
    expect(await world.schedule.due(startMs + 2 * dayMs, 10)).toHaveLength(1)
    expect(world.log.filter((line) => line.includes('put off'))).not.toEqual([])
    await world.runUntil(startMs + dayMs + 20 * minuteMs)
    expect(await world.alerts()).toHaveLength(1)
    expect([world.waiting, await world.schedule.due(startMs + 2 * dayMs, 10)]).toEqual([[], []])
  })

  test('that an outage holds up keeps its entry when that cannot be moved, and is done once', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const { alerts, schedule } = world.ports
    let outage = true
    const unlessOut = <T>(work: () => Promise<T>): Promise<T> =>
      outage ? Promise.reject(new Unavailable('alert store', 'down')) : work()
    world.restart({
      alerts: { ...alerts, progressOf: (id) => unlessOut(() => alerts.progressOf(id)) },
      schedule: {
        add: (entry) => unlessOut(() => schedule.add(entry)),
        cancel: (noted) => unlessOut(() => schedule.cancel(noted)),
      },
    })
    await world.arrive(failures(4, startMs))
    await world.runUntil(startMs + 9 * minuteMs)
    expect(world.waiting).toHaveLength(1)
    outage = false
    await world.runUntil(startMs + 25 * minuteMs)
    expect(await world.alerts()).toHaveLength(1)
    expect([world.dead, world.waiting]).toEqual([[], []])
    expect(await world.schedule.due(startMs + 60 * minuteMs, 10)).toEqual([])
  })

  test('that cannot be put off because the queue is unavailable too is left to the host', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const down = () => Promise.reject(new Unavailable('storage', 'down'))
    const { alerts, evaluations } = world.ports
    world.restart({ alerts: { ...alerts, progressOf: down }, evaluations: { ...evaluations, send: down } })
    await expect(world.evaluate(writeEvaluation({ organizationId: acme, at: 0, fallback: null }))).rejects.toThrow(
      Unavailable,
    )
  })

  test('of one organization that fails delays no other', async () => {
    const world = evaluationWorld([exported], startMs)
    const { directory } = world.ports
    const organization: typeof directory.organization = (id) =>
      id === globex ? Promise.reject(new Unavailable('directory', 'down')) : directory.organization(id)
    world.restart({ directory: { ...directory, organization } })
    await world.arrive([at(startMs, 1602, { organizationId: globex }), at(startMs, 1602)])
    await world.runUntil(startMs + minuteMs)
    expect(await world.alerts(globex)).toEqual([])
    expect(await world.alerts(acme)).toHaveLength(1)
  })

  test.each([
    ['garbage', 'hello'],
    ['JSON of something else', '{"organizationId":7}'],
    ['bytes', Buffer.from([0, 159])],
    ['what nests 20,000 deep', JSON.parse('['.repeat(20_000) + ']'.repeat(20_000))],
    ['text that nests 20,000 deep', `{"organizationId":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('that is %s is dropped with a line in the log', async (_, message) => {
    const world = evaluationWorld([exported], startMs)
    await world.evaluate(message)
    expect(world.log).toEqual(['message dropped: it asks for no evaluation'])
  })
})

describe('time alone', () => {
  test('raises an absence, though no event comes, and ends it with the next', async () => {
    const world = evaluationWorld([absent], startMs)
    await world.arrive([at(startMs, 1000)])
    await world.runUntil(startMs + 2 * hourMs + 4 * minuteMs)
    expect(await world.alerts()).toEqual([])
    await world.runUntil(startMs + 2 * hourMs + 6 * minuteMs)
    const [alert] = await world.alerts()
    expect(alert?.record).toMatchObject({ endsAt: null, samples: [{ type: 1000 }] })
    await world.arrive([at(world.clock.now, 1000)])
    await world.runUntil(world.clock.now + 2 * minuteMs)
    expect((await world.alerts())[0]?.record.endsAt).not.toBeNull()
  })

  test('costs nothing while nothing is due', async () => {
    const world = evaluationWorld([absent, manyFailed], startMs)
    await world.arrive([at(startMs, 1000), ...failures(3, startMs)])
    await world.runUntil(startMs + 2 * minuteMs)
    const { version } = await world.ports.alerts.progressOf(acme)
    await world.runUntil(startMs + hourMs)
    expect((await world.ports.alerts.progressOf(acme)).version).toBe(version)
    expect(world.waiting).toEqual([])
  })

  test('deletes everything of an organization that no longer has events', async () => {
    const world = evaluationWorld([manyFailed, newAddress], startMs)
    await world.arrive([...failures(4, startMs), at(startMs, 1000, { ipAddress: '203.0.113.7' })])
    await world.runUntil(startMs + 95 * dayMs)
    expect(await world.ports.alerts.nextDueAt(acme)).toBeUndefined()
    expect(await world.schedule.due(Number.MAX_SAFE_INTEGER / 100, 10)).toEqual([])
  })

  test('ends the condition of an alert', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    await world.arrive(failures(4, startMs))
    await world.runUntil(startMs + minuteMs)
    const [alert] = await world.alerts()
    if (!alert) throw new Error('no alert')
    expect(isActive(alert.record, instantAt(startMs + hourMs))).toBe(true)
    expect(isActive(alert.record, instantAt(startMs + 2 * hourMs))).toBe(false)
  })
})

describe('the rule configuration', () => {
  const change = (world: World, configuration: object) =>
    world.ports.configurations.change(acme, (before) => ({
      kind: 'changed',
      configuration: { ...before, ...configuration },
    }))
  /** Alice's events from the office's network, and of this rule alone. */
  const officeException = (until: Instant | null = null): RuleException => ({
    id: guid(1, '9'),
    ruleId: guid(1, 'e'),
    conditions: { actingUserIds: [alice], networks: ['203.0.113.0/24'] },
    reason: 'a monitor logs in',
    createdBy: bob,
    createdAt: instantAt(startMs),
    until,
  })
  const nothing = {
    level: null,
    timespanMs: null,
    repeatMs: null,
    threshold: null,
    sensitivity: null,
    enabled: null,
  }

  test('switches rules off, and sets other thresholds', async () => {
    const world = evaluationWorld([manyFailed, exported], startMs)
    await change(world, {
      settings: [
        { ruleId: guid(2, 'e'), settings: { ...nothing, enabled: false } },
        { ruleId: guid(1, 'e'), settings: { ...nothing, threshold: 5, level: 'low' } },
      ],
    })
    await world.arrive([...failures(4, startMs), at(startMs, 1602)])
    await world.runUntil(startMs + minuteMs)
    expect(await world.alerts()).toEqual([])
    await world.arrive(failures(1, startMs + 5_000))
    await world.runUntil(startMs + 3 * minuteMs)
    expect((await world.alerts()).map(({ record }) => record)).toMatchObject([{ count: 5, threshold: 5, level: 'low' }])
  })

  test('changed, goes on with what it has counted, and raises nothing before the next match', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    await world.arrive(failures(2, startMs))
    await world.runUntil(startMs + minuteMs)
    await change(world, { settings: [{ ruleId: guid(1, 'e'), settings: { ...nothing, threshold: 2 } }] })
    await world.runUntil(startMs + 2 * minuteMs)
    expect(await world.alerts()).toEqual([])
    await world.arrive(failures(1, startMs + 5_000))
    await world.runUntil(startMs + 3 * minuteMs)
    expect(await world.alerts()).toMatchObject([{ record: { count: 3, threshold: 2 } }])
    expect(await world.ports.alerts.entryNames(acme, 'State=')).toHaveLength(1)
    await world.runUntil(startMs + 9 * dayMs)
    expect(await world.ports.alerts.entryNames(acme, 'State=')).toEqual([])
  })

  test('mutes a rule for one group until a time; alerts are still stored', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const group = [{ name: 'actingUserId', value: alice }]
    const until = instantAt(startMs + hourMs)
    const mute = { id: guid(1, '9'), ruleId: guid(1, 'e'), group, until, mutedBy: bob, mutedAt: instantAt(startMs) }
    await change(world, { mutes: [mute] })
    await world.arrive([...failures(3, startMs), ...failures(3, startMs, { actingUserId: bob })])
    await world.runUntil(startMs + hourMs)
    await world.arrive(failures(3, startMs + hourMs))
    await world.runUntil(startMs + hourMs + 2 * minuteMs)
    const mutedByUser = (await world.alerts()).map(({ record }) => [record.group[0]?.value, record.muted])
    expect(mutedByUser).toHaveLength(3)
    expect(mutedByUser).toContainEqual([alice, true])
    expect(mutedByUser).toContainEqual([bob, false])
    expect(mutedByUser).toContainEqual([alice, false])
  })

  test('mutes no alert about a change in Keytrail by the one who made the mute', async () => {
    const changes = `${named('changed', 9_003)}id: ${guid(4, 'e')}\n`
    const world = evaluationWorld([changes], startMs)
    const until = instantAt(startMs + 9 * hourMs)
    const mute = {
      id: guid(1, '9'),
      ruleId: guid(4, 'e'),
      group: null,
      until,
      mutedBy: bob,
      mutedAt: instantAt(startMs),
    }
    await change(world, { mutes: [mute] })
    await world.arrive([at(startMs, 9_003, { actingUserId: alice })])
    await world.runUntil(startMs + minuteMs)
    await world.arrive([at(startMs + 3 * hourMs, 9_003, { actingUserId: bob })])
    await world.runUntil(startMs + 4 * hourMs)
    const muted = (await world.alerts()).map(({ record }) => [record.samples[0]?.actingUserId, record.muted])
    expect(new Set(muted)).toEqual(
      new Set([
        [alice, true],
        [bob, false],
      ]),
    )
  })

  test('excepts a person at an address; the same person elsewhere, and others there, are counted', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const [office, elsewhere] = [{ ipAddress: '203.0.113.7' }, { ipAddress: '198.51.100.7' }]
    await world.arrive(failures(2, startMs, office))
    await world.runUntil(startMs + minuteMs)
    await change(world, { exceptions: [officeException()] })
    await world.arrive(failures(20, startMs + 60_000, office))
    await world.runUntil(startMs + 3 * minuteMs)
    expect(await world.alerts()).toEqual([])
    await world.arrive(failures(3, startMs + 2 * minuteMs, { ...office, actingUserId: bob }))
    await world.arrive(failures(3, startMs + 2 * minuteMs, elsewhere))
    await world.runUntil(startMs + 5 * minuteMs)
    const raised = (await world.alerts()).map(({ record }) => [record.group[0]?.value, record.count])
    expect(new Set(raised)).toEqual(
      new Set([
        [alice, 3],
        [bob, 3],
      ]),
    )
  })

  test('excepts events dated before the end, whenever they arrive, and counts anew once it is ended by hand', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const office = { ipAddress: '203.0.113.7' }
    const until = instantAt(startMs + hourMs)
    await change(world, { exceptions: [officeException(until)] })
    await world.runUntil(startMs + 2 * hourMs)
    await world.arrive([...failures(5, startMs + hourMs - 5_000, office), ...failures(2, startMs + hourMs, office)])
    await world.runUntil(startMs + 2 * hourMs + 2 * minuteMs)
    expect(await world.alerts()).toEqual([])
    const stored = async () => (await world.ports.alerts.entryNames(acme, 'State=')).map(({ name }) => name)
    const before = await stored()
    await world.arrive(failures(1, startMs + hourMs + 5_000, office))
    await world.runUntil(startMs + 2 * hourMs + 4 * minuteMs)
    expect(await world.alerts()).toMatchObject([{ record: { count: 3 } }])
    // Its end alone starts no count anew.
    expect(await stored()).toEqual(before)
    await change(world, { exceptions: [] })
    await world.arrive(failures(1, startMs + hourMs + 6_000, office))
    await world.runUntil(startMs + 2 * hourMs + 9 * minuteMs)
    expect((await world.alerts()).map(({ record }) => record.count)).toContain(9)
  })

  /** What comes of evaluating `use` whole, after it gave the same with each of its commits lost, or reported lost. */
  async function sameWhenRunsFail(rules: readonly string[], beginMs: number, use: (world: World) => Promise<void>) {
    const raisedWith = async (failing: number, when: 'before' | 'after') => {
      const alerts = memoryAlertStore()
      let commits = 0
      const commit: typeof alerts.commit = async (...args) => {
        commits += 1
        if (commits === failing && when === 'before') throw new Unavailable('alerts', new Error('not stored'))
        const stored = await alerts.commit(...args)
        if (commits === failing) throw new Unavailable('alerts', new Error('lost'))
        return stored
      }
      const world = evaluationWorld(rules, beginMs, { adapters: { alerts: { ...alerts, commit } } })
      await use(world)
      return { alerts: await world.alerts(), names: await alerts.entryNames(acme, ''), commits }
    }
    const whole = await raisedWith(0, 'before')
    for (const when of ['before', 'after'] as const) {
      for (let failing = 1; failing <= whole.commits; failing += 1) {
        const { alerts, names } = await raisedWith(failing, when)
        expect({ alerts, names }).toEqual({ alerts: whole.alerts, names: whole.names })
      }
    }
    return whole.alerts
  }

  test('with an exception gives the same when a run fails before or after it stored, and is delivered again', async () => {
    const office = { ipAddress: '203.0.113.7' }
    const alerts = await sameWhenRunsFail([manyFailed], startMs, async (world) => {
      await world.arrive(failures(2, startMs, office))
      await world.runUntil(startMs + minuteMs)
      await change(world, { exceptions: [officeException()] })
      await world.arrive([...failures(9, startMs + 60_000, office), ...failures(3, startMs + 61_000)])
      await world.runUntil(startMs + 2 * hourMs)
    })
    expect(alerts).toMatchObject([{ record: { count: 3 } }])
  })

  test('with another threshold keeps what was counted when a run fails, and is delivered again', async () => {
    const settings = { ...noSettings, threshold: 4 }
    const alerts = await sameWhenRunsFail([manyFailed], startMs, async (world) => {
      await world.arrive(failures(2, startMs))
      await world.runUntil(startMs + minuteMs)
      await change(world, { settings: [{ ruleId: guid(1, 'e'), settings }] })
      await world.arrive(failures(2, startMs + 60_000))
      await world.runUntil(startMs + 2 * hourMs)
    })
    expect(alerts).toMatchObject([{ record: { count: 4, threshold: 4 } }])
  })

  test('counts an hour that clocks repeat as one when a run fails, and is delivered again', async () => {
    // In Berlin, both are half past two: clocks go back in between.
    const [first, second] = [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)]
    const correlation =
      '{type: event_count, rules: [at_two], group-by: [actingUserId], timespan: 2h, condition: {gte: 2}}'
    const atTwo = `${named('at_two', 1005).replace('{type: 1005}', '{type: 1005, hourOfDay: 2}')}---
title: At two
id: ${guid(5, 'e')}
correlation: ${correlation}
`
    const alerts = await sameWhenRunsFail([atTwo], first - hourMs, async (world) => {
      await change(world, { hours: { ...defaultHours, timeZone: 'Europe/Berlin' } })
      await world.arrive([at(first, 1005), at(first - 20 * minuteMs - hourMs, 1005)])
      await world.runUntil(first + minuteMs)
      await world.arrive([at(second, 1005)])
      await world.runUntil(second + 3 * hourMs)
    })
    expect(alerts).toMatchObject([{ record: { count: 2 } }])
  })

  test('mutes no rule that is always on, as an earlier version did', async () => {
    const changes = `${named('changed', 9_003)}id: ${guid(4, 'e')}\nkeytrail: {enabled: always}\n`
    const world = evaluationWorld([changes], startMs)
    const until = instantAt(startMs + hourMs)
    const muted = {
      id: guid(1, '9'),
      ruleId: guid(4, 'e'),
      group: null,
      until,
      mutedBy: bob,
      mutedAt: instantAt(startMs),
    }
    await change(world, { mutes: [muted] })
    await world.arrive([at(startMs, 9_003, { actingUserId: alice })])
    await world.runUntil(startMs + minuteMs)
    expect(await world.alerts()).toMatchObject([{ record: { muted: false } }])
  })

  test('has lists that rules use: from a change on, they match its values', async () => {
    const text = "{sel: {type: 1000, ipAddress|cidr|expand|neq: '%trusted_networks%'}, condition: sel}"
    const untrusted = `title: T\nid: ${guid(4, 'e')}\nlogsource: {product: keytrail}\ndetection: ${text}\n`
    const world = evaluationWorld([untrusted], startMs)
    const office = { ipAddress: '203.0.113.7' }
    const list = { name: 'trusted_networks', kind: 'networks', values: ['203.0.113.0/24'] }
    await change(world, { lists: [{ ...list, changedAt: instantAt(startMs), changedBy: bob }] })
    await world.arrive([at(startMs, 1000, office)])
    await world.runUntil(startMs + hourMs)
    expect(await world.alerts()).toEqual([])
    await change(world, { lists: [] })
    await world.arrive([at(startMs + 2 * hourMs, 1000, office)])
    await world.runUntil(startMs + 3 * hourMs)
    expect(await world.alerts()).toMatchObject([{ record: { from: instantAt(startMs + 2 * hourMs) } }])
  })

  test('has its changes reported to the log, once', async () => {
    const world = evaluationWorld([exported], startMs)
    const facts = { organizationId: acme, actingUserId: alice, objectId: guid(2, 'e'), objectName: 'Exported' }
    const changed = auditEvent('rule-settings-changed', { ...facts, at: instantAt(startMs) }, guid(7, '9'))
    await change(world, { ...emptyConfiguration, unreported: [changed] })
    await run(world)
    await run(world)
    expect(world.ports.queue).toMatchObject({ messages: { length: 1 } })
    expect((await world.ports.configurations.configurationOf(acme)).unreported).toEqual([])
  })
})

describe('a backlog', () => {
  test('is worked off in steps over several messages, each event late or not by its own arrival', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const groups = Array.from({ length: 30 }, (_, day) => failures(3, startMs + day * dayMs))
    for (const [day, group] of groups.entries()) {
      world.clock.now = startMs + day * dayMs + minuteMs
      await world.ports.store.append(group)
      const filling = Array.from({ length: 800 }, (_, index) =>
        at(world.clock.now, 1107, { cipherId: guid(index, 'd') }),
      )
      await world.ports.store.append(filling)
    }
    const late = failures(3, startMs + 5 * dayMs + hourMs)
    await world.ports.store.append(late)
    world.clock.now += minuteMs
    await run(world)
    expect(world.waiting).toHaveLength(1)
    await world.deliver()
    expect(world.waiting).toHaveLength(0)
    expect((await world.alerts()).map(({ record }) => record.from)).toEqual(groups.map(([, , third]) => third?.date))
    expect(world.log).toEqual([`not counted for organization ${acme}: lateEvents 3`])
    expect(30 * 803).toBeGreaterThan(stepsPerRunMax * 1_000)
  })

  test('of more groups than a rule may have forgets the least recent, and says so', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const people = Array.from({ length: groupKeysPerRuleMax + 20 }, (_, person) => guid(person, 'b'))
    await world.ports.store.append(people.map((actingUserId, ms) => at(startMs + ms, 1005, { actingUserId })))
    world.clock.now += minuteMs
    await run(world)
    expect(await world.ports.alerts.entryNames(acme, 'State=')).toHaveLength(groupKeysPerRuleMax)
    expect(world.log).toEqual([`not counted for organization ${acme}: forgottenGroups 20`])
    await world.ports.store.append(
      [0, 1].map((second) => at(startMs + 60_000 + second, 1005, { actingUserId: people.at(-1) })),
    )
    world.clock.now += minuteMs
    await run(world)
    expect(await world.alerts()).toHaveLength(1)
  })

  test('of more groups than a rule may have finishes even if some of them cannot be read', async () => {
    const world = evaluationWorld([manyFailed], startMs)
    const { alerts } = world.ports
    const people = Array.from({ length: groupKeysPerRuleMax + 3 }, (_, person) => guid(person, 'b'))
    await world.ports.store.append(people.map((actingUserId, ms) => at(startMs + ms, 1005, { actingUserId })))
    const entriesNamed: typeof alerts.entriesNamed = async (id, names) => {
      const kept = await alerts.entriesNamed(id, names)
      return new Map([...kept].slice(1))
    }
    world.restart({ alerts: { ...alerts, entriesNamed } })
    world.clock.now += minuteMs
    await run(world)
    await world.runUntil(world.clock.now + minuteMs)
    expect(world.log).toEqual([`not counted for organization ${acme}: forgottenGroups 2`])
    expect(world.waiting).toEqual([])
  })

  test('begins 35 days back, so that old events cost nothing', async () => {
    const world = evaluationWorld([exported], startMs)
    await world.ports.store.append([at(startMs, 1602)])
    world.clock.now = startMs + 36 * dayMs
    await world.ports.store.append([at(world.clock.now, 1602)])
    world.clock.now += minuteMs
    await run(world)
    expect(await world.alerts()).toHaveLength(1)
  })
})

describe('an address', () => {
  const written = ['203.0.113.66', '::ffff:203.0.113.66', '::FFFF:CB00:7142', '203.0.113.66:50000']
  const correlated = (number: number, title: string, correlation: string) => `${failedLogin}
---
title: ${title}
id: ${guid(number, 'e')}
correlation: {rules: [failed_login], timespan: 15m, ${correlation}}
`
  const rules = [
    correlated(20, 'Often from one address', 'type: event_count, group-by: [ipAddress], condition: {gte: 4}'),
    correlated(21, 'From two addresses', 'type: value_count, condition: {field: ipAddress, gte: 2}'),
    `
title: From this address
id: ${guid(22, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1000, ipAddress: '::FFFF:203.0.113.66'}, condition: sel}
`,
  ]
  const spelled = (type: number) =>
    written.map((ipAddress, index) => ({ ...at(startMs + index * 1_000, type), ipAddress }))

  test('is one, in groups, counts and values of rules, however servers spell it', async () => {
    const world = evaluationWorld(rules, startMs)
    await world.arrive([...spelled(1005), ...spelled(1000)])
    await world.runUntil(startMs + 5 * minuteMs)
    const alerts = (await world.alerts()).map(({ record }) => record)
    expect(alerts.map(({ title, count, group }) => [title, count, group])).toEqual(
      expect.arrayContaining([
        ['Often from one address', 4, [{ name: 'ipAddress', value: '203.0.113.66', label: null }]],
        ['From this address', 1, []],
      ]),
    )
    expect(alerts).toHaveLength(2)
  })
})

describe('what users were seen with', () => {
  test('holds a /64 of IPv6, from which a desk takes an address a day, as one', async () => {
    const world = evaluationWorld([newAddress], startMs)
    for (let day = 0; day < 12; day++) {
      const network = day < 11 ? '2001:db8:1:2' : '2001:db8:1:3'
      const ipAddress = `${network}:${(0xabc0 + day).toString(16)}::${day}`
      await world.arrive([at(startMs + day * dayMs, 1000, { ipAddress })])
      await world.runUntil(startMs + (day + 1) * dayMs)
    }
    const alerts = (await world.alerts()).map(({ record }) => record)
    expect(alerts.map(({ from }) => from)).toEqual([instantAt(startMs + 11 * dayMs)])
    expect(alerts[0]?.samples.map(({ ipAddress }) => ipAddress)).toEqual(['2001:db8:1:3:abcb::11'])
  })

  test('distinguishes a new address from a known one, a week after the first event', async () => {
    const world = evaluationWorld([newAddress], startMs)
    for (let day = 0; day < 10; day++) {
      await world.arrive([at(startMs + day * dayMs, 1000, { ipAddress: day < 8 ? '203.0.113.7' : '198.51.100.9' })])
      await world.runUntil(startMs + (day + 1) * dayMs)
    }
    expect((await world.alerts()).map(({ record }) => record.from)).toEqual([instantAt(startMs + 8 * dayMs)])
  })
})
