// Continuation tokens of lists of events, and cursors of feeds: each reads back as written, for the same query alone, and is refused with one character wrong.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listKeyOf } from '../../../src/adapters/azure/events/row-keys.ts'
import { idFields } from '../../../src/domain/events/event.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import {
  readEventContinuation,
  readFeedCursor,
  writeEventContinuation,
  writeFeedCursor,
} from '../../../src/domain/log/continuation.ts'
import type { EventQuery } from '../../../src/domain/log/query.ts'
import { anyText } from '../../support/any-text.ts'
import { acme, alice, globex, guid, instant, networks } from '../../support/events.ts'

const query: EventQuery = {
  log: { kind: 'organization', id: acme },
  from: instant('2026-10-23'),
  to: instant('2026-11-22T23:59:59.9999999Z'),
  filters: [{ fields: ['actingUserId'], ids: [alice] }],
  traits: {},
}
const cursor = listKeyOf({ id: guid(7, 'f'), date: instant('2026-11-20T10:00:00Z') })
const range = { from: query.from, to: query.to }
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const ids = fc.integer({ min: 0, max: 0xffff }).map((number) => guid(number))
const instants = fc.integer({ min: Date.UTC(1700), max: Date.UTC(2200) }).map(instantAt)
const traits = {
  types: fc.array(fc.nat(3_000), { minLength: 1, maxLength: 3 }),
  networks: fc.array(fc.ipV6(), { minLength: 1, maxLength: 3 }).map((each) => networks(...each)),
  deviceTypes: fc.array(fc.nat(26), { minLength: 1, maxLength: 3 }),
}
const queries: fc.Arbitrary<EventQuery> = fc.record({
  log: fc.record({ kind: fc.constantFrom('organization', 'provider', 'user'), id: ids }),
  from: instants,
  to: instants,
  filters: fc.array(
    fc.record({
      fields: fc.subarray([...idFields]),
      ids: fc.array(ids, { minLength: 1, maxLength: 3 }),
      negated: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  traits: fc.record({ ...traits, not: fc.record(traits, { requiredKeys: [] }) }, { requiredKeys: [] }),
})

describe('a continuation token', () => {
  test('reads back as its cursor and its range, for any text as cursor', () => {
    fc.assert(
      fc.property(queries, anyText(), (each, cursor) => {
        const { from, to, ...rest } = each
        expect(readEventContinuation(writeEventContinuation(each, each, cursor), rest)).toEqual({
          cursor,
          range: { from, to },
        })
      }),
    )
  })

  test('fits into a URL as it is', () => {
    fc.assert(
      fc.property(queries, fc.string(), (each, cursor) => {
        const token = writeEventContinuation(each, each, cursor)
        expect(encodeURIComponent(token)).toBe(token)
      }),
    )
  })

  test('of an earlier release stays readable: connectors store tokens for days', () => {
    const earlier = [
      'WyJEYXRlPTI1MTU3NTU5NjAwMDAwMF9fVW5pcXVpZmllcj1mMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDciLCIy',
      'MDI2LTEwLTIzVDAwOjAwOjAwLjAwMDAwMDBaIiwiMjAyNi0xMS0yMlQyMzo1OTo1OS45OTk5OTk5WiIsIkNJa1N5dm5tRjRXcGxKQm8iXQ',
    ].join('')
    expect(readEventContinuation(earlier, query)).toEqual({ cursor, range })
  })

  test('is refused with any one character changed or missing', () => {
    const token = writeEventContinuation(query, query, cursor)
    const damaged = [...token].flatMap((character, index) => {
      const [before, after] = [token.slice(0, index), token.slice(index + 1)]
      return ['', ...alphabet].filter((other) => other !== character).map((other) => before + other + after)
    })
    expect(damaged.filter((each) => readEventContinuation(each, query))).toEqual([])
  })

  test.each(['', 'null', 'x'.repeat(5_000), '=', Buffer.from('["a"]').toString('base64url'), 'W10'])(
    'is not %j',
    (text) => {
      expect(readEventContinuation(text, query)).toBeUndefined()
    },
  )

  test.each([
    ['of another organization', { log: { kind: 'organization', id: globex } }],
    ['of another kind of log', { log: { kind: 'provider', id: acme } }],
    ['without the filter', { filters: [] }],
    ['filtered by another id', { filters: [{ fields: ['actingUserId'], ids: [guid(9)] }] }],
    ['filtered by another field', { filters: [{ fields: ['userId'], ids: [alice] }] }],
    ['filtered by a type', { traits: { types: [1107] } }],
    ['filtered by an address', { traits: { networks: networks('::1') } }],
    ['filtered by a device', { traits: { deviceTypes: [0] } }],
    ['filtered by one more id', { filters: [{ fields: ['actingUserId'], ids: [alice, guid(9)] }] }],
    ['without the id', { filters: [{ fields: ['actingUserId'], ids: [alice], negated: true }] }],
    ['without a type', { traits: { not: { types: [1107] } } }],
    ['without an address', { traits: { not: { networks: networks('::1') } } }],
    ['without a device', { traits: { not: { deviceTypes: [0] } } }],
    ['filtered further', { filters: [...query.filters, { fields: ['cipherId'], ids: [guid(1)] }] }],
  ] satisfies [string, Partial<EventQuery>][])('is refused for a list %s', (_, other) => {
    expect(readEventContinuation(writeEventContinuation(query, query, cursor), { ...query, ...other })).toBeUndefined()
  })

  test('belongs to the search, as it is written', () => {
    const searched = { ...query, search: 'who:alice' }
    const token = writeEventContinuation(searched, range, cursor)
    expect(readEventContinuation(token, searched)).toEqual({ cursor, range })
    for (const search of [undefined, '', 'who:bob'])
      expect(readEventContinuation(token, { ...query, search })).toBeUndefined()
    expect(readEventContinuation(writeEventContinuation(query, range, cursor), searched)).toBeUndefined()
  })

  test('continues the kind of response that it was written for', () => {
    const token = writeEventContinuation(query, query, cursor, 'export csv')
    expect(readEventContinuation(token, query, 'export csv')).toEqual({ cursor, range })
    expect(readEventContinuation(token, query, 'export ndjson')).toBeUndefined()
    expect(readEventContinuation(token, query)).toBeUndefined()
  })

  test('is refused when only its range was changed', () => {
    const [first, from, , checksum] = JSON.parse(
      Buffer.from(writeEventContinuation(query, query, cursor), 'base64url').toString(),
    )
    const wider = JSON.stringify([first, from, instant('2100-01-01'), checksum])
    expect(readEventContinuation(Buffer.from(wider).toString('base64url'), query)).toBeUndefined()
  })
})

describe('a cursor', () => {
  const log = query.log

  test('reads back for the feed of the same log alone', () => {
    const token = writeFeedCursor(log, 'Seq=7')
    expect(readFeedCursor(token, log)).toBe('Seq=7')
    expect(readFeedCursor(token, { kind: 'organization', id: globex })).toBeUndefined()
    expect(readFeedCursor(token, { kind: 'provider', id: acme })).toBeUndefined()
  })

  test('is no continuation token, nor the other way round', () => {
    expect(readFeedCursor(writeEventContinuation(query, query, cursor), log)).toBeUndefined()
    expect(readEventContinuation(writeFeedCursor(log, cursor), query)).toBeUndefined()
  })
})
