// Rules that fire otherwise from some time on: what they counted stays, and nothing that was known before is reported by itself.
import { describe, expect, test } from 'vitest'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { arriving, dateAt, dayMs, engineOf, eventAt, hourMs, Ledger, minuteMs } from '../../../support/alerts/engine.ts'

const of = (ms: number) => eventAt(ms, ms, { userId: 'u' })
/** So many events, a minute apart. */
const events = (fromMinute: number, count: number) =>
  Array.from({ length: count }, (_, index) => of((fromMinute + index) * minuteMs))
const counting = (threshold: number, more = '') =>
  engineOf(
    `type: event_count, rules: [a], group-by: [userId], timespan: 1h, condition: {gte: ${threshold}}`,
    `keytrail: {repeat: 1h${more}}`,
  )

/** Takes events as they happen, and gives the alerts that began with one of them, by id. */
function raisedBy(ledger: Ledger, some: readonly EngineEvent[]) {
  const before = new Set(ledger.alerts.keys())
  for (const event of some) ledger.takeArrived([event])
  return ledger.sorted().filter(({ id }) => !before.has(id))
}

describe('another threshold', () => {
  test('that is lower counts what was there, and is reported with the next match', () => {
    const ledger = new Ledger(counting(10))
    expect(raisedBy(ledger, events(0, 7))).toEqual([])
    ledger.reload(counting(5))
    expect(ledger.sorted()).toEqual([])
    expect(raisedBy(ledger, events(7, 1))).toMatchObject([{ count: 8, threshold: 5, from: dateAt(4 * minuteMs) }])
    expect(raisedBy(ledger, events(8, 3))).toEqual([])
  })

  test('that is higher goes on to count', () => {
    const ledger = new Ledger(counting(5))
    expect(raisedBy(ledger, events(0, 7))).toHaveLength(1)
    ledger.reload(counting(9))
    expect(raisedBy(ledger, events(7, 1))).toEqual([])
    expect(raisedBy(ledger, events(8, 1))).toMatchObject([{ count: 9, threshold: 9 }])
  })

  test('is judged with late events as well', () => {
    const ledger = new Ledger(counting(10))
    raisedBy(ledger, events(0, 7))
    ledger.reload(counting(8))
    expect(raisedBy(ledger, [arriving(of(30_000), dayMs)])).toMatchObject([{ count: 8, to: dateAt(6 * minuteMs) }])
  })

  test('resolves what it raised, once', () => {
    const ledger = new Ledger(counting(10))
    raisedBy(ledger, events(0, 7))
    ledger.reload(counting(5))
    raisedBy(ledger, events(7, 1))
    ledger.expire(dayMs)
    ledger.expire(2 * dayMs)
    expect(ledger.resolved).toHaveLength(1)
  })
})

test('another repeat leaves what was counted', () => {
  const ledger = new Ledger(counting(5))
  raisedBy(ledger, events(0, 4))
  ledger.reload(
    engineOf(
      'type: event_count, rules: [a], group-by: [userId], timespan: 1h, condition: {gte: 5}',
      'keytrail: {repeat: 3h}',
    ),
  )
  expect(raisedBy(ledger, events(4, 1))).toMatchObject([{ count: 5 }])
})

test('another sensitivity leaves the baseline of a rate', () => {
  const rate = (sensitivity: number) =>
    engineOf(
      `type: x-abnormal-rate, rules: [a], group-by: [userId], timespan: 1h, condition: {minimum: 5, sensitivity: ${sensitivity}}`,
    )
  const past = Array.from({ length: 21 }, (_, day) => events((day * 24 + 12) * 60, 2)).flat()
  const today = events(21 * 24 * 60 + 12 * 60, 7)
  const ledger = new Ledger(rate(9))
  expect(raisedBy(ledger, past)).toEqual([])
  ledger.reload(rate(2))
  expect(raisedBy(ledger, today)).toHaveLength(1)

  const anew = new Ledger(rate(2))
  expect(raisedBy(anew, [of(20 * dayMs + 13 * hourMs), ...today])).toEqual([])
})
