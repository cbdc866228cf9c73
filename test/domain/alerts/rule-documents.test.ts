// A text as a resource: one rule of it alerts, it keeps its id when it is replaced, and what is never evaluated is refused.
import { describe, expect, test } from 'vitest'
import { type DocumentOrigin, readBuiltInRules, readRuleDocument } from '../../../src/domain/alerts/rule-documents.ts'
import { correlating, named, selecting } from '../../support/alerts/rules.ts'
import { guid } from '../../support/events.ts'

const own: DocumentOrigin = { builtIn: false }
const counting = (members: string) => `${named('a')}---\ntitle: C\nname: corr\ncorrelation: {${members}}\n`
const manyOf = (condition: string) => counting(`type: event_count, rules: [a], timespan: 1h, condition: {${condition}}`)
const withId = (id: string) => `${selecting('{type: 1000}')}id: ${id}\n`

/** The rule of a text that holds. */
function ruleOf(text: string, origin = own) {
  const read = readRuleDocument(text, origin)
  if (read.kind === 'rule') return read.rule
  throw new Error(JSON.stringify(read.problems))
}

/** Line, member and reason of what is wrong with a text. */
function problemsOf(text: string, origin = own) {
  const read = readRuleDocument(text, origin)
  return read.kind === 'rule' ? [] : read.problems.map(({ line, member, reason }) => [line, member, reason])
}

/** Line and message of what is wrong with a text. */
function messagesOf(text: string) {
  const read = readRuleDocument(text, own)
  return read.kind === 'rule' ? [] : read.problems.map(({ line, message }) => [line, message])
}

describe('a text', () => {
  test('stands for the one rule of it that alerts', () => {
    const text = manyOf('gte: 3')
    const { id, rule, set, ...others } = ruleOf(text)
    expect(others).toEqual({ text, builtIn: false, warnings: [], listUses: [], steps: expect.any(Number) })
    expect(rule).toMatchObject({ title: 'C', alerts: true, id })
    expect(set.map(({ title, alerts }) => [title, alerts])).toEqual([
      ['a', false],
      ['C', true],
    ])
    expect(set.at(-1)).toBe(rule)
  })

  test('of which several rules alert is refused, at each but the first', () => {
    expect(problemsOf(`${named('a')}---\n${named('b')}---\n${named('c')}`)).toEqual([
      [6, 'title', 'several-alerts'],
      [11, 'title', 'several-alerts'],
    ])
  })

  test('of a correlation and rules that it does not use is refused at those, by name', () => {
    const text = `${named('a')}---\n${named('b')}---\ntitle: C\ncorrelation: {type: temporal, rules: [b], timespan: 1h}\n`
    expect(messagesOf(text)).toEqual([
      [1, 'No correlation of this text uses a: add it to the rules of one, or save it as a rule by itself.'],
    ])
  })

  test('whose correlation generates the alerts of its rules too is refused at those', () => {
    expect(messagesOf(`${manyOf('gte: 3')}generate: true\n`)).toEqual([
      [1, 'Omit generate: with it, a raises alerts too, and only one rule of a text may.'],
    ])
  })

  test('that does not hold is refused for what is wrong with it', () => {
    expect(problemsOf('title: T\n')).toEqual([[1, 'detection', 'missing-member']])
    expect(problemsOf('')).toEqual([[1, '', 'no-rule']])
  })

  test.each([
    ['bounds that a higher count breaks', manyOf('lt: 3'), 8, 'condition.lt', 'bound-not-rising'],
    ['a threshold beyond what is counted', manyOf('gte: 1001'), 8, 'condition.gte', 'count-too-high'],
    [
      'a rate beyond what is counted',
      counting('type: x-abnormal-rate, rules: [a], timespan: 1h, condition: {minimum: 301}'),
      8,
      'condition.minimum',
      'count-too-high',
    ],
    [
      'a count of correlations',
      `${correlating('type: temporal, rules: [a, b], timespan: 1h')}---\ntitle: D\ncorrelation: {type: event_count, rules: [corr, c], timespan: 1h, condition: {gte: 2}}\n`,
      21,
      'type',
      'chained',
    ],
  ])('is refused at the member for %s, which the engine does not evaluate', (_, text, line, member, reason) => {
    expect(problemsOf(text)).toEqual([[line, `correlation.${member}`, reason]])
  })

  const insideOf = (members: string, outer = '') =>
    `${named('a')}---\n${named('b', 1001)}---\ntitle: Inner\nname: inner\ncorrelation:\n  rules: [a]\n  timespan: 1h\n${members}---\n` +
    `title: Outer\ncorrelation: {type: temporal, rules: [inner, b], timespan: 1h${outer}}\n`
  const count = '  type: event_count\n  condition:\n'

  test.each([
    [
      'a bound that falls',
      insideOf(`${count}    lt: 4\n`),
      18,
      'Use gt or gte: what holds with lt may hold no longer when another event arrives.',
    ],
    ['a threshold', insideOf(`${count}    gte: 200\n`), 18, 'At most 132: a window counts no more here.'],
    [
      'another group-by',
      insideOf(`${count}    gte: 2\n  group-by: [ipAddress]\n`, ', group-by: [userId]'),
      19,
      '"Inner" groups by ipAddress, and "Outer", which is about it, by userId: write group-by: [userId] here.',
    ],
    [
      'a group-by where there is none outside',
      insideOf(`${count}    gte: 2\n  group-by: [ipAddress]\n`),
      19,
      '"Inner" groups by ipAddress, and "Outer", which is about it, by nothing: omit group-by here.',
    ],
    [
      'no group-by where there is one outside',
      insideOf(`${count}    gte: 2\n`, ', group-by: [userId]'),
      13,
      '"Inner" groups by nothing, and "Outer", which is about it, by userId: write group-by: [userId] here.',
    ],
    [
      'an absence',
      insideOf('  type: x-absence\n'),
      16,
      'x-absence, x-abnormal-rate and x-risk may not be inside another correlation: use event_count, value_count, temporal or temporal_ordered.',
    ],
  ])('is refused for %s of a correlation inside another, where that stands', (_, text, line, message) => {
    expect(messagesOf(text)).toEqual([[line, message]])
  })

  test('of the highest threshold that is counted is taken', () => {
    expect(problemsOf(manyOf('gte: 1000'))).toEqual([])
  })
})

describe('a replacement', () => {
  const id = guid(7, 'e')

  test('takes the id of what it replaces when it names none', () => {
    const text = manyOf('gte: 3')
    const replaced = ruleOf(text, { builtIn: false, id })
    expect(replaced.id).toBe(id)
    expect(replaced.rule.id).toBe(id)
    expect(replaced.set.at(-1)).toBe(replaced.rule)
    expect(replaced.set.slice(0, -1)).toEqual(ruleOf(text).set.slice(0, -1))
  })

  test('may name that id, in any case, and no other', () => {
    expect(ruleOf(withId(id.toUpperCase()), { builtIn: false, id }).id).toBe(id)
    expect(problemsOf(withId(guid(8, 'e')), { builtIn: false, id })).toEqual([[6, 'id', 'other-id']])
  })

  test('cannot take the id of a rule that serves it', () => {
    const text = `${named('a')}id: ${id}\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}}\n`
    expect(problemsOf(text)).toEqual([])
    expect(problemsOf(text, { builtIn: false, id })).toEqual([[7, 'title', 'duplicate-rule']])
  })
})

describe('the built-in rules', () => {
  const [one, other] = [withId(guid(1, 'e')), withId(guid(2, 'e'))]

  test('are read in the order of their documents', () => {
    expect(readBuiltInRules([])).toEqual([])
    expect(readBuiltInRules([other, one]).map(({ id, builtIn }) => [id, builtIn])).toEqual([
      [guid(2, 'e'), true],
      [guid(1, 'e'), true],
    ])
  })

  test('are refused if a document is invalid or two have the same id', () => {
    expect(() => readBuiltInRules([one, 'title: T\n'])).toThrow('line 1, detection')
    expect(() => readBuiltInRules([one, other, one])).toThrow(guid(1, 'e'))
  })
})
