// Which rules are evaluated: rising bounds, thresholds at their limits, what is refused and why, which events are asked.
import { describe, expect, test } from 'vitest'
import { thresholdOf } from '../../../../../src/domain/alerts/engine/compiled/bounds.ts'
import { typesOf } from '../../../../../src/domain/alerts/engine/compiled/compile.ts'
import { buildEngine } from '../../../../../src/domain/alerts/engine/compiled/engine.ts'
import type { CountBound } from '../../../../../src/domain/alerts/sigma/rules.ts'
import { engineOf, matchesOf } from '../../../../support/alerts/engine.ts'
import { correlating, eventRule, named, rulesOf, selecting } from '../../../../support/alerts/rules.ts'

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
    ['rates above 300', 'type: x-abnormal-rate, rules: [a], timespan: 1h, condition: {minimum: 301}', 'count-too-high'],
  ])('are %s', (_, members, reason) => {
    const engine = engineOf(members)
    expect(engine.refused).toMatchObject([{ reason }])
    expect([...engine.correlations.values()].every(({ measure }) => measure === 'events')).toBe(true)
    expect(engine.correlations.size).toBe(2)
  })

  test('are counts of correlations; the rest is evaluated', () => {
    const inner = counting('gte: 2')
    const text = `${correlating(inner)}---\ntitle: D\ncorrelation: {type: event_count, rules: [corr], timespan: 1h, condition: {gte: 2}, generate: true}\n`
    const engine = buildEngine([rulesOf(text)])
    expect(engine.refused).toMatchObject([{ reason: 'chained' }])
    expect([...engine.correlations.values()].map(({ timespanMs }) => timespanMs)).toContain(3_600_000)
  })

  test.each([
    [300, 'full'],
    [301, 'compact'],
    [1_000, 'compact'],
  ])('is nothing from %i on: its matches are kept %s', (countMin, layout) => {
    const engine = engineOf(counting(`gte: ${countMin}`))
    expect(engine.refused).toEqual([])
    expect([...engine.correlations.values()].at(-1)).toMatchObject({ countMin, layout })
  })
})

describe('a rule', () => {
  test('that others correlate raises no alerts of its own', () => {
    const engine = buildEngine([
      rulesOf(
        `${named('a')}---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}}\n`,
      ),
    ])
    expect(engine.correlations.size).toBe(1)
    expect(matchesOf(engine, { type: 1000 })).toHaveLength(1)
    expect(matchesOf(engine, { type: 1001 })).toEqual([])
  })

  test.each([
    ['one type', '{type: 1000}', 'sel', [1000]],
    ['some types', '{type: [1000, 1001], domainName: x}', 'sel', [1000, 1001]],
    ['types of alternatives', '[{type: 1000}, {type: 1001}]', 'sel', [1000, 1001]],
    ['an alternative without', '[{type: 1000}, {domainName: x}]', 'sel', undefined],
    ['the opposite of a type', '{type: 1000}', 'not sel', undefined],
    ['another than a type', '{type|neq: 1000}', 'sel', undefined],
    ['a range', '{type|gte: 1000}', 'sel', undefined],
    ['text', "{type: '10*'}", 'sel', undefined],
    ['no type', '{domainName: x}', 'sel', undefined],
  ])('with %s is asked about those only', (_, selection, condition, types) => {
    const rule = eventRule(selecting(selection, condition))
    expect(typesOf(rule.condition, rule.selections)).toEqual(types && new Set(types))
  })

  test('with several selections is asked where all of them can hold', () => {
    const rule = eventRule(
      'title: T\nlogsource: {product: keytrail}\ndetection: {x: {type: [1, 2]}, y: {type: [2, 3]}, z: {domainName: u}, condition: (x and y and not z) or (x and z)}\n',
    )
    expect(typesOf(rule.condition, rule.selections)).toEqual(new Set([2, 1]))
  })
})

describe('the ids of a correlation', () => {
  const text = `title: a
name: a
level: low
logsource: {product: keytrail, category: user}
detection: {sel: {type: 1000, domainName: [x, y]}, other: {ipAddress|cidr: 10.0.0.0/8}, condition: sel and not other}
keytrail: {items: [00000000-0000-4000-8000-000000000001]}
---
title: C
id: 00000000-0000-4000-8000-000000000002
correlation: {type: value_count, rules: [a], group-by: [userId], timespan: 1h, condition: {gte: 5, field: ipAddress}}
keytrail: {repeat: 2h}
`
  const idsOf = (written: string) => {
    const [correlation] = buildEngine([rulesOf(written)]).correlations.values()
    if (!correlation) throw new Error('no correlation')
    const { counting, revision } = correlation
    return { counting, revision }
  }
  const changed = (from: string, to: string) => {
    expect(text).toContain(from)
    return idsOf(text.replace(from, to))
  }

  test.each([
    ['a title', 'title: C', 'title: D'],
    ['a level', 'level: low', 'level: high'],
    ['a description', 'level: low', 'level: low\ndescription: other'],
    ['the name of a rule that is correlated', 'name: a', 'name: a\nid: 00000000-0000-4000-8000-000000000003'],
  ])('stay with another %s', (_, from, to) => {
    expect(changed(from, to)).toEqual(idsOf(text))
  })

  test.each([
    ['repeat', 'repeat: 2h', 'repeat: 3h'],
    ['threshold', 'gte: 5', 'gte: 6'],
  ])('say that the same is counted with another %s, and fires otherwise', (_, from, to) => {
    const [before, after] = [idsOf(text), changed(from, to)]
    expect(after.counting).toBe(before.counting)
    expect(after.revision).not.toBe(before.revision)
  })

  test('say that other matches are stored with a threshold beyond 300', () => {
    expect(changed('gte: 5', 'gte: 500').counting).not.toBe(idsOf(text).counting)
  })

  test.each([
    ['another id', '0002', '0003'],
    ['another selection', 'domainName: [x, y]', 'domainName: [x, z]'],
    ['another network', '10.0.0.0/8', '10.0.0.0/9'],
    ['another condition', 'sel and not other', 'sel or not other'],
    ['another category', 'category: user', 'category: item'],
    ['other items', '-000000000001]', '-000000000004]'],
    ['another timespan', '1h', '2h'],
    ['another group', 'group-by: [userId]', 'group-by: [actingUserId]'],
    ['another field to count', 'field: ipAddress', 'field: cipherId'],
    ['another kind', 'value_count', 'event_count'],
  ])('change with %s', (_, from, to) => {
    const other =
      to === 'event_count' ? idsOf(text.replace(from, to).replace(', field: ipAddress', '')) : changed(from, to)
    expect(other.counting).not.toBe(idsOf(text).counting)
    expect(other.revision).not.toBe(idsOf(text).revision)
  })

  test('lead back to the correlation', () => {
    const engine = engineOf('type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}')
    expect(
      new Map([...engine.correlations.values()].map((correlation) => [correlation.counting, correlation])),
    ).toEqual(engine.byCounting)
    expect(engine.byCounting.size).toBe(3)
  })
})

test('rules of different texts may have the same ids, each for its own text', () => {
  const textOf = (title: string, type: number) =>
    rulesOf(
      `${named('a', type)}---\ntitle: ${title}\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 2}}\n`,
    )
  const engine = buildEngine([textOf('C', 1000), textOf('D', 1001)])
  expect(engine.correlations.size).toBe(2)
  const fed = [1000, 1001].map((type) => matchesOf(engine, { type }).map(({ correlation }) => correlation.ruleId))
  expect(fed).toEqual([...engine.correlations.keys()].map((id) => [id]))
})
