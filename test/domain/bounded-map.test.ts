import { expect, test } from 'vitest'
import { boundedMap } from '../../src/domain/bounded-map.ts'

const keysIn = (map: { readonly has: (key: string) => boolean }) => ['a', 'b', 'c', 'd'].filter(map.has).join('')

test('holds so many entries, and gives up the one that was set the longest ago for one more', () => {
  const map = boundedMap<string, number>({ entriesMax: 2 })
  expect([map.set('a', 1), map.set('b', 2), map.set('a', 3)]).toEqual([[], [], []])
  expect(map.get('b')).toBe(2)
  expect(map.set('c', 4)).toEqual(['b'])
  expect(['a', 'b', 'c'].map(map.get)).toEqual([3, undefined, 4])
})

test('holds entries up to a total size, but always the newest', () => {
  const map = boundedMap<string, number>({ sizeMax: 10, sizeOf: (_, value) => value })
  for (const [key, size] of [['a', 4] as const, ['b', 4] as const, ['c', 2] as const]) map.set(key, size)
  expect(keysIn(map)).toBe('abc')
  map.set('b', 5)
  expect(keysIn(map)).toBe('bc')
  expect(map.set('d', 11)).toEqual(['c', 'b'])
  expect(keysIn(map)).toBe('d')
})

test('forgets the size of what is deleted', () => {
  const map = boundedMap<string, number>({ sizeMax: 10, sizeOf: (_, value) => value })
  map.set('a', 6)
  map.delete('a')
  map.set('b', 6)
  map.set('c', 4)
  expect(keysIn(map)).toBe('bc')
  map.clear()
  map.set('a', 6)
  map.set('d', 4)
  expect(keysIn(map)).toBe('ad')
})
