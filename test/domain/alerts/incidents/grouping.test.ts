// Alerts grouped into incidents: the same for any order, batches, repeats and steps that were cut short.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { survivorOf } from '../../../../src/domain/alerts/incidents/grouping.ts'
import { incidentGapMs } from '../../../../src/domain/alerts/incidents/spans.ts'
import { guidOfContent } from '../../../../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../../../../src/domain/instant.ts'
import { incidentWorld, type UngroupedAlert } from '../../../support/alerts/incidents.ts'
import { guid } from '../../../support/events.ts'

const start = Date.UTC(2026, 10, 20)
const hourMs = 3_600_000

/** An alert about these entities, over these hours. */
function alert(number: number, entities: readonly string[], from: number, to = from): UngroupedAlert {
  return {
    record: {
      id: guidOfContent('alert', number),
      ruleId: guid(1, 'e'),
      title: 'Many logins',
      level: 'high',
      from: instantAt(start + from * hourMs),
      to: instantAt(start + to * hourMs),
      muted: false,
    },
    entities: entities.map((key) => ({ key, label: null, during: null })),
  }
}

/** The alerts in groups, by the definition: those that share an entity, at most the gap apart. */
function components(alerts: readonly UngroupedAlert[]): string[][] {
  const groups = alerts.map((each) => [each])
  const linked = (one: UngroupedAlert, other: UngroupedAlert) =>
    one.entities.some(({ key }) => other.entities.some((entity) => entity.key === key)) &&
    millisecondsOf(one.record.from) - millisecondsOf(other.record.to) <= incidentGapMs &&
    millisecondsOf(other.record.from) - millisecondsOf(one.record.to) <= incidentGapMs
  for (let merged = true; merged; ) {
    merged = false
    for (const [index, group] of groups.entries()) {
      const other = groups.findIndex(
        (each, at) => at > index && each.some((one) => group.some((two) => linked(one, two))),
      )
      if (other < 0) continue
      group.push(...(groups.splice(other, 1)[0] ?? []))
      merged = true
      break
    }
  }
  return groups.map((group) => group.map(({ record }) => record.id).sort()).sort()
}

const incidentsOf = (world: ReturnType<typeof incidentWorld>) =>
  world
    .listed()
    .map((incident) => incident.alerts.map(({ id }) => id).sort())
    .sort()

/** Those that were merged into each listed incident, by what they say, and by what it says. */
const partsOf = (world: ReturnType<typeof incidentWorld>) => {
  const merged = [...world.incidents.values()].filter(({ mergedInto }) => mergedInto !== null)
  return world.listed().map(({ id, mergedIds }) => ({
    known: [...mergedIds].sort(),
    expected: merged.flatMap((part) => (survivorOf(part.id, world.incidents) === id ? [part.id] : [])).sort(),
  }))
}

const entityKeys = ['person:a', 'person:b', 'machine:c', 'address:d']
const anyAlert = fc.record({
  entities: fc.uniqueArray(fc.constantFrom(...entityKeys), { maxLength: 3 }),
  from: fc.integer({ min: 0, max: 24 * 10 }),
  hours: fc.integer({ min: 0, max: 30 }),
  /** How it grew: how much of its time was still missing at first, on either side. */
  lateFrom: fc.integer({ min: 0, max: 10 }),
  lateTo: fc.integer({ min: 0, max: 10 }),
})
const anyAlerts = fc.array(anyAlert, { minLength: 1, maxLength: 12 })

/** Each alert as it was first, and as it is in the end. */
type AnyAlert = typeof anyAlert extends fc.Arbitrary<infer T> ? T : never
const versionsOf = (made: readonly AnyAlert[]) =>
  made.map(({ entities, from, hours, lateFrom, lateTo }, number) => {
    const first = from + Math.min(lateFrom, hours)
    const last = alert(number, entities, from, from + hours)
    return [alert(number, entities, first, Math.max(first, from + hours - lateTo)), last] as const
  })

describe('alerts', () => {
  test('are the same incidents for any order and batches, each counted once', () => {
    const property = fc.property(
      anyAlerts,
      fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      (made, order, sizes) => {
        const versions = versionsOf(made)
        // Each alert's first version comes somewhere, its last one somewhere later, or in the same place.
        const places = versions.flatMap((pair, index) => {
          const [one = 0, other = 0] = [order[2 * index], order[2 * index + 1]]
          return [
            { at: Math.min(one, other), alert: pair[0] },
            { at: Math.max(one, other), alert: pair[1] },
          ]
        })
        const queue = places.sort((one, other) => one.at - other.at).map((each) => each.alert)
        const world = incidentWorld()
        for (let step = 0; queue.length > 0; step += 1) {
          const batch = new Map(
            queue.splice(0, sizes[step % sizes.length]).map((each) => [each.record.id, each] as const),
          )
          world.step([...batch.values()])
        }
        const last = versions.map(([, whole]) => whole)
        expect(incidentsOf(world)).toEqual(components(last))
        for (const incident of world.listed()) {
          const own = last
            .filter(({ record }) => world.incidentOf(record.id) === incident.id)
            .map((each) => each.record)
          expect(incident.alerts.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort())
          expect(incident.alertCount).toBe(own.length)
          expect(incident.from).toBe(own.map(({ from }) => from).sort()[0])
          expect(incident.to).toBe(
            own
              .map(({ to }) => to)
              .sort()
              .at(-1),
          )
        }
        for (const { known, expected } of partsOf(world)) expect(known).toEqual(expected)
        const again = world.step(last)
        expect(again.incidents).toEqual([])
      },
    )
    fc.assert(property, { numRuns: 400 })
  })

  test('are the same incidents when steps are cut short anywhere and made again, with more alerts than before', () => {
    const property = fc.property(
      anyAlerts,
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat({ max: 14 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 6 }),
      (made, sizes, cuts) => {
        const all = versionsOf(made).map(([, whole]) => whole)
        const queue = [...all]
        const world = incidentWorld()
        for (let step = 0; queue.length > 0; step += 1) {
          const [stored = 0, more = 0] = cuts[step % cuts.length] ?? []
          const size = sizes[step % sizes.length] ?? 1
          world.step(queue.slice(0, size), stored)
          world.step(queue.splice(0, size + more))
        }
        expect(incidentsOf(world)).toEqual(components(all))
        for (const incident of world.listed()) expect(incident.alertCount).toBe(incident.alerts.length)
        for (const { known, expected } of partsOf(world)) expect(known).toEqual(expected)
        for (const { record } of all)
          expect(world.incidents.get(world.incidentOf(record.id) ?? record.id)).toBeDefined()
      },
    )
    fc.assert(property, { numRuns: 400 })
  })

  test('about one person are one incident up to the gap apart, and two beyond it', () => {
    const world = incidentWorld()
    world.step([alert(1, ['person:a'], 0), alert(2, ['person:a'], 24)])
    expect(world.listed()).toHaveLength(1)
    world.step([alert(3, ['person:a'], 48.001)])
    expect(world.listed()).toHaveLength(2)
  })

  test('that nothing links are an incident each, also without any entity', () => {
    const world = incidentWorld()
    world.step([alert(1, [], 0), alert(2, [], 0), alert(3, ['person:a'], 0)])
    world.step([alert(1, [], 0, 2)])
    expect(world.listed().map(({ alertCount }) => alertCount)).toEqual([1, 1, 1])
  })

  test.each([
    [
      '18 about one person within an hour',
      Array.from({ length: 18 }, (_, index) => alert(index, ['person:a'], index / 18)),
    ],
    [
      '157 about 150 people, from one address',
      Array.from({ length: 157 }, (_, index) => alert(index, [`person:${index % 150}`, 'address:d'], index / 30)),
    ],
    [
      '36 about one person in two days, the later ones first',
      Array.from({ length: 36 }, (_, index) => alert(index, ['person:a'], (48 * (36 - index)) / 36)),
    ],
  ])('of a storm are one incident, in one step or one by one: %s', (_, alerts) => {
    const [together, alone] = [incidentWorld(), incidentWorld()]
    together.step(alerts)
    for (const each of alerts) alone.step([each])
    for (const world of [together, alone])
      expect(world.listed().map(({ alertCount }) => alertCount)).toEqual([alerts.length])
  })

  test('about an address belong together by when it was used, however late their rules fired', () => {
    const used = { from: instantAt(start), to: instantAt(start + hourMs) }
    const at = (number: number, hours: number): UngroupedAlert => ({
      ...alert(number, [], hours),
      entities: [{ key: 'address:d', label: null, during: used }],
    })
    const world = incidentWorld()
    world.step([at(1, 1)])
    world.step([at(2, 60), alert(3, ['address:d'], 60)])
    expect(world.listed().map(({ alertCount }) => alertCount)).toEqual([2, 1])
  })

  test('merge incidents into the one that began first, and what was merged leads there', () => {
    const world = incidentWorld()
    world.step([alert(1, ['person:b'], 5)])
    world.step([alert(2, ['person:a'], 3)])
    const [later, first] = [1, 2].map((number) => world.incidentOf(guidOfContent('alert', number)))
    world.step([alert(3, ['person:a', 'person:b'], 6)])
    expect(world.listed()).toMatchObject([{ id: first, alertCount: 3, mergedInto: null, mergedIds: [later] }])
    const merged = { mergedInto: first, alerts: [], entities: [], mergedIds: [] }
    expect(world.incidents.get(later ?? guid(1))).toMatchObject(merged)
    expect(world.incidentOf(guidOfContent('alert', 1))).toBe(first)
  })
})
