import { expect, test } from 'vitest'
import { isNestedTooDeep, nestingLevelsMax } from '../../src/domain/nesting.ts'

const arrays = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
const objects = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)

test.each([
  ['arrays', arrays],
  ['objects', objects],
])('%s nest up to the limit, and no level deeper', (_, nested) => {
  expect(nestingLevelsMax).toBe(32)
  expect(isNestedTooDeep(nested(nestingLevelsMax))).toBe(false)
  expect(isNestedTooDeep(nested(nestingLevelsMax + 1))).toBe(true)
  expect(isNestedTooDeep(nested(200_000))).toBe(true)
  expect(isNestedTooDeep([1, { wide: [], deep: nested(nestingLevelsMax) }])).toBe(true)
})

test.each([
  ['text', 'x'],
  ['null', null],
  ['nothing', undefined],
  ['a number', 7],
])('%s has no levels', (_, value) => {
  expect(isNestedTooDeep(value)).toBe(false)
})
