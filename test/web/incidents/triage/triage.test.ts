// What people did to incidents, in the page: read from responses, and what is said of an action.
import { expect, test } from 'vitest'
import { UnexpectedResponse } from '../../../../web/api/read.ts'
import {
  assigneeName,
  commentOf,
  doerName,
  triageOf,
  triageResultsOf,
} from '../../../../web/incidents/triage/triage.ts'
import { outcomeText } from '../../../../web/incidents/triage/use-triage.ts'
import { translator } from '../../../../web/locale/i18n.ts'

const t = translator('en')
const by = { by: 'c0000000-0000-4000-8000-000000000001', byName: 'Alice', at: '2024-03-01T10:00:00Z' }
const response = {
  state: 'closed',
  assignee: { id: 'c0000000-0000-4000-8000-000000000002', name: null },
  acknowledged: by,
  closed: { verdict: 'expected', reason: 'A test.', ...by },
  closedBefore: null,
}

test('an incident has its state, whose it is, and how it was closed', () => {
  expect(triageOf(response)).toEqual(response)
  expect(() => triageOf({ ...response, state: 'lost' })).toThrow(UnexpectedResponse)
})

test('people who are unknown are called by the first characters of their id', () => {
  expect(doerName(commentOf({ id: 'x', text: 'Mine.', ...by }))).toBe('Alice')
  expect(doerName({ ...by, byName: null })).toBe('c0000000')
  expect(assigneeName(response.assignee)).toBe('c0000000')
})

test('a response says of each incident what became of it', () => {
  const data = [
    { id: '1', result: 'changed', incident: { id: 'i' } },
    { id: '2', result: 'notFound', incident: null },
  ]
  expect(triageResultsOf({ object: 'list', data }, (incident) => incident)).toEqual([
    { result: 'changed', incident: { id: 'i' } },
    { result: 'notFound', incident: null },
  ])
})

test('what became of an action on several incidents is said in numbers', () => {
  const outcome = (...results: readonly ('changed' | 'unchanged' | 'notFound')[]) =>
    outcomeText(
      results.map((result) => ({ result })),
      { kind: 'close' },
      t,
    )

  expect(outcome('changed')).toBe('The incident is closed.')
  expect(outcome('changed', 'changed', 'unchanged')).toBe('2 incidents are closed. 1 was so already.')
  expect(outcome('unchanged', 'unchanged', 'notFound')).toBe('2 were so already. 1 cannot be found or read.')
})
