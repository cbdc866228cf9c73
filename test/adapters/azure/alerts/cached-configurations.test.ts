import { expect, test } from 'vitest'
import {
  cachedConfigurations,
  rememberedCharsMax,
  rememberedMax,
} from '../../../../src/adapters/azure/alerts/cached-configurations.ts'
import { emptyConfiguration } from '../../../../src/domain/alerts/rule-configuration.ts'
import { alice, guid, instant } from '../../../support/events.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const known = (etag: string, chars = 0) => {
  const rule = { id: guid(1, 'e'), text: 'x'.repeat(chars), savedAt: instant('2026-11-20'), savedBy: alice }
  return { configuration: { ...emptyConfiguration, rules: [rule] }, etag }
}

test('gives back the first configuration of a version, and what is newer', () => {
  const remembered = cachedConfigurations()
  const [first, same, newer] = [known('1'), known('1'), known('2')]
  expect(remembered.of(guid(1))).toBeUndefined()
  expect(remembered.keep(guid(1), first)).toBe(first)
  expect(remembered.keep(guid(1), same)).toBe(first)
  expect(remembered.keep(guid(1), newer)).toBe(newer)
  expect(remembered.of(guid(1))).toBe(newer)
})

test('remembers so many configurations, and forgets the oldest for one more', () => {
  const remembered = cachedConfigurations()
  for (const number of numbers(rememberedMax)) remembered.keep(guid(number), known('1'))
  expect(remembered.of(guid(0))).toBeDefined()
  remembered.keep(guid(0), known('2'))
  remembered.keep(guid(rememberedMax), known('1'))
  expect(remembered.of(guid(0))).toBeDefined()
  expect(remembered.of(guid(1))).toBeUndefined()
  expect(remembered.of(guid(2))).toBeDefined()
})

test('remembers so many characters, and one configuration at least', () => {
  const remembered = cachedConfigurations()
  for (const number of [1, 2, 3]) remembered.keep(guid(number), known('1', rememberedCharsMax / 4))
  remembered.keep(guid(3), known('2', rememberedCharsMax / 2))
  expect([1, 2, 3].map((number) => remembered.of(guid(number)) !== undefined)).toEqual([true, true, true])
  remembered.keep(guid(4), known('1', 1))
  expect([1, 2, 3].map((number) => remembered.of(guid(number)) !== undefined)).toEqual([false, true, true])
  remembered.keep(guid(5), known('1', rememberedCharsMax + 1))
  expect([2, 3, 4, 5].map((number) => remembered.of(guid(number)) !== undefined)).toEqual([false, false, false, true])
})
