// What rules may cost: to read, and to ask about an event. At each limit and one past it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../../../src/domain/alerts/sigma/condition.ts'
import { fieldCharactersMax } from '../../../../src/domain/alerts/sigma/field-values.ts'
import { stepsOfRule } from '../../../../src/domain/alerts/sigma/matching-cost.ts'
import { sizeOf } from '../../../../src/domain/alerts/sigma/patterns/expression-size.ts'
import {
  conditionNamesMax,
  expressionInstructionsMax,
  expressionRangesMax,
  textStepsMax,
} from '../../../../src/domain/alerts/sigma/problems.ts'
import { compileExpression } from '../../../../src/domain/alerts/sigma/regular-expressions.ts'
import { eventRule, problemsOf, reasonsOf, selecting } from '../../../support/alerts/rules.ts'

const stepsOf = (selection: string, condition?: string) => stepsOfRule(eventRule(selecting(selection, condition)))
const lines = (count: number, line: (index: number) => string) =>
  `\n${Array.from({ length: count }, (_, index) => `    - ${line(index)}`).join('\n')}`

describe('the size of a regular expression', () => {
  test.each([
    ['abc', 3],
    ['a{31}', 31],
    ['(a{31}){31}', 31 * 33],
    ['((a*){3}){4}', 4 * (3 * 4 + 2)],
    ['[a-z]{10}', 10],
    [String.raw`\p{Greek}{10}`, 10],
    [String.raw`\x{10FFFF}{2}`, 2],
    [String.raw`\Q{99}\E`, 4],
    [String.raw`\{99\}`, 4],
    ['[{99}]', 1],
    ['[]{9}]', 1],
    ['[^]{9}]', 1],
    [String.raw`[\]{9}]`, 1],
    ['[[:alpha:]{9}]', 1],
    ['(?i)ab', 2],
    ['(?i:ab){2}', 8],
    ['(?P<name>ab){2}', 8],
    ['a{x}', 4],
    ['a{,5}', 5],
    ['a{2,}', 6],
    ['a{2,7}?', 14],
  ])('of %s is about %i', (source, size) => {
    expect(sizeOf(source).instructions).toBe(size)
  })

  test('is never far below that of the program', () => {
    const atom = fc.constantFrom('a', '.', '[a-z]', String.raw`\d`, String.raw`\x{263a}`, '^', '$', 'é')
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie('expression'), tie('expression')).map((parts) => parts.join('')),
        fc.tuple(tie('expression'), tie('expression')).map((parts) => `(?:${parts.join('|')})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{3,}', '{1,4}', '{0,3}?'))
          .map(([inner, sign]) => `(${inner})${sign}`),
      ),
    }))
    fc.assert(
      fc.property(expression, (source) => {
        const compiled = compileExpression(source, [])
        if (compiled.kind === 'refused') return
        expect(compiled.instructions).toBeLessThanOrEqual(2 * sizeOf(source).instructions + 4)
      }),
    )
  })

  test('keeps what nests too much from being compiled', () => {
    const nested = `((${'a*'.repeat(200)}){31}){31}`
    expect(sizeOf(nested)).toMatchObject({ repetitions: 961 })
    expect(sizeOf(nested).instructions).toBeGreaterThan(100 * expressionInstructionsMax)
    expect(compileExpression(nested, [])).toMatchObject({ reason: 'expression-too-large' })
    expect(compileExpression('((a{20}){20}){20}', [])).toMatchObject({ reason: 'bad-expression' })
  })
})

describe('a text of which something costs too much', () => {
  const hostile = `((${'a*'.repeat(100)}){31}){31}`

  test.each([
    ['nested repetitions', hostile, 'expression-too-large', 'userId'],
    ['too many of them', '(a{40}){40}', 'bad-expression', 'userId'],
    ['what is no expression', '[a', 'bad-expression', 'userId'],
    ['what is large, on a long field', '[ab]*a[ab]{200}[cd]', 'too-costly', 'actingUserName'],
  ])('is refused at its first line with %s, though there are fifty', (_, source, reason, field) => {
    const text = selecting(lines(50, () => `${field}|re: '${source}'`))
    expect(problemsOf(text)).toMatchObject([{ reason, line: 5, member: `detection.sel.0.${field}|re` }])
    expect(problemsOf(selecting(`\n    ${field}|re: [${Array(50).fill(`'${source}'`).join(', ')}]`))).toHaveLength(1)
  })

  test('does not hide problems elsewhere', () => {
    expect(reasonsOf(`${selecting(lines(3, () => `userId|re: '${hostile}'`))}level: urgent\n`)).toEqual([
      'expression-too-large',
      'bad-value',
    ])
  })

  test('has as many Unicode classes as it may have, and no more', () => {
    const classes = (count: number) => reasonsOf(selecting(lines(count, () => String.raw`userId|re: '\pL'`).slice(0)))
    const many = (count: number) =>
      reasonsOf(selecting(`{userId|re: ['${String.raw`\pL`.repeat(count - 1)}', '[\u0100-\u017f]']}`))
    expect(classes(10)).toEqual([])
    expect(many(expressionRangesMax)).toEqual([])
    expect(many(expressionRangesMax + 1)).toEqual(['expression-too-large'])
  })
})

describe('the steps of a rule', () => {
  const long = fieldCharactersMax('actingUserName')

  test('grow with patterns and the length of their field, each list read once', () => {
    const [one, two] = [stepsOf("{actingUserName: '*a*'}"), stepsOf("{actingUserName: ['*a*', '*b*']}")]
    expect(two - one).toBeGreaterThanOrEqual(long)
    expect(two - one).toBeLessThan(one)
    expect(stepsOf("{userId: '*a*'}")).toBeLessThan(one / 10)
    expect(stepsOf(`{actingUserName: [${Array.from({ length: 500 }, (_, index) => `n${index}`).join(', ')}]}`)).toBe(
      stepsOf('{actingUserName: n}'),
    )
    expect(stepsOf("{actingUserName: '*?a?*'}")).toBeGreaterThan(2 * one)
    expect(stepsOf("{actingUserName|re: 'abc'}")).toBeGreaterThan(20 * 3 * long)
  })

  test('count a selection as often as a condition names it', () => {
    const once = stepsOf("{actingUserName: '*a*'}")
    expect(stepsOf("{actingUserName: '*a*'}", 'sel and not sel')).toBeGreaterThanOrEqual(2 * once)
    expect(stepsOf("{actingUserName: '*a*'}", '[sel, sel, 1 of se*]')).toBeGreaterThanOrEqual(3 * once)
  })

  const wild = (count: number) => selecting(lines(count, (index) => `actingUserName: '*x${index}*y*'`))
  const each = stepsOf(lines(2, (index) => `actingUserName: '*x${index}*y*'`)) - stepsOf("{actingUserName: '*x*y*'}")
  const most = Math.floor((textStepsMax - 40) / each)

  test('are as many as they may be, and no more: the line that goes beyond is named', () => {
    expect(reasonsOf(wild(most))).toEqual([])
    const problems = problemsOf(wild(most + 1))
    expect(problems).toMatchObject([
      {
        reason: 'too-costly',
        line: 5 + most,
        member: `detection.sel.${most}.actingUserName`,
        message: expect.stringContaining('use fewer wildcards'),
      },
    ])
    expect(problemsOf(wild(most + 300))).toEqual(problems)
  })

  test.each(['sel or '.repeat(most).concat('sel'), Array.from({ length: 300 }, () => '1 of s*').join(' and ')])(
    'are refused at the condition that names a selection too often',
    (condition) => {
      const text = selecting(
        lines(3, (index) => `actingUserName: '*x${index}*y*'`),
        condition,
      )
      expect(problemsOf(text)).toMatchObject([{ reason: 'too-costly', line: 8, member: 'detection.condition' }])
    },
  )

  test('of several rules of one text add up', () => {
    const half = Math.ceil((most + 1) / 2)
    const named = (name: string) => `${wild(half).replace('title: T', `title: ${name}`)}name: ${name}\n`
    const both = `${named('a')}---\n${named('b')}---\ntitle: C\ncorrelation: {type: temporal, rules: [a, b], timespan: 1h}\n`
    expect(reasonsOf(both)).toEqual(['too-costly'])
  })

  test.each([
    ['wildcards of one character', "actingUserName: '*?x?*'"],
    ['folded text', 'actingUserName: x'],
    ['regular expressions', "actingUserName|re: 'x+y'"],
    ['references', 'actingUserName|fieldref: memberName'],
  ])('bound %s', (_, line) => {
    const count = Math.ceil(textStepsMax / stepsOf(`{${line}}`)) + 10
    const text = selecting(lines(count, (index) => line.replace('x', `x${index}`)))
    expect(['too-costly', 'too-many-expressions', 'text-too-long']).toContain(reasonsOf(text)[0])
  })
})

test('a condition stands for as many names as it may, and no more', () => {
  const names = Array.from({ length: 64 }, (_, index) => `s${index}`)
  const most = conditionNamesMax / names.length
  const of = (count: number) => parseCondition(Array.from({ length: count }, () => '1 of s*').join(' or '), names)
  expect(of(most)).toMatchObject({ kind: 'parsed', names: conditionNamesMax })
  expect(of(most + 1)).toMatchObject({ kind: 'refused', reason: 'condition-too-large' })
  const all = names.map((name) => `  ${name}: {type: 1000}\n`).join('')
  const text = (count: number) =>
    `title: T\nlogsource: {product: keytrail}\ndetection:\n${all}  condition: [${Array.from({ length: count }, () => 'all of them').join(', ')}]\n`
  expect(reasonsOf(text(most))).toEqual([])
  expect(reasonsOf(text(most + 20))).toEqual(['condition-too-large'])
})
