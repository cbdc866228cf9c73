// Which rules are evaluated: rising bounds, thresholds at their limits, what is refused and why, which events are asked.
import { describe, expect, test } from 'vitest'
import { typesOf } from '../../../../src/domain/alerts/engine/dispatch.ts'
import { buildEngine } from '../../../../src/domain/alerts/engine/engine.ts'
import { thresholdOf } from '../../../../src/domain/alerts/engine/thresholds.ts'
import type { CountBound } from '../../../../src/domain/alerts/rules.ts'
import { engineOf } from '../../../support/engine.ts'
import { correlating, eventRule, named, rulesOf, selecting } from '../../../support/rules.ts'

const bounds = (given: Partial<Record<CountBound['operator'], number>>): CountBound[] =>
  (['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const).flatMap((operator) => {
    const value = given[operator]
    return value === undefined ? [] : [{ operator, value }]
  })

describe('bounds', () => {
  test.each([
    [{ gte: 10 }, 10],
    [{ gt: 10 }, 11],
    [{ gt: 5, gte: 3 }, 6],
    [{ gte: 0 }, 1],
    [{ neq: 0 }, 1],
    [{ neq: 1 }, 2],
    [{ gte: 5, neq: 5 }, 6],
    [{ neq: 5 }, undefined],
    [{ gte: 5, neq: 7 }, undefined],
    [{ gte: 5, lte: 9 }, undefined],
    [{ lt: 5 }, undefined],
    [{ eq: 5 }, undefined],
  ])('%j hold from %s on', (given, expected) => {
    expect(thresholdOf(bounds(given))).toBe(expected)
  })

  test('that hold up to the highest possible count are rising', () => {
    expect(thresholdOf(bounds({ eq: 3 }), 3)).toBe(3)
    expect(thresholdOf(bounds({ gte: 2, lte: 3 }), 3)).toBe(2)
    expect(thresholdOf(bounds({ eq: 2 }), 3)).toBeUndefined()
  })
})

describe('refused', () => {
  const counting = (condition: string) => `type: event_count, rules: [a], timespan: 1h, condition: {${condition}}`

  test.each([
    ['bounds that a higher count breaks', counting('lte: 5'), 'bound-not-rising'],
    ['thresholds above 1,000', counting('gte: 1001'), 'count-too-high'],
    ['rates', 'type: x-abnormal-rate, rules: [a], timespan: 1h, condition: {minimum: 5}', 'other-evaluation'],
    ['absences', 'type: x-absence, rules: [a], timespan: 1h', 'other-evaluation'],
  ])('are %s', (_, members, reason) => {
    const engine = engineOf(members)
    expect(engine.refused).toMatchObject([{ reason }])
    expect([...engine.watches.values()].every(({ measure }) => measure === 'events')).toBe(true)
    expect(engine.watches.size).toBe(2)
  })

  test('are correlations of correlations; the rest is evaluated', () => {
    const inner = counting('gte: 2')
    const text = `${correlating(inner)}---\ntitle: D\ncorrelation: {type: temporal, rules: [corr, b], timespan: 1h, generate: true}\n`
    const engine = buildEngine(rulesOf(text))
    expect(engine.refused).toMatchObject([{ reason: 'chained' }])
    expect([...engine.watches.values()].map(({ timespanMs }) => timespanMs)).toContain(3_600_000)
  })

  test.each([
    [300, 'full'],
    [301, 'compact'],
    [1_000, 'compact'],
  ])('is nothing from %i on: its matches are kept %s', (countMin, layout) => {
    const engine = engineOf(counting(`gte: ${countMin}`))
    expect(engine.refused).toEqual([])
    expect([...engine.watches.values()].at(-1)).toMatchObject({ countMin, layout })
  })
})

describe('a rule', () => {
  test('that others correlate raises no alerts of its own', () => {
    const engine = buildEngine(
      rulesOf(
        `${named('a')}---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}}\n`,
      ),
    )
    expect(engine.watches.size).toBe(1)
    expect(engine.feedsOf({ type: 1000 })).toHaveLength(1)
    expect(engine.feedsOf({ type: 1001 })).toEqual([])
  })

  test.each([
    ['one type', '{type: 1000}', 'sel', [1000]],
    ['some types', '{type: [1000, 1001], userId: x}', 'sel', [1000, 1001]],
    ['types of alternatives', '[{type: 1000}, {type: 1001}]', 'sel', [1000, 1001]],
    ['an alternative without', '[{type: 1000}, {userId: x}]', 'sel', undefined],
    ['the opposite of a type', '{type: 1000}', 'not sel', undefined],
    ['another than a type', '{type|neq: 1000}', 'sel', undefined],
    ['a range', '{type|gte: 1000}', 'sel', undefined],
    ['text', "{type: '10*'}", 'sel', undefined],
    ['no type', '{userId: x}', 'sel', undefined],
  ])('with %s is asked about those only', (_, selection, condition, types) => {
    const rule = eventRule(selecting(selection, condition))
    expect(typesOf(rule.condition, rule.selections)).toEqual(types && new Set(types))
  })

  test('with several selections is asked where all of them can hold', () => {
    const rule = eventRule(
      'title: T\nlogsource: {product: keytrail}\ndetection: {x: {type: [1, 2]}, y: {type: [2, 3]}, z: {userId: u}, condition: (x and y and not z) or (x and z)}\n',
    )
    expect(typesOf(rule.condition, rule.selections)).toEqual(new Set([2, 1]))
  })
})
