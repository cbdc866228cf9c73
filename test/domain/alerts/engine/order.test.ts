// The engine's promise, against brute force: alerts follow from which events there were, in any order of arrival.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stateBytesMax } from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { serializeState } from '../../../../src/domain/alerts/engine/states/codec.ts'
import { dayMs, engineOf, eventAt, Ledger, minuteMs } from '../../../support/alerts/engine.ts'
import { type NaiveRule, naiveAlerts } from '../../../support/alerts/naive-engine.ts'

const cases = (['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const).flatMap((kind) =>
  [1, 15, 60].map((repeatMinutes) => ({ kind, repeatMinutes })),
)

function ruleFor(kind: NaiveRule['kind'], repeatMinutes: number, timespanMinutes = 10) {
  const countMin = 3
  const field = kind === 'value_count' ? 'field: ipAddress, ' : ''
  const engine = engineOf(
    `type: ${kind}, rules: [a, b, c], group-by: [userId], timespan: ${timespanMinutes}m, condition: {${field}gte: ${countMin}}`,
    `keytrail: {repeat: ${repeatMinutes}m}\n`,
  )
  const [correlation] = engine.correlations.values()
  if (!correlation) throw new Error('no correlation')
  const naive: NaiveRule = {
    id: correlation.ruleId,
    revision: correlation.revision,
    kind,
    types: [1000, 1001, 1002],
    countMin,
    timespanMs: timespanMinutes * minuteMs,
    repeatMs: repeatMinutes * minuteMs,
    groupBy: 'userId',
    ...(kind === 'value_count' && { field: 'ipAddress' }),
  }
  return { engine, naive }
}

/** Events close together, so that many fall on the same date and just on the edge of a window. */
const anyEvents = fc
  .array(
    fc.record({
      step: fc.nat(50),
      type: fc.integer({ min: 1000, max: 1003 }),
      userId: fc.constantFrom('u1', 'U1', 'u2', null),
      ipAddress: fc.constantFrom('1', '2', '3', '4', null),
    }),
    { maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ step, ...fields }, index) => eventAt(step * 2 * minuteMs + (step % 3) - 1, index, fields)),
  )

/** The events in any order, some of them twice, in batches; with the minutes that pass before each. */
const arrivals = (events: readonly EngineEvent[]) =>
  fc.record({
    order: fc.shuffledSubarray([...events, ...events.slice(0, 10)], {
      minLength: events.length + Math.min(10, events.length),
    }),
    cuts: fc.array(fc.nat(70), { maxLength: 8 }),
  })

const batchesOf = <T>(items: readonly T[], cuts: readonly number[]): (readonly T[])[] => {
  const edges = [0, ...cuts.map((cut) => Math.min(cut, items.length)).sort((one, other) => one - other), items.length]
  return edges.slice(1).map((edge, index) => items.slice(edges[index], edge))
}

describe.each(cases)('$kind with a repeat of $repeatMinutes minutes', ({ kind, repeatMinutes }) => {
  test('says the same as brute force, in any order and any batches, with events that arrive twice', () => {
    const { engine, naive } = ruleFor(kind, repeatMinutes)
    const drawn = anyEvents.chain((events) => fc.tuple(fc.constant(events), arrivals(events)))
    fc.assert(
      fc.property(drawn, fc.nat(6), ([events, { order, cuts }], days) => {
        const ledger = new Ledger(engine)
        batchesOf(order, cuts).forEach((batch, index) => {
          // Time passes, too; never so much that an event is too late.
          ledger.take(batch, dayMs + (index * days * dayMs) / 9)
          ledger.reload()
        })
        expect(ledger.sorted()).toEqual(naiveAlerts(naive, events))
      }),
      { numRuns: 60 },
    )
  })

  test('resolves the same alerts once, in any order of events and expiry', () => {
    const { engine } = ruleFor(kind, repeatMinutes)
    const drawn = anyEvents.chain((events) => fc.tuple(fc.constant(events), arrivals(events)))
    fc.assert(
      fc.property(drawn, ([events, { order, cuts }]) => {
        const [atOnce, inBatches] = [new Ledger(engine), new Ledger(engine)]
        atOnce.take(events, dayMs)
        for (const batch of batchesOf(order, cuts)) inBatches.take(batch, dayMs)
        for (const ledger of [atOnce, inBatches]) for (const days of [1, 2]) ledger.expire(days * dayMs)
        expect(inBatches.resolved).toEqual(atOnce.resolved)
        expect(new Set(atOnce.resolved.map(({ group }) => JSON.stringify(group))).size).toBe(atOnce.resolved.length)
      }),
      { numRuns: 20 },
    )
  })
})

describe.each(cases)('weeks of $kind with a repeat of $repeatMinutes minutes and more', ({ kind, repeatMinutes }) => {
  test('say the same as brute force, each event up to 7 days late, settled and forgotten as time passes', () => {
    const { engine, naive } = ruleFor(kind, repeatMinutes ** 2, 20 * repeatMinutes)
    const late = fc.array(
      fc.record({
        hour: fc.nat(24 * 30),
        delayMs: fc.oneof(fc.nat(7 * dayMs), fc.constant(7 * dayMs)),
        type: fc.integer({ min: 1000, max: 1002 }),
        ipAddress: fc.constantFrom('1', '2', '3', '4'),
      }),
      { maxLength: 300, size: 'max' },
    )
    fc.assert(
      fc.property(late, (drawn) => {
        const ledger = new Ledger(engine)
        const sent = drawn.map(({ hour, delayMs, ...fields }, index) => {
          const ms = hour * 20 * minuteMs
          return { event: eventAt(ms, index, { userId: 'u', ...fields }), arrivesMs: ms + delayMs }
        })
        for (const { event, arrivesMs } of sent.sort((one, other) => one.arrivesMs - other.arrivesMs)) {
          ledger.expire(arrivesMs)
          ledger.take([event], arrivesMs)
        }
        expect(ledger.sorted()).toEqual(
          naiveAlerts(
            naive,
            sent.map(({ event }) => event),
          ),
        )
      }),
      { numRuns: 12 },
    )
  })
})

describe.each(['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const)(
  'a flooded group: %s',
  (kind) => {
    /** Far more matches than a group keeps, several at one date. */
    const flood = Array.from({ length: 1_200 }, (_, index) =>
      eventAt(Math.floor(index / 2) * 3_000, index, {
        type: 1000 + ((index * 7) % 3),
        userId: 'u',
        ipAddress: String(index % 11),
      }),
    )
    const { engine, naive } = ruleFor(kind, 15)

    test('says in any batches what all at once say, and what brute force says', () => {
      const expected = naiveAlerts(naive, flood)
      fc.assert(
        fc.property(fc.array(fc.nat(1_200), { maxLength: 300 }), (cuts) => {
          const ledger = new Ledger(engine)
          for (const batch of batchesOf(flood, cuts)) ledger.take(batch, dayMs)
          expect(ledger.sorted()).toEqual(expected)
          for (const correlation of engine.correlations.values()) {
            for (const group of ledger.state.get(correlation.ruleId)?.values() ?? []) {
              expect(Buffer.byteLength(serializeState(correlation, group))).toBeLessThanOrEqual(stateBytesMax)
            }
          }
        }),
        { numRuns: 12 },
      )
    })

    test('says the same when neighbours change places', () => {
      const shuffled = batchesOf(
        flood,
        Array.from({ length: 24 }, (_, index) => index * 50),
      ).flatMap((block) => block.toReversed())
      const ledger = new Ledger(engine)
      for (const event of shuffled) ledger.take([event], dayMs)
      expect(ledger.sorted()).toEqual(naiveAlerts(naive, flood))
    })
  },
)
