// Stacked bars: tops, the highest, labels.
import { expect, test } from 'vitest'
import { highestOf, labelled, topsOf } from '../../../web/charts/stacks.ts'

test('stacks rows on those before them', () => {
  expect(
    topsOf([
      [1, 0, 2],
      [3, 4, 0],
      [0, 0, 5],
    ]),
  ).toEqual([
    [1, 0, 2],
    [4, 4, 2],
    [4, 4, 7],
  ])
  expect(topsOf([])).toEqual([])
})

test('finds the first of the highest days, and none among days without anything', () => {
  expect(highestOf([1, 5, 5, 0])).toBe(1)
  expect(highestOf([0, 0])).toBeUndefined()
  expect(highestOf([])).toBeUndefined()
})

test('labels as many days as there is room for, evenly, the last one among them', () => {
  expect(labelled(7, 10)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(labelled(7, 3)).toEqual([0, 3, 6])
  expect(labelled(30, 5)).toEqual([5, 11, 17, 23, 29])
  expect(labelled(30, 0)).toEqual([29])
  for (const room of [1, 2, 3, 5, 8, 13]) expect(labelled(90, room).length).toBeLessThanOrEqual(room)
})
