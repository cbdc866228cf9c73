// Floods: thousands of matches of one group key, out of order. Up to a known disorder, alerts are those of brute force.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layouts } from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import { matchesMaxOf } from '../../../../src/domain/alerts/engine/compiled/match-width.ts'
import { dayMs, engineOf, eventAt, Ledger, minuteMs } from '../../../support/alerts/engine.ts'
import { type NaiveRule, naiveAlerts } from '../../../support/alerts/naive-engine.ts'

const hourMs = 60 * minuteMs

const cases = [
  { kind: 'event_count', countMin: 10, events: 3_000, timespanMinutes: 15 },
  { kind: 'event_count', countMin: 500, events: 3_000, timespanMinutes: 15 },
  { kind: 'value_count', countMin: 10, events: 1_500, timespanMinutes: 5 },
  { kind: 'temporal', countMin: 3, events: 1_500, timespanMinutes: 5 },
  { kind: 'temporal_ordered', countMin: 3, events: 1_200, timespanMinutes: 2 },
] as const

describe.each(cases)('$events matches within an hour, of $kind from $countMin on', (given) => {
  const { kind, countMin, events: total, timespanMinutes } = given
  const field = kind === 'value_count' ? 'field: ipAddress, ' : ''
  const engine = engineOf(
    `type: ${kind}, rules: [a, b, c], group-by: [userId], timespan: ${timespanMinutes}m, condition: {${field}gte: ${countMin}}`,
    'keytrail: {repeat: 15m}\n',
  )
  const [correlation] = engine.correlations.values()
  if (!correlation) throw new Error('no correlation')
  const { windowMatchesMax } = layouts[correlation.layout]
  const room = matchesMaxOf(correlation) - windowMatchesMax
  const naive: NaiveRule = {
    id: correlation.ruleId,
    revision: correlation.revision,
    kind,
    types: [1000, 1001, 1002],
    countMin,
    timespanMs: timespanMinutes * minuteMs,
    repeatMs: 15 * minuteMs,
    groupBy: 'userId',
    windowMax: windowMatchesMax,
    ...(kind === 'value_count' && { field: 'ipAddress' }),
  }
  const flood = Array.from({ length: total }, (_, index) =>
    eventAt(Math.floor((index * hourMs) / total / 2_000) * 2_000, index, {
      type: 1000 + ((index * 7) % 3),
      userId: 'u',
      ipAddress: String((index * 5) % 23),
    }),
  ).sort((one, other) => (one.date + one.id < other.date + other.id ? -1 : 1))
  const withoutIds = correlation.layout === 'compact' ? { samples: [], lastEventId: null } : {}
  const expected = naiveAlerts(naive, flood).map((alert) => ({ ...alert, ...withoutIds }))

  /** The flood as it arrives: each event is overtaken by fewer than `most` that are dated later. */
  const arrivals = (most: number) =>
    fc
      .tuple(fc.integer({ min: 1, max: 0x7fffffff }), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }))
      .map(([seed, sizes]) => {
        let state = seed
        const delayed = flood.map((event, index) => {
          state = (state * 48_271) % 2_147_483_647
          return { event, at: index + (state % most) }
        })
        const order = delayed.sort((one, other) => one.at - other.at).map(({ event }) => event)
        const batches: (typeof order)[] = []
        for (let from = 0; from < order.length; ) {
          const size = sizes[batches.length % sizes.length] ?? 1
          batches.push(order.slice(from, from + size))
          from += size
        }
        return batches
      })

  test('raises the alerts of brute force while fewer matches than a state has room for overtake one', () => {
    expect(expected.length).toBeGreaterThan(2)
    fc.assert(
      fc.property(arrivals(room), (batches) => {
        const ledger = new Ledger(engine)
        const behind = batches.map((batch) => ledger.take(batch, dayMs).behindWatermark)
        expect(behind.filter((count) => count > 0)).toEqual([])
        expect(ledger.sorted()).toEqual(expected)
      }),
      { numRuns: 6 },
    )
  })

  test('counts what came too late for more, and raises the same alerts with the same windows', () => {
    fc.assert(
      fc.property(arrivals(4 * room), (batches) => {
        const ledger = new Ledger(engine)
        const behind = batches.map((batch) => ledger.take(batch, dayMs).behindWatermark)
        const alerts = ledger.sorted()
        expect(alerts.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
        if (behind.every((count) => count === 0)) expect(alerts).toEqual(expected)
      }),
      { numRuns: 4 },
    )
  })
})
