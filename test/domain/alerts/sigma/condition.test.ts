// Conditions: precedence, quantifiers, limits, and what is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../../../src/domain/alerts/sigma/condition.ts'
import { conditionCharactersMax, depthMax } from '../../../../src/domain/alerts/sigma/problems.ts'
import type { Condition } from '../../../../src/domain/alerts/sigma/rules.ts'

const names = ['sel', 'sel_a', 'sel_b', 'filter', '_hidden', 'no-tify']

function holds(condition: Condition, truths: ReadonlySet<string>): boolean {
  if (condition.kind === 'selection') return truths.has(condition.name)
  if (condition.kind === 'not') return !holds(condition.of, truths)
  const each = condition.of.map((part) => holds(part, truths))
  return condition.kind === 'and' ? each.every(Boolean) : each.some(Boolean)
}

const evaluate = (text: string, ...truths: string[]): boolean => {
  const parsed = parseCondition(text, names)
  if (parsed.kind === 'refused') throw new Error(parsed.message)
  return holds(parsed.condition, new Set(truths))
}

test.each([
  ['or binds less than and', 'sel or sel_a and sel_b', ['sel'], true],
  ['and binds less than not', 'not sel and sel_a', ['sel_a'], true],
  ['parentheses come first', '(sel or sel_a) and sel_b', ['sel'], false],
  ['not takes x of', 'not 1 of sel_*', ['sel_a'], false],
  ['not not', 'not not sel', ['sel'], true],
  ['words in capitals', 'sel AND NOT filter', ['sel'], true],
  ['1 of them', '1 of them', ['filter'], true],
  ['1 of them passes over _', '1 of them', ['_hidden'], false],
  ['all of them', 'all of them', ['sel', 'sel_a', 'sel_b', 'filter', 'no-tify'], true],
  ['all of them but one', 'all of them', ['sel', 'sel_a', 'sel_b', 'filter'], false],
  ['all of a pattern', 'all of sel_*', ['sel_a', 'sel_b'], true],
  ['all of a pattern but one', 'all of sel_*', ['sel_a'], false],
  ['a star in the middle', '1 of s*_b', ['sel_b'], true],
  ['a star alone passes over _', '1 of *', ['_hidden'], false],
  ['a pattern that begins with _', '1 of _hid*', ['_hidden'], true],
  ['a name in place of a pattern', '1 of filter', ['filter'], true],
  ['a hyphen', 'no-tify', ['no-tify'], true],
  ['no blanks around parentheses', 'not(sel)and(filter)', ['filter'], true],
])('%s', (_, text, truths, expected) => {
  expect(evaluate(text, ...truths)).toBe(expected)
})

describe('is refused:', () => {
  test.each([
    ['', 'condition-syntax', 0],
    ['sel and', 'condition-syntax', 7],
    ['sel sel_a', 'condition-syntax', 4],
    ['(sel', 'condition-syntax', 4],
    ['sel)', 'condition-syntax', 3],
    ['and sel', 'condition-syntax', 0],
    ['sel & filter', 'condition-syntax', 4],
    ['1 of', 'condition-syntax', 4],
    ['all', 'condition-syntax', 0],
    ['them', 'condition-syntax', 0],
    ['other', 'unknown-selection', 0],
    ['sel and 1 of x*', 'unknown-selection', 13],
    ['sel_*', 'unknown-selection', 0],
    ['2 of sel_*', 'unsupported-condition', 0],
    ['any of sel_*', 'unsupported-condition', 0],
    ['sel | count() by actingUserId > 5', 'unsupported-condition', 4],
  ])('%j: %s at %i', (text, reason, at) => {
    expect(parseCondition(text, names)).toMatchObject({ kind: 'refused', reason, at })
  })
})

describe('limits', () => {
  test('parentheses and nots nest as deep as they may, and no deeper', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['not ', ''],
    ] as const) {
      const nested = (depth: number) => parseCondition(`${open.repeat(depth)}sel${close.repeat(depth)}`, names)
      expect(nested(depthMax).kind).toBe('parsed')
      expect(nested(depthMax + 1)).toMatchObject({ reason: 'too-deep' })
    }
  })

  test('a condition is as long as it may be, and no longer', () => {
    const long = (length: number) => parseCondition('sel or sel'.padEnd(length), names)
    expect(long(conditionCharactersMax).kind).toBe('parsed')
    expect(long(conditionCharactersMax + 1)).toMatchObject({ reason: 'condition-syntax' })
  })
})

type Expression = { readonly text: string; readonly truth: boolean; readonly binding: number }

/** Random expressions with their truth, written with no more parentheses than precedence asks for. */
const expression = fc.letrec<{ any: Expression }>((tie) => {
  const inner = (part: Expression, binding: number) => (part.binding < binding ? `(${part.text})` : part.text)
  const pair = fc.tuple(tie('any'), tie('any'))
  return {
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom({ text: 'sel', truth: true, binding: 3 }, { text: 'filter', truth: false, binding: 3 }),
      tie('any').map((part) => ({ text: `not ${inner(part, 2)}`, truth: !part.truth, binding: 2 })),
      pair.map(([a, b]) => ({ text: `${inner(a, 1)} and ${inner(b, 1)}`, truth: a.truth && b.truth, binding: 1 })),
      pair.map(([a, b]) => ({ text: `${inner(a, 0)} or ${inner(b, 0)}`, truth: a.truth || b.truth, binding: 0 })),
    ),
  }
}).any

test('any expression means what its parts do', () => {
  fc.assert(
    fc.property(expression, ({ text, truth }) => {
      fc.pre(text.length < 500)
      expect(evaluate(text, 'sel')).toBe(truth)
    }),
  )
})
