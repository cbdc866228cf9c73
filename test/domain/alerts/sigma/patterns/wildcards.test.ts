// Sigma's strings: wildcards, escapes as the specification tables them, and work that stays in bounds.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matcherOf, openPattern, parsePattern } from '../../../../../src/domain/alerts/sigma/patterns/wildcards.ts'

const matches = (pattern: string, text: string, cased = false) => matcherOf(parsePattern(pattern), cased)(text)
const raw = String.raw

describe('a backslash', () => {
  test.each([
    ['before a letter is itself', raw`a\b`, raw`a\b`],
    ['twice before a letter is one', raw`a\\b`, raw`a\b`],
    ['escapes a star', raw`a\*`, 'a*'],
    ['escapes a question mark', raw`a\?`, 'a?'],
    ['three times before a star is one and the star', raw`a\\\*`, raw`a\*`],
    ['three times before a letter is two', raw`a\\\b`, raw`a\\b`],
    ['four times is two', raw`a\\\\b`, raw`a\\b`],
    ['at the end is itself', 'a\\', 'a\\'],
  ])('%s', (_, pattern, text) => {
    expect(parsePattern(pattern)).toEqual([{ kind: 'text', text }])
    expect(matches(pattern, text)).toBe(true)
  })

  test('twice before a star is one, and the star a wildcard', () => {
    expect(parsePattern(raw`a\\*`)).toEqual([{ kind: 'text', text: 'a\\' }, { kind: 'many' }])
    expect(matches(raw`a\\*`, raw`a\bc`)).toBe(true)
    expect(matches(raw`a\\*`, 'abc')).toBe(false)
  })
})

describe('a pattern', () => {
  test.each([
    ['prog?.exe', 'progA.exe', true],
    ['prog?.exe', 'prog.exe', false],
    ['prog?.exe', 'progAB.exe', false],
    ['antivirus_V*.exe', 'antivirus_V21.2.1.exe', true],
    ['antivirus_V*.exe', 'antivirus_V.exe', true],
    ['antivirus_V*.exe', 'antivirus_V1.exe.bak', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a**b', 'ab', true],
    ['a*a', 'a', false],
    ['?', '\u{1f511}', true],
    ['*?', '', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['line*end', 'line\nend', true],
    ['GRÜN?', 'grüne', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test('heeds case only when asked to', () => {
    for (const pattern of ['Admin', 'Adm*', '*min', '*dmI*'.replace('I', 'i'), 'A?min']) {
      expect(matches(pattern, 'aDMIN'), pattern).toBe(true)
      expect(matches(pattern, 'aDMIN', true), pattern).toBe(false)
      expect(matches(pattern, 'Admin', true), pattern).toBe(true)
    }
  })

  test('opened at both sides is found anywhere', () => {
    const open = openPattern(parsePattern('a?c'), { before: true, after: true })
    expect(matcherOf(open, false)('xxABCxx')).toBe(true)
  })

  test('of many stars ends on what makes a backtracking engine hang', () => {
    expect(matches(`${'*a'.repeat(100)}*b`, 'a'.repeat(10_000))).toBe(false)
  })

  test('matches what a regular expression of the same meaning does', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'B', '*', '?', '.'), maxLength: 8 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 })
    fc.assert(
      fc.property(pattern, text, (written, value) => {
        const form = written.replaceAll('.', '\\.').replace(/\*+/g, '.*').replaceAll('?', '.')
        expect(matches(written, value)).toBe(new RegExp(`^${form}$`, 'i').test(value))
      }),
    )
  })
})
