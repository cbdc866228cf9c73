// What is stored: limits at the limit and one past, group keys that become inactive and states that expire, state as text and back.

import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import {
  groupKeysPerRuleMax,
  lateMsMax,
  layouts,
  stateBytesMax,
} from '../../../../src/domain/alerts/engine/compiled/limits.ts'
import type { EngineEvent } from '../../../../src/domain/alerts/engine/match.ts'
import { parseState, serializeState } from '../../../../src/domain/alerts/engine/states/codec.ts'
import { groupKeysBeyond } from '../../../../src/domain/alerts/engine/states/state.ts'
import { dateAt, dayMs, engineOf, eventAt, hourMs, Ledger, minuteMs } from '../../../support/alerts/engine.ts'

const counting = (countMin: number, timespan = '1h') =>
  engineOf(`type: event_count, rules: [a], timespan: ${timespan}, condition: {gte: ${countMin}}`)

const many = (count: number, from = 0): EngineEvent[] =>
  Array.from({ length: count }, (_, index) => eventAt((from + index) * 10, from + index))

function correlationIn(engine: Engine) {
  const correlation = [...engine.correlations.values()].at(-1)
  if (!correlation) throw new Error('no correlation')
  return correlation
}

describe('a count', () => {
  test.each([300, 301, 1_000])('of %i is exact: one less is silent', (countMin) => {
    const ledger = new Ledger(counting(countMin))
    for (let from = 0; from < countMin - 1; from += 100) ledger.take(many(Math.min(100, countMin - 1 - from), from))
    expect(ledger.sorted()).toEqual([])
    ledger.take(many(1, countMin - 1))
    expect(ledger.sorted()).toMatchObject([{ count: countMin, samples: { length: countMin > 300 ? 0 : 5 } }])
  })

  test.each([
    [3, layouts.full],
    [500, layouts.compact],
  ])('with threshold %i says at least, once it is as high as windows count', (countMin, { windowMatchesMax }) => {
    const ledger = new Ledger(counting(countMin))
    ledger.take(many(windowMatchesMax - 1))
    expect(ledger.sorted()).toMatchObject([{ count: windowMatchesMax - 1, atLeast: false }])
    ledger.take(many(100, windowMatchesMax - 1))
    expect(ledger.sorted()).toMatchObject([{ count: windowMatchesMax, atLeast: true }])
  })

  test('of 1,000 values is exact', () => {
    const ledger = new Ledger(
      engineOf('type: value_count, rules: [a], timespan: 1h, condition: {field: cipherId, gte: 1000}'),
    )
    const items = many(1_000).map((event) => ({ ...event, fields: { type: 1000, cipherId: event.id } }))
    ledger.take(items.slice(1))
    expect(ledger.sorted()).toEqual([])
    ledger.take(items.slice(0, 1))
    expect(ledger.sorted()).toMatchObject([{ count: 1_000 }])
  })
})

describe('the state of a group', () => {
  const flooded = (members: string, count: number) => {
    const engine = engineOf(members)
    const ledger = new Ledger(engine)
    const events = many(count).map((event, index) => ({
      ...event,
      fields: { type: 1000 + (index % 3), ipAddress: `${index}` },
    }))
    ledger.take(events, dayMs)
    const correlation = correlationIn(engine)
    return { ledger, correlation, group: ledger.windowState(correlation.ruleId) }
  }
  const kinds = [
    ['events', 'type: event_count, rules: [a, b, c], timespan: 31d, condition: {gte: 3}', 714],
    ['values', 'type: value_count, rules: [a, b, c], timespan: 31d, condition: {field: ipAddress, gte: 3}', 555],
    ['rules', 'type: temporal, rules: [a, b, c], timespan: 31d', 689],
    ['a sequence', 'type: temporal_ordered, rules: [a, b, c], timespan: 31d', 689],
    ['many events', 'type: event_count, rules: [a, b, c], timespan: 31d, condition: {gte: 1000}', 1_428],
    [
      'many values',
      'type: value_count, rules: [a, b, c], timespan: 31d, condition: {field: ipAddress, gte: 1000}',
      1_428,
    ],
  ] as const

  test.each(kinds)('that counts %s keeps what it may, drops the oldest beyond, and fits', (_, members, most) => {
    expect(flooded(members, most).group.matches).toHaveLength(most)
    expect(flooded(members, most).group.watermark).toBe(0)
    const { group, correlation } = flooded(members, most + 1)
    expect(group.matches).toHaveLength(most)
    expect(group.watermark).toBeGreaterThan(0)
    expect(Buffer.byteLength(serializeState(correlation, group))).toBeLessThanOrEqual(stateBytesMax)
    expect(parseState(correlation, serializeState(correlation, group))).toEqual(group)
  })

  test('takes nothing for dates that it settled, and counts that', () => {
    const { ledger } = flooded(kinds[0][1], 1_000)
    const before = ledger.state
    expect(ledger.take([eventAt(5, 'late')], dayMs)).toMatchObject({ behindWatermark: 1, lateEvents: 0 })
    expect(ledger.state).toEqual(before)
  })

  test('is not read where it is damaged, of another version or written for another way to count', () => {
    const { group, correlation } = flooded(kinds[0][1], 10)
    const text = serializeState(correlation, group)
    expect(parseState(correlation, text)).toEqual(group)
    expect(parseState(correlation, text.slice(1))).toBeUndefined()
    expect(parseState(correlation, text.replace('"version":4', '"version":5'))).toBeUndefined()
    expect(parseState(correlation, text.replace('"matches":"', '"matches":"A'))).toBeUndefined()
    expect(parseState({ ...correlation, counting: correlation.ruleId }, text)).toBeUndefined()
  })
})

describe('the groups of a rule', () => {
  test('are as many as allowed; those beyond that are the least recent are to be forgotten', () => {
    const aged = Array.from({ length: groupKeysPerRuleMax }, (_, index) => ({
      groupKey: `${index}`,
      at: 5 + (index % 7),
    }))
    expect(groupKeysBeyond(aged)).toEqual([])
    expect(
      groupKeysBeyond([...aged, { groupKey: 'b', at: 4 }, { groupKey: 'c', at: 9 }, { groupKey: 'a', at: 4 }]),
    ).toEqual(['a', 'b', '0'])
  })

  test('expire once nothing can arrive for their windows or suppression windows any more', () => {
    const ledger = new Ledger(counting(2, '2h'))
    ledger.take(many(2))
    ledger.expire(lateMsMax + 2 * hourMs + 9)
    expect(ledger.windowState().matches).toHaveLength(2)
    ledger.expire(lateMsMax + 2 * hourMs + 10)
    expect(ledger.state.size).toBe(0)
  })
})

describe('a group key that became inactive', () => {
  test.each([
    ['the repeat', '10m', hourMs],
    ['the timespan, where that is longer', '3h', 3 * hourMs],
  ])('is over, once, after %s', (_, timespan, quietMs) => {
    const ledger = new Ledger(counting(2, timespan))
    ledger.take(many(2))
    ledger.expire(10 + quietMs - 1)
    expect(ledger.resolved).toEqual([])
    ledger.expire(10 + quietMs)
    ledger.expire(10 + quietMs + minuteMs)
    const [alert] = ledger.sorted()
    expect(ledger.resolved).toMatchObject([{ alertId: alert?.id, lastFiredAt: dateAt(10), at: dateAt(10 + quietMs) }])
  })

  test('resolves again after the rule fired again; what never fired never resolves', () => {
    const ledger = new Ledger(counting(2, '10m'))
    ledger.take(many(1))
    ledger.expire(2 * hourMs)
    expect(ledger.resolved).toEqual([])
    ledger.take(many(1, 1), 2 * hourMs)
    ledger.expire(2 * hourMs)
    ledger.take([eventAt(3 * hourMs, 'x'), eventAt(3 * hourMs, 'y')], 3 * hourMs)
    ledger.expire(5 * hourMs)
    expect(ledger.resolved).toHaveLength(2)
  })
})
