// How the incidents of rules were closed, as the page reads it.
import { expect, test } from 'vitest'
import { UnexpectedResponse } from '../../../../web/api/read.ts'
import { noiseOf, verdictsOf } from '../../../../web/rules/tuning/verdicts.ts'

const verdicts = {
  ruleId: 'r1',
  title: 'Many failed logins',
  incidents: 14,
  open: 1,
  truePositives: 1,
  falsePositives: 9,
  expected: 3,
  exceptions: [{ conditions: { networks: ['203.0.113.7'], cipherIds: ['c1'] }, incidents: 8 }],
}

test('a rule has its incidents by how they were closed, and exceptions to make', () => {
  const [read] = verdictsOf({ object: 'list', data: [verdicts], isPartial: false })
  expect(read).toEqual(verdicts)
  expect(read && noiseOf(read)).toBe(12)
})

test('refuses a response that is none', () => {
  expect(() => verdictsOf({ data: [{ ...verdicts, expected: null }] })).toThrow(UnexpectedResponse)
})
