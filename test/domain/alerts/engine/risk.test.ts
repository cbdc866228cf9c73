// Points of weak signals that add up, against brute force: alerts follow from which events there were, in any order of arrival.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { stateBytesMax } from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { serializeState } from '../../../../src/domain/alerts/engine/states/codec.ts'
import type { FieldValues } from '../../../../src/domain/alerts/sigma/fields.ts'
import { dateAt, dayMs, eventAt, hourMs, Ledger } from '../../../support/alerts/engine.ts'
import { type NaiveRisk, naiveRiskAlerts } from '../../../support/alerts/naive-risk.ts'
import { rulesOf } from '../../../support/alerts/rules.ts'

type Giver = {
  readonly name: string
  readonly type: number
  readonly risk: number
  readonly riskMax?: number
  readonly riskPer?: string
  readonly riskFrom?: number
  readonly riskDayMax?: number
}

const address: Giver = { name: 'address', type: 1000, risk: 30 }
const item: Giver = { name: 'item', type: 1001, risk: 5, riskMax: 23, riskPer: 'cipherId' }
const copied: Giver = {
  name: 'copied',
  type: 1003,
  risk: 7,
  riskFrom: 3,
  riskDayMax: 14,
  riskMax: 40,
  riskPer: 'cipherId',
}
const opened: Giver = { name: 'opened', type: 1001, risk: 10, riskFrom: 2, riskDayMax: 10, riskMax: 50 }
const exported: Giver = { name: 'exported', type: 1002, risk: 20, riskMax: 20 }

type Sum = { readonly days?: number; readonly repeatDays?: number; readonly gte?: number }

const detection = (type: number) => `detection: {selection: {type: ${type}}, condition: selection}`

function summed(givers: readonly Giver[], { days = 14, repeatDays = 1, gte = 60 }: Sum = {}) {
  const written = givers.map(({ name, type, ...risk }) =>
    [
      `title: ${name}`,
      `name: ${name}`,
      'logsource: {product: keytrail}',
      detection(type),
      `keytrail: ${JSON.stringify(risk)}\n`,
    ].join('\n'),
  )
  const names = givers.map(({ name }) => name)
  const correlation = `title: Sum\ncorrelation: {type: x-risk, rules: [${names}], group-by: [userId], timespan: ${days}d, condition: {gte: ${gte}}}\nkeytrail: {repeat: ${repeatDays}d}\n`
  const rules = rulesOf([...written, correlation].join('---\n'))
  const engine = buildEngine([rules])
  const [compiled] = engine.correlations.values()
  if (!compiled) throw new Error(engine.refused[0]?.message)
  const naive: NaiveRisk = {
    id: compiled.ruleId,
    revision: compiled.revision,
    givers: givers.map(({ name, type, risk, riskMax = 3 * risk, riskPer, riskFrom = 1, riskDayMax = riskMax }) => {
      const ruleId = rules.find((rule) => rule.name === name)?.id ?? compiled.ruleId
      const bounds = { from: riskFrom, dayMax: riskDayMax, pointsMax: riskMax }
      return { ruleId, type, points: risk, ...bounds, ...(riskPer !== undefined && { field: riskPer }) }
    }),
    countMin: gte,
    days,
    repeatDays,
    groupBy: 'userId',
  }
  return { engine, naive }
}

/** An event of a giver so many hours after the start. */
const at = (hours: number, { type }: Giver, more: FieldValues = {}, name: string | number = `${hours} ${type}`) =>
  eventAt(hours * hourMs, name, { type, userId: 'u', ...more })

function alertsOf(events: readonly EngineEvent[], givers: readonly Giver[], sum: Sum = {}) {
  const ledger = new Ledger(summed(givers, sum).engine)
  ledger.takeArrived(events)
  return ledger.sorted()
}

describe('a sum of points', () => {
  test('fires at the date at which it reaches the bound, and says which rule gave how many', () => {
    const items = ['x', 'y', 'z'].map((cipherId, index) => at(2 + index, item, { cipherId }))
    const [alert, ...more] = alertsOf([at(1, address), ...items, at(9, exported)], [address, item, exported])
    expect(more).toEqual([])
    expect(alert).toMatchObject({ from: dateAt(9 * hourMs), count: 65, threshold: 60, atLeast: false })
    expect(alert?.points?.map(({ points, times }) => [points, times])).toEqual([
      [30, 1],
      [20, 1],
      [15, 3],
    ])
    expect(alert?.samples.map(({ date }) => date)).toEqual([1, 2, 3, 4, 9].map((hours) => dateAt(hours * hourMs)))
  })

  test('shows the latest event of each rule that gave points, and then others', () => {
    const items = Array.from({ length: 8 }, (_, index) => at(2 + index, item, { cipherId: `${index}` }))
    const [alert] = alertsOf([at(1, address), ...items, at(11, exported)], [address, item, exported], { gte: 73 })
    // From the sixth item on, none gives points.
    expect(alert?.samples.map(({ date }) => date)).toEqual([1, 4, 5, 6, 11].map((hours) => dateAt(hours * hourMs)))
  })

  test('has at most riskMax of one rule, so that one signal alone never fires', () => {
    const many = Array.from({ length: 40 }, (_, hours) => at(hours * 3, address))
    expect(alertsOf(many, [address], { gte: 91 })).toEqual([])
    expect(alertsOf(many, [address], { gte: 90 })[0]).toMatchObject({ from: dateAt(6 * hourMs), count: 90 })
  })

  test('begins with the match of a day that riskFrom says, and has at most riskDayMax of one day', () => {
    const onDay = (day: number, count: number) =>
      Array.from({ length: count }, (_, hour) => at(24 * day + hour, opened))
    expect(alertsOf([...onDay(0, 1), ...onDay(1, 1)], [opened], { gte: 1 })).toEqual([])
    const [first, second] = alertsOf([...onDay(0, 9), ...onDay(1, 2)], [opened], { gte: 10 })
    expect([first?.from, first?.count, second?.from, second?.count]).toEqual([
      dateAt(hourMs),
      10,
      dateAt(24 * hourMs),
      20,
    ])
  })

  test('counts a value once a day, in either case', () => {
    const opened = (hours: number, cipherId: string | null) => at(hours, item, { cipherId })
    const sum = { gte: 10 }
    expect(alertsOf([opened(1, 'x'), opened(2, 'X'), opened(3, null)], [item], sum)).toEqual([])
    expect(alertsOf([opened(1, 'x'), opened(25, 'x')], [item], sum)).toMatchObject([{ count: 10 }])
  })

  test.each([
    [1, 60],
    [2, 57],
    [7, 46],
    [13, 32],
    [14, 30],
  ])('fades: %i days later it is %i', (days, count) => {
    const events = [at(23, address), at(24 * days, address)]
    expect(alertsOf(events, [address], { gte: count }).at(-1)).toMatchObject({ count, to: dateAt(24 * days * hourMs) })
    expect(alertsOf(events, [address], { gte: count + 1 })).toEqual([])
  })
})

const some = [address, item, exported, copied]
const cases = [
  { name: 'of two weeks', givers: some, sum: {} },
  { name: 'of two days', givers: some, sum: { days: 2, gte: 40 } },
  { name: 'of a week, repeated after three days', givers: some, sum: { days: 7, repeatDays: 3, gte: 70 } },
  { name: 'of a week, one rule', givers: [item], sum: { days: 7, gte: 20 } },
  { name: 'of ten days, of the second match of a day', givers: [opened, copied], sum: { days: 10, gte: 20 } },
  { name: 'of 20 days without values', givers: [exported, address], sum: { days: 20, repeatDays: 2, gte: 75 } },
]

/** Events close together in a few days, several at one date. */
const anyEvents = fc
  .array(
    fc.record({
      step: fc.nat(60),
      type: fc.integer({ min: 1000, max: 1004 }),
      userId: fc.constantFrom('u1', 'u1', 'U1', 'u2', null),
      cipherId: fc.constantFrom('1', '2', '3', '4', '5', '6', 'A', 'a', null),
    }),
    { maxLength: 90 },
  )
  .map((drawn) => drawn.map(({ step, ...fields }, index) => eventAt(step * 2 * hourMs + (step % 3) - 1, index, fields)))

const batchesOf = <T>(items: readonly T[], cuts: readonly number[]): (readonly T[])[] => {
  const edges = [0, ...cuts.map((cut) => Math.min(cut, items.length)).sort((one, other) => one - other), items.length]
  return edges.slice(1).map((edge, index) => items.slice(edges[index], edge))
}

/** The events in any order, some of them twice, in batches. */
const arrivals = (events: readonly EngineEvent[]) =>
  fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray([...events, ...events.slice(0, 10)], {
      minLength: events.length + Math.min(10, events.length),
    }),
    cuts: fc.array(fc.nat(100), { maxLength: 20 }),
  })

describe.each(cases)('a sum $name', ({ givers, sum }) => {
  const { engine, naive } = summed(givers, sum)

  test('is that of brute force, in any order and any batches, with events that arrive twice', () => {
    fc.assert(
      fc.property(anyEvents.chain(arrivals), ({ events, order, cuts }) => {
        const ledger = new Ledger(engine)
        for (const batch of batchesOf(order, cuts)) {
          ledger.take(batch, 6 * dayMs)
          ledger.reload()
        }
        expect(ledger.sorted()).toEqual(naiveRiskAlerts(naive, events))
      }),
      { numRuns: 60 },
    )
  })

  test('is that of brute force with each event up to 7 days late, while states expire', () => {
    const late = fc.array(
      fc.record({
        hour: fc.nat(24 * 40),
        delayMs: fc.oneof(fc.nat(7 * dayMs), fc.constant(7 * dayMs), fc.constant(0)),
        type: fc.integer({ min: 1000, max: 1003 }),
        cipherId: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      }),
      { maxLength: 300, size: 'max' },
    )
    fc.assert(
      fc.property(late, (drawn) => {
        const ledger = new Ledger(engine)
        const sent = drawn.map(({ hour, delayMs, ...fields }, index) => {
          const ms = hour * hourMs
          return { event: eventAt(ms, index, { userId: 'u', ...fields }), arrivesMs: ms + delayMs }
        })
        for (const { event, arrivesMs } of sent.sort((one, other) => one.arrivesMs - other.arrivesMs)) {
          ledger.expire(arrivesMs)
          ledger.take([event], arrivesMs)
          ledger.reload()
        }
        const events = sent.map(({ event }) => event)
        expect(ledger.sorted()).toEqual(naiveRiskAlerts(naive, events))
      }),
      { numRuns: 12 },
    )
  })

  test('resolves the same alerts once, in any order of events', () => {
    fc.assert(
      fc.property(anyEvents.chain(arrivals), ({ events, order, cuts }) => {
        const [atOnce, inBatches] = [new Ledger(engine), new Ledger(engine)]
        atOnce.take(events, 6 * dayMs)
        for (const batch of batchesOf(order, cuts)) inBatches.take(batch, 6 * dayMs)
        for (const ledger of [atOnce, inBatches]) for (const days of [10, 40, 60]) ledger.expire(days * dayMs)
        expect(inBatches.resolved).toEqual(atOnce.resolved)
      }),
      { numRuns: 20 },
    )
  })
})

test('another bound goes on with what was counted, and reports it with the next match, also one that gives no points', () => {
  const ledger = new Ledger(summed([address], { gte: 200 }).engine)
  ledger.takeArrived([1, 2, 3, 4].map((hours) => at(hours, address)))
  expect(ledger.sorted()).toEqual([])
  ledger.reload(summed([address], { gte: 80 }).engine)
  ledger.takeArrived([at(5, address)])
  expect(ledger.sorted()).toMatchObject([
    { from: dateAt(3 * hourMs), to: dateAt(5 * hourMs), count: 90, threshold: 80 },
  ])
  for (const days of [20, 40]) ledger.expire(days * dayMs)
  expect(ledger.resolved).toHaveLength(1)
})

describe('a flood of one weak signal', () => {
  const { engine, naive } = summed(some, { days: 14, repeatDays: 1, gte: 70 })
  const noise = Array.from({ length: 9_000 }, (_, index) =>
    eventAt(index * 4 * 60_000, index, { type: 1001, userId: 'u', cipherId: String(index % 97) }),
  )
  const rare = [1, 8, 20].flatMap((day) => [at(day * 24 + 5, address), at(day * 24 + 30, exported)])
  const flood = [...noise, ...rare].sort((one, other) => (one.date + one.id < other.date + other.id ? -1 : 1))

  test('loses nothing, however many events overtake one, and its state stays small', () => {
    const expected = naiveRiskAlerts(naive, flood)
    expect(expected.length).toBeGreaterThan(3)
    const day = (event: EngineEvent) => Math.floor(Date.parse(event.date) / (2 * dayMs))
    // Two days at a time, newest first.
    const batches = [...Map.groupBy(flood, day).values()].map((batch) => batch.toReversed())
    const ledger = new Ledger(engine)
    for (const [index, batch] of batches.entries()) {
      for (let from = 0; from < batch.length; from += 50) {
        const { behindWatermark } = ledger.take(batch.slice(from, from + 50), (index * 2 + 3) * dayMs)
        expect(behindWatermark).toBe(0)
      }
      for (const correlation of engine.correlations.values()) {
        const text = serializeState(correlation, ledger.windowState())
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(stateBytesMax)
      }
    }
    expect(ledger.sorted()).toEqual(expected)
  })

  test('loses nothing with as many matches as are accepted, each up to 7 days late', () => {
    const most = [
      { name: 'most', type: 1000, risk: 5, riskMax: 100 },
      { name: 'rest', type: 1001, risk: 5, riskFrom: 3, riskMax: 30 },
    ]
    const { engine, naive } = summed(most, { days: 14, repeatDays: 1, gte: 120 })
    expect(() => summed([...most, exported], { days: 14 })).toThrow('no room')
    const events = Array.from({ length: 32 * 60 }, (_, index) =>
      eventAt(Math.floor(index / 60) * dayMs + (index % 60) * 20 * 60_000, index, {
        type: 1000 + (index % 2),
        userId: 'u',
      }),
    )
    const sent = events
      .map((event, index) => ({ event, ms: Date.parse(event.date) + ((index * 7919) % 7) * dayMs }))
      .sort((one, other) => one.ms - other.ms)
    const ledger = new Ledger(engine)
    for (const { event, ms } of sent) {
      expect(ledger.takeArrived([{ ...event, arrivedAt: ms }]).behindWatermark).toBe(0)
    }
    ledger.reload()
    expect(ledger.sorted()).toEqual(naiveRiskAlerts(naive, events))
  })
})
