// Correlations: every type and member, references in any order, what alerts by itself, and what is refused.
import { describe, expect, test } from 'vitest'
import { countHolds } from '../../../../src/domain/alerts/sigma/rules.ts'
import { correlating, correlationIn, named, problemsOf, rulesOf } from '../../../support/alerts/rules.ts'

const base = 'rules: [a], group-by: [actingUserId], timespan: 10m'
const correlationOf = (members: string) => correlationIn(correlating(members)).correlation

describe('a correlation', () => {
  test.each([
    [
      'event_count',
      `type: event_count, ${base}, condition: {gte: 10}`,
      { kind: 'event-count', count: [{ operator: 'gte', value: 10 }] },
    ],
    [
      'event_count of a range',
      `type: event_count, ${base}, condition: {lte: 200, gt: 100}`,
      {
        kind: 'event-count',
        count: [
          { operator: 'gt', value: 100 },
          { operator: 'lte', value: 200 },
        ],
      },
    ],
    [
      'event_count with neq',
      `type: event_count, ${base}, condition: {neq: 1}`,
      { kind: 'event-count', count: [{ operator: 'neq', value: 1 }] },
    ],
    [
      'value_count',
      `type: value_count, ${base}, condition: {field: ipAddress, gte: 3}`,
      { kind: 'value-count', field: { name: 'ipAddress' }, count: [{ operator: 'gte', value: 3 }] },
    ],
    [
      'temporal',
      'type: temporal, rules: [a, b], timespan: 1h',
      { kind: 'temporal', ordered: false, count: [{ operator: 'gte', value: 2 }] },
    ],
    [
      'temporal_ordered with a condition',
      'type: temporal_ordered, rules: [a, b, c], timespan: 1h, condition: {gte: 2}',
      { kind: 'temporal', ordered: true, count: [{ operator: 'gte', value: 2 }] },
    ],
    [
      'x-abnormal-rate',
      `type: x-abnormal-rate, ${base}, condition: {minimum: 20}`,
      { kind: 'abnormal-rate', countMin: 20, sensitivity: 3 },
    ],
    [
      'x-abnormal-rate with a sensitivity',
      `type: x-abnormal-rate, ${base}, condition: {minimum: 20, sensitivity: 4.5}`,
      { kind: 'abnormal-rate', countMin: 20, sensitivity: 4.5 },
    ],
    ['x-absence', 'type: x-absence, rules: [a], group-by: [userId], timespan: 30d', { kind: 'absence' }],
  ])('%s is read', (_, members, expected) => {
    expect(correlationOf(members)).toMatchObject(expected)
  })

  test.each([
    ['45s', 45_000],
    ['10m', 600_000],
    ['3h', 10_800_000],
    ['31d', 2_678_400_000],
  ])('spans %s', (span, ms) => {
    expect(correlationIn(correlating(`type: temporal, rules: [a], timespan: ${span}`)).timespanMs).toBe(ms)
  })

  test('is about rules by name or id, in the order it names them', () => {
    const [a, b] = rulesOf(correlating(`type: temporal, rules: [a, b], timespan: 1h`))
    const byId = correlationIn(correlating(`type: temporal, rules: [${b?.id.toUpperCase()}, a], timespan: 1h`))
    expect(byId.rules).toEqual([b?.id, a?.id])
  })

  test('groups by fields, which aliases name for each rule', () => {
    const aliases = 'aliases: {who: {a: userId, b: actingUserId}}'
    const rule = correlationIn(
      correlating(`type: temporal, rules: [a, b], timespan: 1h, group-by: [who, ipAddress], ${aliases}`),
    )
    const fields = rule.groupBy.map(({ name, fields }) => [name, ...rule.rules.map((id) => fields.get(id))])
    expect(fields).toEqual([
      ['who', 'userId', 'actingUserId'],
      ['ipAddress', 'ipAddress', 'ipAddress'],
    ])
  })

  test('may stand before the rules it is about, and then comes behind them', () => {
    const text = [
      'title: C\ncorrelation: {type: temporal, rules: [d, a], timespan: 1h}\n',
      `title: D\nname: d\ncorrelation: {type: event_count, ${base}, condition: {gte: 2}}\n`,
      named('a'),
    ].join('---\n')
    expect(rulesOf(text).map(({ title }) => title)).toEqual(['a', 'D', 'C'])
  })
})

describe('of the rules of a text', () => {
  const alerting = (text: string) => rulesOf(text).flatMap(({ title, alerts }) => (alerts ? [title] : []))

  test('those that serve correlations are silent', () => {
    expect(alerting(correlating(`type: event_count, ${base}, condition: {gte: 1}`))).toEqual(['b', 'c', 'C'])
  })

  test('those of a correlation that generates alert as well, wherever it says so', () => {
    const members = `type: event_count, ${base}, condition: {gte: 1}`
    for (const text of [correlating(members, 'generate: true\n'), correlating(`${members}, generate: true`)]) {
      expect(alerting(text)).toEqual(['a', 'b', 'c', 'C'])
    }
  })
})

describe('is refused:', () => {
  test.each([
    ['a sum', `type: value_sum, ${base}, condition: {field: type, gte: 1}`, 'unsupported-correlation', 'type'],
    ['an average', `type: value_avg, ${base}, condition: {field: type, gte: 1}`, 'unsupported-correlation', 'type'],
    [
      'a percentile',
      `type: value_percentile, ${base}, condition: {field: type, gte: 1}`,
      'unsupported-correlation',
      'type',
    ],
    ['no type', `${base}, condition: {gte: 1}`, 'missing-member', 'type'],
    ['no rules', 'type: temporal, timespan: 1h', 'missing-member', 'rules'],
    ['an empty list of rules', 'type: temporal, rules: [], timespan: 1h', 'bad-value', 'rules'],
    ['a rule twice', 'type: temporal, rules: [a, a], timespan: 1h', 'bad-value', 'rules'],
    ['no timespan', 'type: temporal, rules: [a]', 'missing-member', 'timespan'],
    ['a timespan in weeks', 'type: temporal, rules: [a], timespan: 1w', 'bad-value', 'timespan'],
    ['a timespan of nothing', 'type: temporal, rules: [a], timespan: 0s', 'bad-value', 'timespan'],
    ['a timespan too long', 'type: temporal, rules: [a], timespan: 32d', 'bad-value', 'timespan'],
    ['no condition', `type: event_count, ${base}`, 'missing-member', 'condition'],
    ['a condition without bounds', `type: event_count, ${base}, condition: {}`, 'bad-value', 'condition'],
    [
      'bounds that exclude each other',
      `type: event_count, ${base}, condition: {gt: 5, lt: 6}`,
      'bad-value',
      'condition',
    ],
    ['bounds that only nothing keeps', `type: event_count, ${base}, condition: {lt: 1}`, 'bad-value', 'condition'],
    [
      'more rules than there are',
      'type: temporal, rules: [a, b], timespan: 1h, condition: {gte: 3}',
      'bad-value',
      'condition',
    ],
    [
      'an expression as condition',
      'type: temporal, rules: [a, b], timespan: 1h, condition: a and not b',
      'bad-value',
      'condition',
    ],
    ['half an event', `type: event_count, ${base}, condition: {gte: 1.5}`, 'bad-value', 'condition.gte'],
    ['a condition of others', `type: event_count, ${base}, condition: {min: 1}`, 'unknown-member', 'condition.min'],
    ['values of no field', `type: value_count, ${base}, condition: {gte: 1}`, 'missing-member', 'condition.field'],
    [
      'values of a field that is not there',
      `type: value_count, ${base}, condition: {field: User, gte: 1}`,
      'unknown-field',
      'condition.field',
    ],
    [
      'values of several fields',
      `type: value_count, ${base}, condition: {field: [id], gte: 1}`,
      'bad-value',
      'condition.field',
    ],
    [
      'a group by a field that is not there',
      'type: temporal, rules: [a], timespan: 1h, group-by: [User]',
      'unknown-field',
      'group-by.0',
    ],
    ['a rule that is not there', 'type: temporal, rules: [a, nope], timespan: 1h', 'unknown-rule', 'rules.1'],
    ['itself', 'type: temporal, rules: [a, corr], timespan: 1h', 'rule-cycle', 'rules.1'],
    [
      'an alias of no field',
      'type: temporal, rules: [a], timespan: 1h, aliases: {x: {a: User}}',
      'unknown-field',
      'aliases.x.a',
    ],
    [
      'an alias for another rule',
      'type: temporal, rules: [a], timespan: 1h, aliases: {x: {b: userId}}',
      'bad-alias',
      'aliases.x.b',
    ],
    [
      'an alias that omits a rule',
      'type: temporal, rules: [a, b], timespan: 1h, group-by: [x], aliases: {x: {a: userId}}',
      'bad-alias',
      'group-by.0',
    ],
    [
      'a rate over more than a day',
      'type: x-abnormal-rate, rules: [a], timespan: 25h, condition: {minimum: 1}',
      'bad-value',
      'timespan',
    ],
    [
      'a rate without a minimum',
      `type: x-abnormal-rate, ${base}, condition: {sensitivity: 3}`,
      'missing-member',
      'condition.minimum',
    ],
    ['an absence with a condition', `type: x-absence, ${base}, condition: {gte: 1}`, 'unknown-member', 'condition'],
    ['an absence of 93 days', 'type: x-absence, rules: [a], timespan: 93d', 'bad-value', 'timespan'],
    ['a member of others', 'type: temporal, rules: [a], timespan: 1h, ordered: true', 'unknown-member', 'ordered'],
  ])('%s', (_, members, reason, member) => {
    expect(problemsOf(correlating(members))).toMatchObject([{ line: 18, reason, member: `correlation.${member}` }])
  })

  test('critical items of a correlation', () => {
    const text = correlating('type: temporal, rules: [a], timespan: 1h', 'keytrail: {items: []}\n')
    expect(problemsOf(text)).toMatchObject([{ reason: 'unknown-member', member: 'keytrail.items' }])
  })

  test('a circle of two', () => {
    const one = (name: string, other: string) =>
      `title: ${name}\nname: ${name}\ncorrelation: {type: temporal, rules: [${other}], timespan: 1h}\n`
    expect(problemsOf([one('x', 'y'), one('y', 'x')].join('---\n'))).toMatchObject([{ line: 7, reason: 'rule-cycle' }])
  })

  test.each(['value_count', 'x-abnormal-rate', 'x-absence'])('%s over a correlation', (type) => {
    const condition =
      { value_count: 'condition: {field: id, gte: 1}', 'x-abnormal-rate': 'condition: {minimum: 1}' }[type] ?? ''
    const outer = `title: O\ncorrelation: {type: ${type}, rules: [corr], timespan: 1h, ${condition}}\n`
    const text = `${correlating(`type: event_count, ${base}, condition: {gte: 1}`)}---\n${outer}`
    expect(problemsOf(text)).toMatchObject([{ reason: 'unsupported-correlation', member: 'correlation.rules' }])
  })
})

test('a count keeps its bounds at the limit, and not one past it', () => {
  const kept = (operator: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq') =>
    [4, 5, 6].filter((n) => countHolds([{ operator, value: 5 }], n))
  expect(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const).toHaveLength(6)
  expect([kept('gt'), kept('gte'), kept('lt'), kept('lte'), kept('eq'), kept('neq')]).toEqual([
    [6],
    [5, 6],
    [4],
    [4, 5],
    [5],
    [4, 6],
  ])
})
