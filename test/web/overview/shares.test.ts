// The order and the bars of the overview's lists, and alerts by severity.
import { expect, test } from 'vitest'
import { isolated } from '../../../web/locale/formats.ts'
import { countsByLevel, mostSevere } from '../../../web/overview/by-severity.ts'
import { most, share } from '../../../web/overview/shares.ts'

test('takes those with the most, without those that have none, ties in their order', () => {
  const rows = [1, 0, 3, 3, 2].map((count, index) => ({ count, index }))

  expect(most(rows, ({ count }) => count).map(({ index }) => index)).toEqual([2, 3, 4, 0])
})

test('scales bars to the longest; what is there at all can be seen, and what is not has none', () => {
  expect([10, 5, 0].map((amount) => share(amount, 10))).toEqual([100, 50, 0])
  expect(share(1, 100_000)).toBe(1)
  expect(share(0, 0)).toBe(0)
})

test('counts alerts by level, the most severe first; a level it does not know counts as the lowest', () => {
  const alerts = ['low', 'critical', 'low', 'new-level'].map((level) => ({ level }))

  expect(countsByLevel(alerts)).toEqual([
    { level: 'critical', count: 1 },
    { level: 'low', count: 2 },
    { level: 'informational', count: 1 },
  ])
})

test('lists the most severe first, and among equals the newest', () => {
  const alerts = ['low', 'high', 'critical', 'high'].map((level, index) => ({ level, index }))

  expect(mostSevere(alerts, 3).map(({ index }) => index)).toEqual([2, 1, 3])
})

test('isolates a name in any direction', () => {
  expect(isolated('Ada')).toBe('\u2068Ada\u2069')
  expect(isolated('\u202eeve\u2069')).toBe('\u2068eve\u2069')
})
