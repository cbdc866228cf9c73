// Continuation tokens of lists of incidents: for one organization and its levels alone.
import { expect, test } from 'vitest'
import { readAlertContinuation } from '../../../../src/domain/alerts/continuation.ts'
import {
  readIncidentContinuation,
  writeIncidentContinuation,
} from '../../../../src/domain/alerts/incidents/continuation.ts'
import { acme, globex, instant } from '../../../support/events.ts'

const range = { from: instant('2026-10-23'), to: instant('2026-11-22T23:59:59.9999999Z') }

test('a continuation token of incidents belongs to one organization and its levels, and to lists of incidents', () => {
  const token = writeIncidentContinuation(acme, { ...range, levels: ['high'] }, 'cursor')
  expect(readIncidentContinuation(token, acme, { levels: ['high'] })).toEqual({ cursor: 'cursor', range })
  expect(readIncidentContinuation(token, globex, { levels: ['high'] })).toBeUndefined()
  expect(readIncidentContinuation(token, acme, {})).toBeUndefined()
  expect(readIncidentContinuation(token, acme, { levels: ['low'] })).toBeUndefined()
  expect(readAlertContinuation(token, acme, { levels: ['high'] })).toBeUndefined()
})
