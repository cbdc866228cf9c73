// What rules count apart: values, rules that match together or in order, groups.
import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { alertsOf, minuteOf as at, dateAt, Ledger, minuteMs } from '../../../support/alerts/engine.ts'
import { named, rulesOf } from '../../../support/alerts/rules.ts'

const burst = 'type: event_count, rules: [a], timespan: 10m, condition: {gte: 3}'

describe('values', () => {
  const values = 'type: value_count, rules: [a], timespan: 10m, condition: {field: ipAddress, gte: 3}'
  const from = (minute: number, ipAddress: string | null) => at(minute, minute, { ipAddress })

  test('are counted once each, in either case, and absent ones not at all', () => {
    expect(alertsOf(values, [from(1, 'a'), from(2, 'A'), from(3, 'b'), from(4, null)])).toEqual([])
    expect(alertsOf(values, [from(1, 'a'), from(2, 'b'), from(3, 'a'), from(4, 'c')])).toMatchObject([{ count: 3 }])
  })

  test('count as long as any event of theirs is in the window', () => {
    const events = [from(1, 'a'), from(5, 'a'), from(6, 'b'), from(12, 'c')]
    expect(alertsOf(values, events)).toMatchObject([{ from: dateAt(12 * minuteMs) }])
  })
})

describe('rules that match together', () => {
  const of = (letters: string) =>
    [...letters].map((letter, index) => at(index + 1, index, { type: 1000 + 'abc'.indexOf(letter) }))
  const temporal = 'type: temporal, rules: [a, b, c], timespan: 10m'
  const ordered = 'type: temporal_ordered, rules: [a, b, c], timespan: 10m'

  test.each([
    ['abc', 1, 1],
    ['cba', 1, 0],
    ['bac', 1, 0],
    ['acbc', 1, 1],
    ['aab', 0, 0],
    ['babcc', 1, 1],
  ])('%s: in any order %i, in order %i', (letters, any, inOrder) => {
    expect(alertsOf(temporal, of(letters))).toHaveLength(any)
    expect(alertsOf(ordered, of(letters))).toHaveLength(inOrder)
  })

  test('fire for fewer where the condition says so', () => {
    expect(alertsOf(`${ordered}, condition: {gte: 2}`, of('ac'))).toHaveLength(1)
    expect(alertsOf(`${ordered}, condition: {gte: 2}`, of('ca'))).toEqual([])
  })

  test('must all lie in the window', () => {
    const types = [1000, 1001, 1002]
    const spread = (gap: number) => types.map((type, index) => at(index * gap, index, { type }))
    expect(alertsOf(ordered, spread(4))).toHaveLength(1)
    expect(alertsOf(ordered, spread(5))).toEqual([])
  })

  test('are put in order by event id where dates are equal; an event never follows itself', () => {
    const two = ['x', 'y'].map((name) => at(1, name)).sort((one, other) => (one.id < other.id ? -1 : 1))
    const typed = (...types: readonly number[]) =>
      two.map((event, index) => ({ ...event, fields: { type: types[index] ?? 0 } }))
    const pair = 'type: temporal_ordered, rules: [a, b], timespan: 10m'
    expect(alertsOf(pair, typed(1000, 1001))).toHaveLength(1)
    expect(alertsOf(pair, typed(1001, 1000))).toEqual([])
    const text = [
      named('a'),
      named('a2'),
      'title: C\ncorrelation: {type: temporal_ordered, rules: [a, a2], timespan: 10m}\n',
    ]
    const ledger = new Ledger(buildEngine([rulesOf(text.join('---\n'))]))
    ledger.take([at(1)])
    expect(ledger.sorted()).toEqual([])
    ledger.take([at(2)])
    expect(ledger.sorted()).toHaveLength(1)
  })
})

describe('groups', () => {
  test('are counted apart, in either case; an event without a value belongs to none', () => {
    const byUser = `${burst}, group-by: [userId]`
    const of = (minute: number, userId: string | null) => at(minute, minute, { userId })
    expect(alertsOf(byUser, [of(1, 'u'), of(2, 'v'), of(3, 'u'), of(4, null)])).toEqual([])
    expect(alertsOf(byUser, [of(1, 'u'), of(2, 'U'), of(3, 'u')])).toMatchObject([
      { group: [{ name: 'userId', value: 'u' }] },
    ])
  })

  test('may go by another field in the events of each rule', () => {
    const members =
      'type: temporal, rules: [a, b], group-by: [who], timespan: 10m, aliases: {who: {a: userId, b: actingUserId}}'
    const events = [at(1, 1, { userId: 'u' }), at(2, 2, { type: 1001, actingUserId: 'u', userId: 'v' })]
    expect(alertsOf(members, events)).toMatchObject([{ group: [{ name: 'who', value: 'u' }] }])
  })
})
