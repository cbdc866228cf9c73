// Ids: every form of a GUID reads as one, and content has the same id on every machine and in every release.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guidOfContent, parseGuid } from '../../src/domain/guid.ts'

describe('parseGuid', () => {
  test.each([
    ['a random one', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['upper case', '3F2504E0-4F89-41D3-9A0C-0305E82C3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['no known version', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['zeros', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
  ])('keeps %s in lower case', (_, text, id) => {
    expect(parseGuid(text)).toBe(id)
  })

  test.each([
    ['one digit short', '3f2504e0-4f89-41d3-9a0c-0305e82c330'],
    ['one digit long', '3f2504e0-4f89-41d3-9a0c-0305e82c33010'],
    ['no hex digit', '3f2504e0-4f89-41d3-9a0c-0305e82c330g'],
    ['braces', '{3f2504e0-4f89-41d3-9a0c-0305e82c3301}'],
    ['no hyphens', '3f2504e04f8941d39a0c0305e82c3301'],
    ['a blank before', ' 3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['a line end after', '3f2504e0-4f89-41d3-9a0c-0305e82c3301\n'],
    ['nothing', ''],
    ['no text', 7],
    ['null', null],
    ['undefined', undefined],
  ])('refuses %s', (_, value) => {
    expect(parseGuid(value)).toBeUndefined()
  })
})

describe('guidOfContent', () => {
  test('gives the same ids as earlier releases: stored events depend on it', () => {
    expect(guidOfContent('event', 1107)).toBe('36467f52-ce68-889b-9c59-30070793fd7a')
  })

  test('writes a GUID of version 8', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (parts) => {
        expect(guidOfContent(...parts)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(guidOfContent(...parts)).toBe(guidOfContent(...parts))
      }),
    )
  })

  test.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a', ''], ['a']],
    [['1'], [1]],
    [['a,b'], ['a', 'b']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
  ])('distinguishes %j from %j', (one, other) => {
    expect(guidOfContent(...one)).not.toBe(guidOfContent(...other))
  })
})
