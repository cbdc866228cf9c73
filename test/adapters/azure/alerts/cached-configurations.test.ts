import { expect, test } from 'vitest'
import {
  cachedCharsMax,
  cachedConfigurations,
  cachedMax,
} from '../../../../src/adapters/azure/alerts/cached-configurations.ts'
import { emptyConfiguration } from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import { alice, guid, instant } from '../../../support/events.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const known = (etag: string, chars = 0) => {
  const rule = { id: guid(1, 'e'), text: 'x'.repeat(chars), savedAt: instant('2026-11-20'), savedBy: alice }
  return { configuration: { ...emptyConfiguration, rules: [rule] }, etag }
}

test('gives back the first configuration of a version, and what is newer', () => {
  const cached = cachedConfigurations()
  const [first, same, newer] = [known('1'), known('1'), known('2')]
  expect(cached.of(guid(1))).toBeUndefined()
  expect(cached.add(guid(1), first)).toBe(first)
  expect(cached.add(guid(1), same)).toBe(first)
  expect(cached.add(guid(1), newer)).toBe(newer)
  expect(cached.of(guid(1))).toBe(newer)
})

test('caches so many configurations, and drops the oldest for one more', () => {
  const cached = cachedConfigurations()
  for (const number of numbers(cachedMax)) cached.add(guid(number), known('1'))
  expect(cached.of(guid(0))).toBeDefined()
  cached.add(guid(0), known('2'))
  cached.add(guid(cachedMax), known('1'))
  expect(cached.of(guid(0))).toBeDefined()
  expect(cached.of(guid(1))).toBeUndefined()
  expect(cached.of(guid(2))).toBeDefined()
})

test('caches so many characters, and one configuration at least', () => {
  const cached = cachedConfigurations()
  for (const number of [1, 2, 3]) cached.add(guid(number), known('1', cachedCharsMax / 4))
  cached.add(guid(3), known('2', cachedCharsMax / 2))
  expect([1, 2, 3].map((number) => cached.of(guid(number)) !== undefined)).toEqual([true, true, true])
  cached.add(guid(4), known('1', 1))
  expect([1, 2, 3].map((number) => cached.of(guid(number)) !== undefined)).toEqual([false, true, true])
  cached.add(guid(5), known('1', cachedCharsMax + 1))
  expect([2, 3, 4, 5].map((number) => cached.of(guid(number)) !== undefined)).toEqual([false, false, false, true])
})
