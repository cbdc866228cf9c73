// Correlations of correlations against brute force: alerts follow from which events there were, in any order of arrival.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { learntMsOf } from '../../../../src/domain/alerts/engine/compiled/correlation.ts'
import { buildEngine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { stateBytesMax } from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { serializeState } from '../../../../src/domain/alerts/engine/states/codec.ts'
import { dayMs, eventAt, Ledger, minuteMs, minuteOf } from '../../../support/alerts/engine.ts'
import { type NaiveRule, type NaiveStep, naiveAlerts } from '../../../support/alerts/naive-engine.ts'
import { named, rulesOf } from '../../../support/alerts/rules.ts'

/** An inner correlation: how it is written, and what it is to brute force. */
const inner = {
  event_count: ['type: event_count, rules: [a], condition: {gte: 3}', { types: [1000], countMin: 3 }],
  'event_count of two rules': [
    'type: event_count, rules: [b, a], condition: {gte: 3}',
    { kind: 'event_count', types: [1001, 1000], countMin: 3 },
  ],
  value_count: [
    'type: value_count, rules: [a], condition: {field: ipAddress, gte: 2}',
    { types: [1000], countMin: 2, field: 'ipAddress' },
  ],
  temporal: ['type: temporal, rules: [b, a]', { types: [1001, 1000], countMin: 2 }],
  temporal_ordered: ['type: temporal_ordered, rules: [b, a]', { types: [1001, 1000], countMin: 2 }],
} as const
const kindOf = (name: keyof typeof inner): NaiveRule['kind'] =>
  name === 'event_count of two rules' ? 'event_count' : name

type Chained = {
  readonly name: keyof typeof inner
  readonly outer: 'temporal' | 'temporal_ordered'
  readonly timespanMinutes: number
  readonly innerMinutes: number
  readonly repeatMinutes: number
  /** The rules of the outer correlation. */
  readonly rules: readonly ('inner' | 'a' | 'b' | 'c')[]
  readonly gte?: number
}

function chainOf({ name, outer, timespanMinutes, innerMinutes, repeatMinutes, rules, gte }: Chained) {
  const [written, step] = inner[name]
  const condition = gte === undefined ? '' : `, condition: {gte: ${gte}}`
  const text = [
    named('a'),
    // Rules that no correlation is about would alert themselves.
    ...(written.includes('b,') || rules.includes('b') ? [named('b', 1001)] : []),
    ...(rules.includes('c') ? [named('c', 1002)] : []),
    `title: I\nname: inner\ncorrelation: {${written}, group-by: [userId], timespan: ${innerMinutes}m}\n`,
    `title: O\ncorrelation: {type: ${outer}, rules: [${rules}], group-by: [userId], timespan: ${timespanMinutes}m${condition}}\nkeytrail: {repeat: ${repeatMinutes}m}\n`,
  ].join('---\n')
  const engine = buildEngine([rulesOf(text)])
  const [correlation] = engine.correlations.values()
  if (!correlation) throw new Error(engine.refused[0]?.message)
  const types = { a: 1000, b: 1001, c: 1002 }
  const steps = rules.map((rule): NaiveStep => {
    if (rule === 'inner') return { ...step, kind: kindOf(name), timespanMs: innerMinutes * minuteMs }
    return { kind: 'event_count', types: [types[rule]], countMin: 1, timespanMs: minuteMs }
  })
  const naive: NaiveRule = {
    id: correlation.ruleId,
    revision: correlation.revision,
    kind: outer,
    types: rules.flatMap((rule) => (rule === 'inner' ? step.types : [types[rule]])),
    countMin: gte ?? rules.length,
    timespanMs: timespanMinutes * minuteMs,
    repeatMs: repeatMinutes * minuteMs,
    groupBy: 'userId',
    steps,
  }
  return { text, engine, naive }
}

const cases = (
  ['event_count', 'event_count of two rules', 'value_count', 'temporal', 'temporal_ordered'] as const
).flatMap((name): Chained[] => [
  { name, outer: 'temporal_ordered', timespanMinutes: 10, innerMinutes: 10, repeatMinutes: 1, rules: ['inner', 'c'] },
  { name, outer: 'temporal_ordered', timespanMinutes: 20, innerMinutes: 6, repeatMinutes: 30, rules: ['c', 'inner'] },
  { name, outer: 'temporal', timespanMinutes: 5, innerMinutes: 15, repeatMinutes: 60, rules: ['inner', 'c'] },
  {
    name,
    outer: 'temporal_ordered',
    timespanMinutes: 15,
    innerMinutes: 10,
    repeatMinutes: 15,
    rules: ['inner', 'a', 'c'],
    gte: 2,
  },
  {
    name,
    outer: 'temporal_ordered',
    timespanMinutes: 15,
    innerMinutes: 10,
    repeatMinutes: 15,
    rules: ['a', 'inner', 'b'],
  },
])

/** Events close together, so that many fall on the same date and just on the edge of a window. */
const anyEvents = fc
  .array(
    fc.record({
      step: fc.nat(40),
      type: fc.integer({ min: 1000, max: 1003 }),
      userId: fc.constantFrom('u1', 'U1', 'u2', null),
      ipAddress: fc.constantFrom('1', '2', '3', null),
    }),
    { maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ step, ...fields }, index) => eventAt(step * 2 * minuteMs + (step % 3) - 1, index, fields)),
  )

const batchesOf = <T>(items: readonly T[], cuts: readonly number[]): (readonly T[])[] => {
  const edges = [0, ...cuts.map((cut) => Math.min(cut, items.length)).sort((one, other) => one - other), items.length]
  return edges.slice(1).map((edge, index) => items.slice(edges[index], edge))
}

describe.each(cases)('$outer of $rules, $name within $innerMinutes of $timespanMinutes minutes', (chained) => {
  const { engine, naive } = chainOf(chained)

  test('says the same as brute force, in any order and any batches, with events that arrive twice', () => {
    const arrivals = (events: readonly EngineEvent[]) =>
      fc.record({
        events: fc.constant(events),
        order: fc.shuffledSubarray([...events, ...events.slice(0, 10)], {
          minLength: events.length + Math.min(10, events.length),
        }),
        cuts: fc.array(fc.nat(70), { maxLength: 8 }),
      })
    fc.assert(
      fc.property(anyEvents.chain(arrivals), fc.nat(6), ({ events, order, cuts }, days) => {
        const ledger = new Ledger(engine)
        batchesOf(order, cuts).forEach((batch, index) => {
          ledger.take(batch, dayMs + (index * days * dayMs) / 9)
          ledger.reload()
        })
        expect(ledger.sorted()).toEqual(naiveAlerts(naive, events))
      }),
      { numRuns: 40 },
    )
  })

  test('says the same as brute force with each event up to 7 days late, expired as time passes', () => {
    const longer = chainOf({ ...chained, timespanMinutes: 2_000, innerMinutes: 1_500, repeatMinutes: 3_000 })
    const late = fc.array(
      fc.record({
        hour: fc.nat(24 * 30),
        delayMs: fc.oneof(fc.nat(7 * dayMs), fc.constant(7 * dayMs)),
        type: fc.integer({ min: 1000, max: 1002 }),
        ipAddress: fc.constantFrom('1', '2', '3', '4'),
      }),
      { maxLength: 200, size: 'max' },
    )
    fc.assert(
      fc.property(late, (drawn) => {
        const ledger = new Ledger(longer.engine)
        const sent = drawn.map(({ hour, delayMs, ...fields }, index) => {
          const ms = hour * 20 * minuteMs
          return { event: eventAt(ms, index, { userId: 'u', ...fields }), arrivesMs: ms + delayMs }
        })
        for (const { event, arrivesMs } of sent.sort((one, other) => one.arrivesMs - other.arrivesMs)) {
          ledger.expire(arrivesMs)
          ledger.take([event], arrivesMs)
        }
        const events = sent.map(({ event }) => event)
        expect(ledger.sorted()).toEqual(naiveAlerts(longer.naive, events))
      }),
      { numRuns: 6 },
    )
  })
})

describe.each(['event_count', 'value_count', 'temporal_ordered'] as const)(
  'a flooded group key: %s, then c',
  (name) => {
    const { engine, naive } = chainOf({
      name,
      outer: 'temporal_ordered',
      timespanMinutes: 60,
      innerMinutes: 30,
      repeatMinutes: 15,
      rules: ['inner', 'c'],
    })
    const flood = Array.from({ length: 1_200 }, (_, index) =>
      eventAt(Math.floor(index / 2) * 3_000, index, {
        type: index % 97 === 0 ? 1002 : 1000 + (index % 2),
        userId: 'u',
        ipAddress: String(index % 11),
      }),
    )

    test('says in any batches, also when neighbours change places, what brute force says', () => {
      const expected = naiveAlerts(naive, flood)
      expect(expected.length).toBeGreaterThan(1)
      fc.assert(
        fc.property(fc.array(fc.nat(1_200), { maxLength: 300 }), fc.boolean(), (cuts, isReversed) => {
          const ledger = new Ledger(engine)
          const blocks = Array.from({ length: 6 }, (_, index) => flood.slice(index * 200, (index + 1) * 200))
          const order = isReversed ? blocks.flatMap((block) => block.toReversed()) : flood
          for (const batch of batchesOf(order, cuts)) ledger.take(batch, dayMs)
          expect(ledger.sorted()).toEqual(expected)
          for (const correlation of engine.correlations.values()) {
            const states = [...(ledger.state.get(correlation.ruleId)?.values() ?? [])]
            const bytes = states.map((state) => Buffer.byteLength(serializeState(correlation, state)))
            expect(Math.max(...bytes)).toBeLessThanOrEqual(stateBytesMax)
          }
        }),
        { numRuns: 12 },
      )
    })
  },
)

describe('many failed logins, then a login', () => {
  const base: Chained = {
    name: 'event_count',
    outer: 'temporal_ordered',
    timespanMinutes: 30,
    innerMinutes: 30,
    repeatMinutes: 60,
    rules: ['inner', 'c'],
  }
  const failures = (minutes: readonly number[]) =>
    minutes.map((minute) => minuteOf(minute, `failed ${minute}`, { userId: 'u' }))
  const loginAt = (minute: number) => minuteOf(minute, `login ${minute}`, { type: 1002, userId: 'u' })

  test('lists one event of each step, the login last', () => {
    const ledger = new Ledger(chainOf(base).engine)
    ledger.take([...failures([0, 1, 2, 3]), loginAt(5)], dayMs)
    expect(ledger.sorted()).toMatchObject([
      { count: 2, threshold: 2, samples: [{ id: failures([3])[0]?.id }, { id: loginAt(5).id }] },
    ])
    expect(ledger.sorted()[0]?.firstEventAt).toBe(failures([0])[0]?.date)
  })

  test('lets the failures be as old as both timespans together, and no older', () => {
    const alertsOf = (minutes: readonly number[], login: number) => {
      const ledger = new Ledger(chainOf(base).engine)
      ledger.take([...failures(minutes), loginAt(login)], dayMs)
      return ledger.sorted().length
    }
    expect(alertsOf([0, 1, 29], 58)).toBe(1)
    expect(alertsOf([0, 1, 29], 59)).toBe(0)
    expect(alertsOf([0, 1, 30], 31)).toBe(0)
  })

  test('must know, besides its repeat, the events of both timespans', () => {
    const [correlation] = chainOf(base).engine.correlations.values()
    expect(correlation && learntMsOf(correlation)).toBe((30 + 30 + 60) * minuteMs)
  })

  test('goes on with what it counted when a step has another threshold, and begins anew with another timespan', () => {
    const before = chainOf(base)
    const rewritten = (from: string, to: string) => buildEngine([rulesOf(before.text.replace(from, to))])
    const idsOf = ({ correlations }: typeof before.engine) => [...correlations.values()][0]
    const threshold = idsOf(rewritten('gte: 3', 'gte: 2'))
    expect(threshold?.counting).toBe(idsOf(before.engine)?.counting)
    expect(threshold?.revision).not.toBe(idsOf(before.engine)?.revision)
    expect(idsOf(rewritten('timespan: 30m', 'timespan: 20m'))?.counting).not.toBe(idsOf(before.engine)?.counting)

    const ledger = new Ledger(before.engine)
    ledger.take(failures([0, 1]), 2 * minuteMs)
    ledger.reload(rewritten('gte: 3', 'gte: 2'))
    ledger.take([loginAt(3)], 3 * minuteMs)
    expect(ledger.alerts.size).toBe(1)
  })
})

describe('a correlation of correlations', () => {
  const textOf = (innerMembers: string, outerMembers: string, more = '') =>
    [
      named('a'),
      named('b', 1001),
      `title: I\nname: inner\ncorrelation: {${innerMembers}}\n`,
      `title: O\ncorrelation: {${outerMembers}}\n`,
      more,
    ]
      .filter((text) => text !== '')
      .join('---\n')
  const count = 'type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}'
  const then = 'type: temporal_ordered, rules: [inner, b], timespan: 1h'

  test.each([
    ['another group-by outside', textOf(`${count}, group-by: [userId]`, then), 'chained'],
    ['another group-by inside', textOf(count, `${then}, group-by: [userId]`), 'chained'],
    ['a finer group-by inside', textOf(`${count}, group-by: [userId, type]`, `${then}, group-by: [userId]`), 'chained'],
    ['a count of it', textOf(count, 'type: event_count, rules: [inner], timespan: 1h, condition: {gte: 3}'), 'chained'],
    ['an absence inside', textOf('type: x-absence, rules: [a], timespan: 1h', then), 'chained'],
    [
      'a rate inside',
      textOf('type: x-abnormal-rate, rules: [a], timespan: 1h, condition: {minimum: 3}', then),
      'chained',
    ],
    ['a falling bound inside', textOf(count.replace('gte', 'lte'), then), 'bound-not-rising'],
    ['a high threshold inside', textOf(count.replace('gte: 3', 'gte: 133'), then), 'count-too-high'],
    [
      'one more level',
      textOf(count, `${then}`, 'title: P\ncorrelation: {type: temporal, rules: [o, a], timespan: 1h}\n').replace(
        'title: O\n',
        'title: O\nname: o\n',
      ),
      'chained',
    ],
  ])('with %s is refused', (_, text, reason) => {
    expect(buildEngine([rulesOf(text)]).refused).toMatchObject([{ reason }])
  })

  test.each([
    ['the highest threshold', textOf(count.replace('gte: 3', 'gte: 132'), then)],
    ['group-by in another order', textOf(`${count}, group-by: [type, userId]`, `${then}, group-by: [userId, type]`)],
    [
      'aliases inside and outside',
      textOf(
        `${count}, group-by: [who], aliases: {who: {a: userId}}`,
        `${then}, group-by: [person], aliases: {person: {inner: who, b: actingUserId}}`,
      ),
    ],
    [
      'an alias of both inside',
      textOf(
        `${count}, group-by: [who], aliases: {who: {a: userId}}`,
        'type: temporal_ordered, rules: [inner], group-by: [who], timespan: 1h',
      ),
    ],
  ])('with %s is evaluated', (_, text) => {
    const engine = buildEngine([rulesOf(text)])
    expect(engine.refused).toEqual([])
  })

  test('matches aliased fields of all its rules by one group key', () => {
    const aliases = textOf(
      `${count}, group-by: [who], aliases: {who: {a: userId}}`,
      `${then}, group-by: [person], aliases: {person: {inner: who, b: actingUserId}}`,
    )
    const ledger = new Ledger(buildEngine([rulesOf(aliases)]))
    const failed = [0, 1, 2].map((minute) => minuteOf(minute, minute, { userId: 'u' }))
    ledger.take([...failed, minuteOf(3, 3, { type: 1001, actingUserId: 'U' })], dayMs)
    expect(ledger.sorted()).toMatchObject([{ group: [{ name: 'person', value: 'u' }] }])
  })
})
