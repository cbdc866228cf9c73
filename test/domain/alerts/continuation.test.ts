// Continuation tokens of lists of alerts: each reads back as written, for one organization and its filters alone.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AlertQuery, alertStates } from '../../../src/domain/alerts/alert.ts'
import { readAlertContinuation, writeAlertContinuation } from '../../../src/domain/alerts/continuation.ts'
import { levels } from '../../../src/domain/alerts/sigma/rules.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { readEventContinuation, writeEventContinuation } from '../../../src/domain/log/continuation.ts'
import type { EventQuery } from '../../../src/domain/log/query.ts'
import { anyText } from '../../support/any-text.ts'
import { acme, alice, globex, guid, instant } from '../../support/events.ts'

const range = { from: instant('2026-10-23'), to: instant('2026-11-22T23:59:59.9999999Z') }
const query: EventQuery = {
  log: { kind: 'organization', id: acme },
  from: range.from,
  to: range.to,
  filters: [{ fields: ['actingUserId'], ids: [alice] }],
  traits: {},
}
const ids = fc.integer({ min: 0, max: 0xffff }).map((number) => guid(number))
const instants = fc.integer({ min: Date.UTC(1700), max: Date.UTC(2200) }).map(instantAt)

describe('a continuation token of alerts', () => {
  const asked = { state: 'open', active: true, ruleId: guid(1, 'f'), levels: ['high'] } as const
  const alerts: fc.Arbitrary<AlertQuery> = fc.record(
    {
      from: instants,
      to: instants,
      state: fc.constantFrom(...alertStates),
      active: fc.boolean(),
      ruleId: ids,
      levels: fc.subarray([...levels]),
    },
    { requiredKeys: ['from', 'to'] },
  )

  test('reads back as its cursor and its range', () => {
    fc.assert(
      fc.property(alerts, ids, anyText(), (each, id, cursor) => {
        const { from, to, ...rest } = each
        const token = writeAlertContinuation(id, each, cursor)
        expect(readAlertContinuation(token, id, rest)).toEqual({ cursor, range: { from, to } })
      }),
    )
  })

  test('belongs to one organization and its filters, and to lists of alerts', () => {
    const token = writeAlertContinuation(acme, { ...asked, ...range }, 'cursor')
    expect(readAlertContinuation(token, acme, asked)).toBeDefined()
    expect(readAlertContinuation(token, globex, asked)).toBeUndefined()
    for (const name of ['state', 'active', 'ruleId', 'levels']) {
      const fewer = Object.fromEntries(Object.entries(asked).filter(([each]) => each !== name))
      expect(readAlertContinuation(token, acme, fewer)).toBeUndefined()
    }
    expect(readAlertContinuation(token, acme, { ...asked, state: 'acknowledged' })).toBeUndefined()
    expect(readAlertContinuation(token, acme, { ...asked, active: false })).toBeUndefined()
    expect(readEventContinuation(token, query)).toBeUndefined()
    expect(readAlertContinuation(writeEventContinuation(query, query, 'cursor'), acme, {})).toBeUndefined()
  })
})
