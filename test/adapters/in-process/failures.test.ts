// Failures in memory: counted under each name, forgotten when there are too many names.
import { expect, test } from 'vitest'
import { memoryFailures, namesMax } from '../../../src/adapters/in-process/failures.ts'

const limit = { failuresMax: 2, windowMs: 1_000 }
const [one, other] = [
  { name: 'one', limit },
  { name: 'other', limit },
] as const

test('the name that must wait longest decides', () => {
  const failures = memoryFailures()
  expect(failures.waitMs([one, other], 0)).toBe(0)
  failures.note([one], 0)
  failures.note([one, other], 100)
  failures.note([other], 200)
  expect(failures.waitMs([one], 200)).toBe(800)
  expect(failures.waitMs([one, other], 200)).toBe(900)
  expect(failures.waitMs([{ name: 'another', limit }], 200)).toBe(0)
  expect(failures.waitMs([], 200)).toBe(0)
})

test('beyond the most names, the one that failed longest ago is forgotten', () => {
  const failures = memoryFailures()
  const note = (name: string) => failures.note([{ name, limit }], 0)
  for (const name of ['a', 'a', 'b', 'b', 'a']) note(name)
  for (let index = 0; index < namesMax - 2; index += 1) note(`${index}`)
  expect(failures.waitMs([{ name: 'b', limit }], 0)).toBe(1_000)
  note('one more')
  expect(failures.waitMs([{ name: 'b', limit }], 0)).toBe(0)
  expect(failures.waitMs([{ name: 'a', limit }], 0)).toBe(1_000)
})
