// Tokens with a checksum: their texts read back, in their own context alone.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChecksummed, writeChecksummed } from '../../src/domain/checksummed-token.ts'
import { anyText } from '../support/any-text.ts'

test('tokens read back as the texts they hold', () => {
  fc.assert(
    fc.property(fc.array(anyText()), fc.string(), (content, context) => {
      const token = writeChecksummed(content, context)
      expect(readChecksummed(token, context)).toEqual(content)
      expect(token).toMatch(/^[\w-]+$/)
    }),
  )
})

test('tokens are refused in another context', () => {
  expect(readChecksummed(writeChecksummed(['a'], 'list'), 'feed')).toBeUndefined()
  expect(readChecksummed(writeChecksummed(['a'], 'bc'), 'b')).toBeUndefined()
})

test('tokens of several texts differ from the token of their concatenation', () => {
  expect(writeChecksummed(['a', 'b'], 'list')).not.toBe(writeChecksummed(['ab'], 'list'))
})

test('tokens are refused with any one character changed, missing or added', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // Texts of different length: the last character encodes 6, 4 or 2 bits.
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

test.each(['', 'x', 'e30', 'W10', 'WzFd', 'WyJhIl0', 'WyJhIl0=', 'bnVsbA'])('%j is no token', (text) => {
  expect(readChecksummed(text, 'list')).toBeUndefined()
})
