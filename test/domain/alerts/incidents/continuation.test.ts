// Continuation tokens of lists of incidents: for one organization and its filters alone.
import { expect, test } from 'vitest'
import { parseNetwork } from '../../../../src/domain/addresses.ts'
import { readAlertContinuation } from '../../../../src/domain/alerts/continuation.ts'
import {
  readIncidentContinuation,
  writeIncidentContinuation,
} from '../../../../src/domain/alerts/incidents/continuation.ts'
import type { IncidentFilters } from '../../../../src/domain/alerts/incidents/incident-query.ts'
import { acme, alice, bob, globex, instant } from '../../../support/events.ts'

const range = { from: instant('2026-10-23'), to: instant('2026-11-22T23:59:59.9999999Z') }

test('a continuation token of incidents belongs to one organization and its levels, and to lists of incidents', () => {
  const token = writeIncidentContinuation(acme, { levels: ['high'] }, range, 'cursor')
  expect(readIncidentContinuation(token, acme, { levels: ['high'] })).toEqual({ cursor: 'cursor', range })
  expect(readIncidentContinuation(token, globex, { levels: ['high'] })).toBeUndefined()
  expect(readIncidentContinuation(token, acme, {})).toBeUndefined()
  expect(readIncidentContinuation(token, acme, { levels: ['low'] })).toBeUndefined()
  expect(readAlertContinuation(token, acme, { levels: ['high'] })).toBeUndefined()
})

const networks = ['203.0.113.9', '203.0.113.0/24'].flatMap((text) => parseNetwork(text) ?? [])
const filters: readonly IncidentFilters[] = [
  {},
  { state: 'open' },
  { state: 'closed' },
  { person: alice },
  { person: bob },
  ...networks.map((network) => ({ network })),
  { item: alice },
  { assignee: alice },
  { assignee: null },
  { text: 'alice' },
  { text: 'bob' },
]

test.each(filters)('a token of a list filtered by %j is of no use with other filters', (own) => {
  const token = writeIncidentContinuation(acme, own, range, 'cursor')
  const readers = filters.filter((each) => readIncidentContinuation(token, acme, each) !== undefined)
  expect(readers).toEqual([own])
})
