// Texts from outside: names that are refused, foreign texts that are made readable, JSON that is bounded.
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { nestingLevelsMax } from '../../src/domain/nesting.ts'
import {
  cleaned,
  foreignJson,
  foreignText,
  nameOf,
  wellFormed,
  wellFormedJson,
  wellFormedText,
} from '../../src/domain/texts.ts'

const halves = ['Eve \ud83d', '\ude00 Eve', '\ude00\ud83d', 'a\ud83db']
const controls = ['\u0000', '\u001b', '\t', '\n', '\r', '\u007f', '\u0085', '\u009f', '\u2028', '\u2029']
const directions = ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069']
const code = (character: string) => `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** So many arrays within one another. */
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

describe('a name', () => {
  const problems = (text: string, charsMax = 100) =>
    v.safeParse(nameOf(charsMax), text).issues?.map(({ message }) => message)

  test.each(controls.flatMap((each) => [`a${each}b`, `${each}a`, `a${each}`]))(
    'holds no control characters: %j',
    (text) => {
      expect(problems(text)).toEqual(['holds control characters'])
    },
  )

  test.each(directions.map((each) => [code(each), each]))(
    'has no character that changes the direction of text: %s',
    (_, each) => {
      for (const text of [`a${each}b`, `${each}a`, `a${each}`]) {
        expect(problems(text)).toEqual(['holds characters that turn the direction of text'])
      }
    },
  )

  test.each(halves)('is well-formed: %j', (text) => {
    expect(v.parse(nameOf(100), text).isWellFormed()).toBe(true)
  })

  test.each([
    ['blanks around it cut', ' SIEM ', 'SIEM'],
    ['characters of two halves', '🦊 Füchse', '🦊 Füchse'],
    ['marks that an Arabic or Hebrew name needs', 'עדי\u200e 7\u200f', 'עדי\u200e 7\u200f'],
    ['a joiner', '👩\u200d💻', '👩\u200d💻'],
  ])('has %s', (_, text, name) => {
    expect(v.parse(nameOf(100), text)).toBe(name)
  })

  test('has 1 character up to the limit', () => {
    expect(problems('xx', 2)).toBeUndefined()
    expect(problems('xxx', 2)).toHaveLength(1)
    expect(problems('  ', 2)).toHaveLength(1)
  })
})

describe('a foreign text', () => {
  test.each([
    ...halves.map((text) => [text, text.toWellFormed()]),
    ['a\nb\tc\u2028d\u0085e\r\nf', 'a b c d e  f'],
    ['a\u0000b\u001b[31mc\u007f', 'a b [31mc '],
    ['cod\u202egnp.exe\u2069', 'cod gnp.exe '],
    ['עדי\u200e 🦊', 'עדי\u200e 🦊'],
  ])('is made readable: %j', (text, kept) => {
    expect(v.parse(foreignText(100), text)).toBe(kept)
    expect(cleaned(kept ?? '')).toBe(kept)
  })

  test('has a limit of characters', () => {
    expect(v.is(foreignText(2), 'xx')).toBe(true)
    expect(v.is(foreignText(2), 'xxx')).toBe(false)
  })
})

describe('foreign JSON', () => {
  test('gets well-formed texts and names, and is the same value if it has them', () => {
    const half = { 'a\ud83d': ['b\ude00', { c: '\ud83d' }], d: 1 }
    expect(wellFormedJson(half)).toEqual({ 'a\ufffd': ['b\ufffd', { c: '\ufffd' }], d: 1 })
    const whole = { a: ['b', { c: null }], d: true }
    expect(wellFormedJson(whole)).toBe(whole)
    expect(v.parse(wellFormed, '\ud83d')).toBe('\ufffd')
  })

  test('keeps a property of any name', () => {
    const text = '{"__proto__":"\\ud83d","constructor":"x"}'
    expect(JSON.stringify(wellFormedJson(JSON.parse(text)))).toBe('{"__proto__":"\ufffd","constructor":"x"}')
  })

  test.each([nestingLevelsMax + 1, 5_000, 100_000])('is refused when nested %i deep', (levels) => {
    expect(v.is(foreignJson, nested(nestingLevelsMax))).toBe(true)
    expect(v.safeParse(foreignJson, { a: nested(levels) }).issues?.[0].message).toBe('is nested too deep')
  })
})

describe('a JSON text for receivers', () => {
  test('becomes well-formed and otherwise stays the same', () => {
    const anything = fc.jsonValue({ stringUnit: 'binary' })
    const withHalves = fc.array(fc.oneof(anything, fc.constantFrom(...halves, '\\ud83d', '\\\\ud83d', '"\\', '\\')))
    fc.assert(
      fc.property(withHalves, (value) => {
        const text = wellFormedText(JSON.stringify(value))
        expect(JSON.parse(text)).toEqual(wellFormedJson(JSON.parse(JSON.stringify(value))))
      }),
    )
  })

  test('keeps other escapes', () => {
    expect(wellFormedText('"\\ud83d\\ude00 \\ud83d \\\\ud83d"')).toBe('"\\ud83d\\ude00 \ufffd \\\\ud83d"')
  })
})
