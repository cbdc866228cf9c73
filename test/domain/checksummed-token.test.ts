// Sealed tokens: whatever they hold comes back, in their own context alone.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChecksummed, writeChecksummed } from '../../src/domain/checksummed-token.ts'

test('give back what they hold', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (content, context) => {
      const token = writeChecksummed(content, context)
      expect(readChecksummed(token, context)).toEqual(content)
      expect(token).toMatch(/^[\w-]+$/)
    }),
  )
})

test('give back nothing in another context', () => {
  expect(readChecksummed(writeChecksummed(['a'], 'list'), 'feed')).toBeUndefined()
  expect(readChecksummed(writeChecksummed(['a'], 'bc'), 'b')).toBeUndefined()
})

test('tell texts apart from their sum', () => {
  expect(writeChecksummed(['a', 'b'], 'list')).not.toBe(writeChecksummed(['ab'], 'list'))
})

test('are refused with any one character changed, missing or too many', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // Texts of different length: the last character stands for 6, 4 or 2 bits.
  for (const text of ['a', 'ab', 'abc']) {
    const token = writeChecksummed([text], 'list')
    const damaged = [...token].flatMap((character, index) => {
      const [before, after] = [token.slice(0, index), token.slice(index + 1)]
      const others = ['', ...alphabet, '=', '+', ' ', '%'].filter((other) => other !== character)
      return [...others.map((other) => before + other + after), `${before}!${character}${after}`, `${token}=`]
    })
    expect(damaged.filter((each) => readChecksummed(each, 'list'))).toEqual([])
  }
})

test.each(['', 'x', 'e30', 'W10', 'WzFd', 'WyJhIl0', 'WyJhIl0=', 'bnVsbA'])('%j is none', (text) => {
  expect(readChecksummed(text, 'list')).toBeUndefined()
})
