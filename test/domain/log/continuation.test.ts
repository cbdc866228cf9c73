// Continuation tokens and cursors: read back as written, for the same list or feed alone, and refused with one character wrong.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { positionOf } from '../../../src/adapters/azure/events/row-keys.ts'
import { type AlertQuery, alertStates } from '../../../src/domain/alerts/alert.ts'
import { levels } from '../../../src/domain/alerts/sigma/rules.ts'
import { idFields } from '../../../src/domain/events/event.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import {
  readAlertContinuation,
  readContinuation,
  readCursor,
  writeAlertContinuation,
  writeContinuation,
  writeCursor,
} from '../../../src/domain/log/continuation.ts'
import type { EventQuery } from '../../../src/domain/log/query.ts'
import { acme, alice, globex, guid, instant, networks } from '../../support/events.ts'

const query: EventQuery = {
  log: { kind: 'organization', id: acme },
  from: instant('2026-10-23'),
  to: instant('2026-11-22T23:59:59.9999999Z'),
  filters: [{ fields: ['actingUserId'], id: alice }],
  traits: {},
}
const position = positionOf({ id: guid(7, 'f'), date: instant('2026-11-20T10:00:00Z') })
const range = { from: query.from, to: query.to }
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const ids = fc.integer({ min: 0, max: 0xffff }).map((number) => guid(number))
const instants = fc.integer({ min: Date.UTC(1700), max: Date.UTC(2200) }).map(instantAt)
const queries: fc.Arbitrary<EventQuery> = fc.record({
  log: fc.record({ kind: fc.constantFrom('organization', 'provider', 'user'), id: ids }),
  from: instants,
  to: instants,
  filters: fc.array(fc.record({ fields: fc.subarray([...idFields]), id: ids }), { maxLength: 3 }),
  traits: fc.record(
    {
      types: fc.array(fc.nat(3_000), { minLength: 1, maxLength: 3 }),
      networks: fc.array(fc.ipV6(), { minLength: 1, maxLength: 3 }).map((each) => networks(...each)),
      deviceType: fc.nat(26),
    },
    { requiredKeys: [] },
  ),
})

describe('a continuation token', () => {
  test('gives back its place and its range, whatever the place is called', () => {
    fc.assert(
      fc.property(queries, fc.string({ unit: 'binary' }), (each, place) => {
        const { from, to, ...rest } = each
        expect(readContinuation(writeContinuation(each, place), rest)).toEqual({ position: place, range: { from, to } })
      }),
    )
  })

  test('fits into a URL as it is', () => {
    fc.assert(
      fc.property(queries, fc.string(), (each, place) => {
        const token = writeContinuation(each, place)
        expect(encodeURIComponent(token)).toBe(token)
      }),
    )
  })

  test('of an earlier release is still read: connectors keep them for days', () => {
    const kept = [
      'WyJEYXRlPTI1MTU3NTU5NjAwMDAwMF9fVW5pcXVpZmllcj1mMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDciLCIy',
      'MDI2LTEwLTIzVDAwOjAwOjAwLjAwMDAwMDBaIiwiMjAyNi0xMS0yMlQyMzo1OTo1OS45OTk5OTk5WiIsIkNJa1N5dm5tRjRXcGxKQm8iXQ',
    ].join('')
    expect(readContinuation(kept, query)).toEqual({ position, range })
  })

  test('is refused with any one character changed or missing', () => {
    const token = writeContinuation(query, position)
    const damaged = [...token].flatMap((character, index) => {
      const [before, after] = [token.slice(0, index), token.slice(index + 1)]
      return ['', ...alphabet].filter((other) => other !== character).map((other) => before + other + after)
    })
    expect(damaged.filter((each) => readContinuation(each, query))).toEqual([])
  })

  test.each(['', 'null', 'x'.repeat(5_000), '=', Buffer.from('["a"]').toString('base64url'), 'W10'])(
    'is not %j',
    (text) => {
      expect(readContinuation(text, query)).toBeUndefined()
    },
  )

  test.each([
    ['of another organization', { log: { kind: 'organization', id: globex } }],
    ['of another kind of log', { log: { kind: 'provider', id: acme } }],
    ['without the filter', { filters: [] }],
    ['filtered by another id', { filters: [{ fields: ['actingUserId'], id: guid(9) }] }],
    ['filtered by another member', { filters: [{ fields: ['userId'], id: alice }] }],
    ['filtered by a type', { traits: { types: [1107] } }],
    ['filtered by an address', { traits: { networks: networks('::1') } }],
    ['filtered by a device', { traits: { deviceType: 0 } }],
    ['filtered further', { filters: [...query.filters, { fields: ['cipherId'], id: guid(1) }] }],
  ] satisfies [string, Partial<EventQuery>][])('is refused for a list %s', (_, other) => {
    expect(readContinuation(writeContinuation(query, position), { ...query, ...other })).toBeUndefined()
  })

  test('goes on with the answer that it was written for', () => {
    const token = writeContinuation(query, position, 'export csv')
    expect(readContinuation(token, query, 'export csv')).toEqual({ position, range })
    expect(readContinuation(token, query, 'export ndjson')).toBeUndefined()
    expect(readContinuation(token, query)).toBeUndefined()
  })

  test('is refused when only its range was changed', () => {
    const [place, from, , seal] = JSON.parse(Buffer.from(writeContinuation(query, position), 'base64url').toString())
    const wider = JSON.stringify([place, from, instant('2100-01-01'), seal])
    expect(readContinuation(Buffer.from(wider).toString('base64url'), query)).toBeUndefined()
  })
})

describe('a cursor', () => {
  const log = query.log

  test('gives back its place, for the feed of the same log alone', () => {
    const cursor = writeCursor(log, 'Seq=7')
    expect(readCursor(cursor, log)).toBe('Seq=7')
    expect(readCursor(cursor, { kind: 'organization', id: globex })).toBeUndefined()
    expect(readCursor(cursor, { kind: 'provider', id: acme })).toBeUndefined()
  })

  test('is no continuation token, nor the other way round', () => {
    expect(readCursor(writeContinuation(query, position), log)).toBeUndefined()
    expect(readContinuation(writeCursor(log, position), query)).toBeUndefined()
  })
})

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

  test('gives back its place and its range', () => {
    fc.assert(
      fc.property(alerts, ids, fc.string({ unit: 'binary' }), (each, id, place) => {
        const { from, to, ...rest } = each
        const token = writeAlertContinuation(id, each, place)
        expect(readAlertContinuation(token, id, rest)).toEqual({ position: place, range: { from, to } })
      }),
    )
  })

  test('is of one organization and its filters alone, and of alerts', () => {
    const token = writeAlertContinuation(acme, { ...asked, ...range }, 'place')
    expect(readAlertContinuation(token, acme, asked)).toBeDefined()
    expect(readAlertContinuation(token, globex, asked)).toBeUndefined()
    for (const name of ['state', 'active', 'ruleId', 'levels']) {
      const fewer = Object.fromEntries(Object.entries(asked).filter(([each]) => each !== name))
      expect(readAlertContinuation(token, acme, fewer)).toBeUndefined()
    }
    expect(readAlertContinuation(token, acme, { ...asked, state: 'acknowledged' })).toBeUndefined()
    expect(readAlertContinuation(token, acme, { ...asked, active: false })).toBeUndefined()
    expect(readContinuation(token, query)).toBeUndefined()
    expect(readAlertContinuation(writeContinuation(query, position), acme, {})).toBeUndefined()
  })
})
