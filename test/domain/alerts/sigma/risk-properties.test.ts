// What a rule says of risk: how it is read, at its limits, and what is refused.
import { describe, expect, test } from 'vitest'
import { readRuleDocument } from '../../../../src/domain/alerts/rule-documents.ts'
import { correlationIn, named, problemsOf, rulesOf } from '../../../support/alerts/rules.ts'

const giving = (name: string, risk: string) => `${named(name)}keytrail: ${risk}\n`
const sum = (rules: string, more = '', timespan = '14d') =>
  `title: S\nname: s\ncorrelation: {type: x-risk, rules: [${rules}], timespan: ${timespan}, condition: {gte: 100}}\n${more}`
const together = (...texts: readonly string[]) => texts.join('---\n')

test('a sum of risk is read, with a suppression window of a day', () => {
  const rule = correlationIn(together(giving('a', '{risk: 10}'), sum('a')))
  expect(rule).toMatchObject({
    timespanMs: 14 * 86_400_000,
    repeatMs: 86_400_000,
    correlation: { kind: 'risk', count: [{ operator: 'gte', value: 100 }] },
  })
})

test.each([
  ['{risk: 1}', { points: 1, from: 1, dayMax: 3, pointsMax: 3 }],
  ['{risk: 100, riskMax: 2000}', { points: 100, from: 1, dayMax: 2_000, pointsMax: 2_000 }],
  ['{risk: 5, riskFrom: 50, riskDayMax: 5}', { points: 5, from: 50, dayMax: 5, pointsMax: 15 }],
  ['{risk: 10, riskMax: 10, riskPer: cipherId}', { points: 10, from: 1, dayMax: 10, pointsMax: 10, field: 'cipherId' }],
])('a rule gives %s, and raises no alerts', (written, risk) => {
  const [rule] = rulesOf(together(giving('a', written), sum('a', '', '2d')))
  expect(rule).toMatchObject({ risk, alerts: false })
})

describe('is refused:', () => {
  test.each([
    ['no points', '{risk: 0}', 'keytrail.risk'],
    ['more than 100 points', '{risk: 101}', 'keytrail.risk'],
    ['half a point', '{risk: 1.5}', 'keytrail.risk'],
    ['less than one match in all', '{risk: 10, riskMax: 9}', 'keytrail.riskMax'],
    ['more than 20 matches in all', '{risk: 10, riskMax: 201}', 'keytrail.riskMax'],
    ['a most without points', '{riskMax: 10}', 'keytrail.riskMax'],
    ['less than one match on a day', '{risk: 10, riskDayMax: 9}', 'keytrail.riskDayMax'],
    ['more on a day than in all', '{risk: 10, riskDayMax: 31}', 'keytrail.riskDayMax'],
    ['a first match of none', '{risk: 10, riskFrom: 0}', 'keytrail.riskFrom'],
    ['a first match too far', '{risk: 10, riskFrom: 51}', 'keytrail.riskFrom'],
    ['a first match without points', '{riskFrom: 5}', 'keytrail.risk'],
    ['values without points', '{riskPer: cipherId}', 'keytrail.risk'],
    ['values of no field', '{risk: 1, riskPer: cipher}', 'keytrail.riskPer'],
  ])('%s', (_, written, member) => {
    expect(problemsOf(together(giving('a', written), sum('a')))).toMatchObject([{ reason: 'bad-value', member }])
  })

  test('a rule in a sum that gives nothing', () => {
    const text = together(giving('a', '{risk: 10}'), named('b'), sum('a, b'))
    expect(problemsOf(text)).toMatchObject([
      { reason: 'bad-value', member: 'correlation.rules', message: expect.stringContaining('b gives no points') },
    ])
  })

  test('points that nothing adds up', () => {
    const text = together(giving('a', '{risk: 10}'), giving('b', '{risk: 10}'), sum('a'))
    expect(problemsOf(text)).toMatchObject([{ line: 11, member: 'keytrail.risk' }])
  })

  test.each([
    ['a timespan that is no whole days', sum('a', '', '50h'), 'correlation.timespan'],
    ['a timespan of a day', sum('a', '', '1d'), 'correlation.timespan'],
    ['a suppression window that is no whole days', sum('a', 'keytrail: {repeat: 36h}\n'), 'keytrail.repeat'],
  ])('%s', (_, text, member) => {
    expect(problemsOf(together(giving('a', '{risk: 10}'), text))).toMatchObject([{ reason: 'bad-value', member }])
  })

  test('more matches than a state has room for', () => {
    const of = (...times: readonly number[]) => {
      const rules = times.map((count, index) => giving(`r${index}`, `{risk: 5, riskMax: ${count * 5}}`))
      return readRuleDocument(together(...rules, sum(times.map((_, index) => `r${index}`).join(', '))), {
        builtIn: false,
      })
    }
    expect(of(20, 8)).toMatchObject({ kind: 'rule' })
    expect(of(20, 9)).toMatchObject({
      kind: 'invalid',
      problems: [
        { reason: 'count-too-high', member: 'correlation.timespan', message: expect.stringMatching(/13d\.$/) },
      ],
    })
  })

  test.each(['temporal', 'x-risk'])('%s over a sum', (type) => {
    const condition = type === 'temporal' ? '' : ', condition: {gte: 1}'
    const outer = `title: O\ncorrelation: {type: ${type}, rules: [s], timespan: 14d${condition}}\n`
    const read = readRuleDocument(together(giving('a', '{risk: 10}'), sum('a'), outer), { builtIn: false })
    expect(read).toMatchObject({ kind: 'invalid' })
  })
})
