// A generated month through the live evaluator and through the preview: the same alerts, word for word; also after an import.
import { describe, expect, test } from 'vitest'
import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import type { ExceptionConditions } from '../../../src/domain/alerts/exceptions/conditions.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import {
  type Arrival,
  builtInRules,
  byTime,
  endMs,
  monthOf,
  places,
  previewedRecords,
  sortedById,
  startMs,
} from '../../support/alerts/month.ts'
import { acme, alice, event, guid, instant } from '../../support/events.ts'

const [minuteMs, dayMs] = [60_000, 86_400_000]

type World = ReturnType<typeof evaluationWorld>

/** Lets the events that arrive in a span arrive at their times, in chunks of five minutes. */
async function live(
  world: World,
  arrivals: readonly Arrival[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<void> {
  const arriving = arrivals
    .filter(({ arrivedAt }) => fromMs <= arrivedAt && arrivedAt < toMs)
    .map(({ event, arrivedAt }) => [arrivedAt, event] as const)
    .sort(byTime)
  for (let from = 0, chunkEnd = fromMs; from < arriving.length; chunkEnd += 5 * minuteMs) {
    const chunk = arriving.slice(from).findIndex(([ms]) => ms >= chunkEnd)
    const count = chunk < 0 ? arriving.length - from : chunk
    await world.runUntil(chunkEnd)
    if (count > 0) await world.arrive(arriving.slice(from, from + count).map(([, event]) => event))
    from += count
  }
  await world.runUntil(toMs + 10 * minuteMs)
}

const recordsOf = async (world: World) => (await world.alerts()).map(({ record }) => record)

/** Compares what was raised with a preview, from a day after rules began: no suppression window is left then that began before. */
async function expectAsPreviewed(world: World, arrivals: readonly Arrival[], begunMs: number): Promise<void> {
  const [from, to] = [instantAt(begunMs + dayMs), instantAt(endMs)]
  const previewed = await previewedRecords(world, arrivals, from, to)
  const raised = (await recordsOf(world)).filter((record) => from <= record.from && record.from <= to)
  expect(sortedById(raised)).toEqual(sortedById(previewed))
  expect(previewed.length).toBeGreaterThan(3)
}

test.each([1, 2, 3])('a month (seed %i) gives the same alerts live and in a preview', async (seed) => {
  const arrivals = monthOf(seed)
  const world = evaluationWorld(builtInRules, startMs, { adapters: { places } })
  await live(world, arrivals, { fromMs: startMs, toMs: endMs })
  const raised = (await recordsOf(world)).filter(({ from }) => from <= instantAt(endMs))

  const previewed = await previewedRecords(world, arrivals, instantAt(startMs), instantAt(endMs))
  expect(sortedById(raised)).toEqual(sortedById(previewed))
  // Every rule has fired: otherwise this would show nothing.
  expect(new Set(raised.map(({ ruleId }) => ruleId)).size).toBe(builtInRules.length)
  expect(world.log.filter((line) => !/: learning \d+$/.test(line))).toEqual([])
})

/** Switches all rules on or off. */
async function switchRules(world: World, enabled: boolean): Promise<void> {
  const unset = { level: null, timespanMs: null, repeatMs: null, threshold: null, sensitivity: null }
  const settings = world.ports.builtInRules.map(({ id }) => ({ ruleId: id, settings: { ...unset, enabled } }))
  await world.ports.configurations.change(acme, (before) => ({
    kind: 'changed',
    configuration: { ...before, settings },
  }))
}

test.each([1, 2, 3])(
  'rules switched on in a month (seed %i) learn its past, and raise what a preview shows',
  async (seed) => {
    const switchedMs = startMs + 23 * dayMs
    const arrivals = monthOf(seed)
    const world = evaluationWorld(builtInRules, startMs, { adapters: { places } })
    await switchRules(world, false)
    await live(world, arrivals, { fromMs: startMs, toMs: switchedMs })
    expect(await recordsOf(world)).toEqual([])
    await switchRules(world, true)
    await live(world, arrivals, { fromMs: switchedMs, toMs: endMs })
    await expectAsPreviewed(world, arrivals, switchedMs)
    expect((await recordsOf(world)).filter(({ to }) => to < instantAt(switchedMs))).toEqual([])
  },
)

/** Excepts three people at the common address, one of them on some mornings alone, and all of one at another's address. */
async function exceptSome(world: World): Promise<void> {
  const exception = (number: number, conditions: ExceptionConditions, until: string | null = null) => ({
    id: guid(number, '9'),
    ruleId: number === 3 ? guid(6, 'e') : null,
    conditions,
    reason: 'known',
    createdBy: alice,
    createdAt: instantAt(startMs),
    until: until === null ? null : instant(until),
  })
  const weekdays = ['Monday', 'Wednesday', 'Friday'] as const
  const hours = { from: '10:00', to: '12:00', weekdays: [...weekdays], zone: 'Europe/Berlin' }
  const exceptions = [
    exception(1, { actingUserIds: [guid(1, 'b'), guid(2, 'b')] }),
    exception(2, { actingUserIds: [guid(3, 'b')], hours }, '2026-10-20'),
    exception(3, { networks: ['203.0.113.4/31'] }),
  ]
  await world.ports.configurations.change(acme, (before) => ({
    kind: 'changed',
    configuration: { ...before, exceptions },
  }))
}

test.each([1, 2])('a month (seed %i) with exceptions gives the same alerts live and in a preview', async (seed) => {
  const arrivals = monthOf(seed)
  const world = evaluationWorld(builtInRules, startMs, { adapters: { places } })
  await exceptSome(world)
  await live(world, arrivals, { fromMs: startMs, toMs: endMs })
  const raised = (await recordsOf(world)).filter(({ from }) => from <= instantAt(endMs))

  const previewed = await previewedRecords(world, arrivals, instantAt(startMs), instantAt(endMs))
  expect(sortedById(raised)).toEqual(sortedById(previewed))
  expect(raised.length).toBeGreaterThan(5)
  expect(raised.some(({ group }) => group.some(({ value }) => value === guid(1, 'b')))).toBe(false)
})

test.each([1, 2])(
  'exceptions added in a month (seed %i) have rules count its past anew, and raise what a preview shows',
  async (seed) => {
    const addedMs = startMs + 23 * dayMs
    const arrivals = monthOf(seed)
    const world = evaluationWorld(builtInRules, startMs, { adapters: { places } })
    await live(world, arrivals, { fromMs: startMs, toMs: addedMs })
    await exceptSome(world)
    const before = new Set((await recordsOf(world)).map(({ id }) => id))
    await live(world, arrivals, { fromMs: addedMs, toMs: endMs })
    const [from, to] = [instantAt(addedMs + dayMs), instantAt(endMs)]
    const previewed = await previewedRecords(world, arrivals, from, to)
    const raised = (await recordsOf(world)).filter((record) => from <= record.from && record.from <= to)
    expect(sortedById(raised)).toEqual(sortedById(previewed))
    // Nothing that happened before is raised for the exceptions.
    const added = (await recordsOf(world)).filter(({ id }) => !before.has(id))
    expect(added.filter(({ to }) => to < instantAt(addedMs))).toEqual([])
  },
)

test('what rules learn when they are switched on is the same when a step is not stored, or its response is lost', async () => {
  const switchedMs = startMs + 9 * dayMs
  const arrivals = monthOf(1).filter(({ arrivedAt }) => arrivedAt < switchedMs)
  /** The state entries after learning; the commit of this number after the switch fails, before or after it is stored. */
  const learnt = async (failing: number, when: 'before' | 'after') => {
    const alerts = memoryAlertStore()
    let commits = Number.NEGATIVE_INFINITY
    const commit: typeof alerts.commit = async (...args) => {
      commits += 1
      if (commits === failing && when === 'before') throw new Unavailable('alerts', new Error('not stored'))
      const stored = await alerts.commit(...args)
      if (commits === failing) throw new Unavailable('alerts', new Error('lost'))
      return stored
    }
    const world = evaluationWorld(builtInRules, startMs, { adapters: { alerts: { ...alerts, commit }, places } })
    await switchRules(world, false)
    await live(world, arrivals, { fromMs: startMs, toMs: switchedMs })
    await switchRules(world, true)
    commits = 0
    await world.arrive([event({ type: 1107, actingUserId: alice, date: new Date(switchedMs).toISOString() })])
    await world.runUntil(switchedMs + 60 * minuteMs)
    const names = (await alerts.entryNames(acme, '')).map(({ name }) => name)
    return { entries: await alerts.entriesNamed(acme, names), commits }
  }
  const whole = await learnt(0, 'before')
  expect(whole.entries.size).toBeGreaterThan(20)
  expect(whole.commits).toBeGreaterThan(1)
  for (const when of ['before', 'after'] as const) {
    for (const failing of [1, 2]) expect((await learnt(failing, when)).entries).toEqual(whole.entries)
  }
})

describe('a month of which the first part is imported as history', () => {
  const connectedMs = startMs + 23 * dayMs
  const orders = {
    'newest first': (one: number, other: number) => other - one,
    'oldest first': (one: number, other: number) => one - other,
  } as const

  test.each([1, 2, 3, 4].flatMap((seed) => Object.entries(orders).map(([name, order]) => ({ seed, name, order }))))(
    'raises no old alerts, and then the same as a preview (seed $seed, $name)',
    async ({ seed, order }) => {
      const arrivals = monthOf(seed)
      const world = evaluationWorld(builtInRules, connectedMs, { adapters: { places } })
      const history = arrivals
        .filter(({ arrivedAt }) => arrivedAt < connectedMs)
        .sort((one, other) => order(millisecondsOf(one.event.date), millisecondsOf(other.event.date)))
      for (let from = 0; from < history.length; from += 250) {
        await world.arrive(history.slice(from, from + 250).map(({ event }) => event))
        await world.runUntil(world.ports.now() + 10_000)
      }
      expect((await recordsOf(world)).filter(({ from }) => from < instantAt(connectedMs - 7 * dayMs))).toEqual([])

      await live(world, arrivals, { fromMs: connectedMs, toMs: endMs })
      await expectAsPreviewed(world, arrivals, connectedMs)
    },
    120_000,
  )
})
