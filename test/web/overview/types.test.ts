// The types behind the overview's numbers.
import { expect, test } from 'vitest'
import { copyTypes, failedLoginTypes, viewTypes } from '../../../src/domain/summary/summary.ts'
import { failedTypes, secretTypes } from '../../../web/overview/types.ts'

test('links show the types that summaries count', () => {
  expect(new Set(failedTypes)).toEqual(failedLoginTypes)
  expect(new Set(secretTypes)).toEqual(new Set([...viewTypes, ...copyTypes]))
})
