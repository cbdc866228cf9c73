// Text for messages: one line, cut at whole characters, and JSON of at most so many bytes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, jsonWithin, plain } from '../../../../src/domain/notifications/messages/plain-text.ts'

describe('a name', () => {
  test.each([
    ['a\r\nb\tc', 'a b c'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['\u202Egpj.exe\u2069', 'gpj.exe'],
    ['a\uD800', 'a\uFFFD'],
    ['  Zoë 👩‍👩‍👧 ', 'Zoë 👩‍👩‍👧'],
  ])('%j is the line %j', (value, line) => expect(plain(value)).toBe(line))
})

describe('a text', () => {
  test('is cut beyond its limit, with an ellipsis that counts', () => {
    expect(cut('abcd', 4)).toBe('abcd')
    expect(cut('abcde', 4)).toBe('abc…')
  })

  test('is never cut within a character', () => expect(cut('ab👍cd', 4)).toBe('ab…'))

  test('of any kind stays within its limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, max) => {
        const short = cut(text, max)
        expect(short.length).toBeLessThanOrEqual(max)
        expect(short.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('JSON', () => {
  const value = { text: 'x'.repeat(1_500), list: Array.from({ length: 60 }, (_, index) => index) }

  test('is whole at its limit, and cut one byte below', () => {
    const whole = JSON.stringify(value)
    expect(jsonWithin(whole.length, value)).toBe(whole)
    const shorter = JSON.parse(jsonWithin(whole.length - 1, value))
    expect(shorter.text).toHaveLength(1_000)
    expect(shorter.list).toEqual(value.list)
  })

  test('loses the ends of lists where texts are not enough', () => {
    expect(JSON.parse(jsonWithin(400, value)).list).toEqual(value.list.slice(0, 50))
    expect(JSON.parse(jsonWithin(200, value)).list).toEqual(value.list.slice(0, 20))
  })
})
