// Keys of the event table: those of the reference's rows, newest first, one more row for each index.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  feedKey,
  firstNumberOf,
  headKey,
  isIndexed,
  isListKey,
  keyRange,
  listKeyOf,
  partitionKeyOf,
  proofKeyOf,
  rowKeysOf,
} from '../../../../src/adapters/azure/events/row-keys.ts'
import { type Instant, instantAt } from '../../../../src/domain/instant.ts'
import { indexedFields } from '../../../../src/domain/log/query.ts'
import { acme, alice, event, guid, instant } from '../../../support/events.ts'

const id = guid(7, 'f')
/** From 2026-11-20T10:00:00Z to 9999-01-01T00:00:00Z: 2,911,754 days and 14 hours. */
const millisecondsLeft = '251575596000000'
const listKey = `Date=${millisecondsLeft}__Uniquifier=${id}`
const at = (date: Instant) => listKeyOf({ id, date })
const milliseconds = fc.integer({ min: Date.UTC(1602), max: Date.UTC(9998) })

test.each([
  ['organization', `OrganizationId=${acme}`],
  ['provider', `ProviderId=${acme}`],
  ['user', `UserId=${acme}`],
] as const)('the log of one %s is one partition', (kind, key) => {
  expect(partitionKeyOf({ kind, id: acme })).toBe(key)
})

describe('listKeyOf', () => {
  test('counts the milliseconds from the event to the year 9999', () => {
    expect(at(instant('2026-11-20T10:00:00Z'))).toBe(listKey)
    expect(at(instant('2026-11-20T10:00:00.0009999Z'))).toBe(listKey)
    expect(at(instant('9998-12-31T23:59:59.999Z'))).toBe(`Date=000000000000001__Uniquifier=${id}`)
  })

  test('sorts newest first, then by id', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (a, b) => {
        expect(at(instantAt(a)) < at(instantAt(b))).toBe(a > b)
      }),
    )
    const date = instant('2026-11-20T10:00:00Z')
    expect(listKeyOf({ id: guid(1), date }) < listKeyOf({ id: guid(2), date })).toBe(true)
  })
})

describe('isListKey', () => {
  test.each([
    ['of ours', listKey],
    ['of a reference server with parts of a millisecond', `Date=251575682400000.5__Uniquifier=${id}`],
    ['of a reference server without zeros before it', `Date=7__Uniquifier=${id}`],
  ])('knows one %s', (_, text) => {
    expect(isListKey(text)).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['an index row', `CipherId=${id}__${listKey}`],
    ['a guard row', `Id=${id}`],
    ['a feed row', feedKey(7)],
    ['no id', `Date=${millisecondsLeft}__Uniquifier=`],
    ['a quote in the id', `Date=7__Uniquifier=${id.replace('f', "'")}`],
    ['something after it', `${listKey} or`],
  ])('refuses %s', (_, text) => {
    expect(isListKey(text)).toBe(false)
  })
})

describe('rowKeysOf', () => {
  const date = '2026-11-20T10:00:00Z'
  const keysOf = (members: Record<string, unknown>) => rowKeysOf({ ...event({ date, ...members }), id })

  test('has the list’s row and one for each id that lists filter by', () => {
    const ids = Object.fromEntries(indexedFields.map((field, index) => [field, guid(index, '1')]))
    expect(keysOf(ids)).toEqual([
      listKey,
      ...[
        'ActingUserId',
        'CipherId',
        'SendId',
        'ServiceAccountId',
        'SecretId',
        'ProjectId',
        'GrantedServiceAccountId',
        'CollectionId',
        'GroupId',
        'PolicyId',
        'OrganizationUserId',
      ].map((column, index) => `${column}=${guid(index, '1')}__${listKey}`),
    ])
  })

  test('has no index of acting users in a personal log, which has only the user’s own acts', () => {
    const own = { organizationId: undefined, cipherId: undefined, userId: alice, actingUserId: alice }
    expect(keysOf(own)).toEqual([listKey])
    expect(keysOf({ ...own, providerId: acme })).toEqual([listKey, `ActingUserId=${alice}__${listKey}`])
  })

  test('has a guard row by id where the date is the server’s, and proves the event by it', () => {
    const dated = { ...event({ date }), id }
    expect(proofKeyOf(dated)).toBe(listKey)
    expect(proofKeyOf({ ...dated, clientDate: '' })).toBe(`Id=${id}`)
    expect(keysOf({ clientDate: '' })).toEqual([...keysOf({}), `Id=${id}`])
  })

  test('proves every event by a row that it has', () => {
    for (const each of [event(), event({ clientDate: 'yesterday' }), event({ actingUserId: undefined })]) {
      expect(rowKeysOf(each)).toContain(proofKeyOf(each))
    }
  })
})

describe('keyRange', () => {
  const [from, to] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 20)]
  const inRange = (range: ReturnType<typeof keyRange>, key: string) => range.after < key && key < range.before

  test('holds every event of its time, and none two milliseconds outside', () => {
    const range = keyRange(undefined, instantAt(from), instantAt(to), null)
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), (ms) => inRange(range, at(instantAt(ms)))),
      { examples: [[from], [to]] },
    )
    expect(inRange(range, at(instantAt(from - 2)))).toBe(false)
    expect(inRange(range, at(instantAt(to + 2)))).toBe(false)
  })

  test('holds the reference’s keys, which may carry parts of a millisecond', () => {
    const range = keyRange(undefined, instantAt(from), instantAt(to), null)
    const leftAt = (ms: number) => /\d{15}/.exec(at(instantAt(ms)))?.[0]
    expect(inRange(range, `Date=${leftAt(from)}.9__Uniquifier=${id}`)).toBe(true)
    expect(inRange(range, `Date=${leftAt(to + 1)}.1__Uniquifier=${id}`)).toBe(true)
  })

  test('of an index holds that index’s rows and no other', () => {
    const cipherId = guid(1, 'd')
    const range = keyRange({ field: 'cipherId', id: cipherId }, instantAt(from), instantAt(to), null)
    const keys = rowKeysOf(event({ cipherId, date: '2026-11-10T00:00:00Z' }))
    expect(range.prefix).toBe(`CipherId=${cipherId}__`)
    expect(keys.filter((key) => inRange(range, key))).toEqual(keys.filter((key) => key.startsWith(range.prefix)))
  })

  test('goes on after a cursor, and not before its own newest', () => {
    const middle = at(instant('2026-11-10'))
    expect(keyRange(undefined, instantAt(from), instantAt(to), middle).after).toBe(middle)
    const whole = keyRange(undefined, instantAt(from), instantAt(to), null)
    expect(keyRange(undefined, instantAt(from), instantAt(to), at(instant('2026-12-24')))).toEqual(whole)
  })
})

test('feed rows sort by the number of their first event, which their key has', () => {
  expect(feedKey(1_795_328_880)).toBe('Seq=000001795328880')
  expect(feedKey(9) < feedKey(10)).toBe(true)
  expect(firstNumberOf(feedKey(1_234))).toBe(1_234)
})

test('guard rows, feed rows, list rows, index rows and the head lie in ranges of their own', () => {
  const heads = [headKey, `Id=${id}`, feedKey(7), listKey, ...indexedFields.map((field) => field)]
  const starts = new Set(heads.map((key) => key.replace(/=.*/, '')))
  expect(starts.size).toBe(heads.length)
})

test('an id is indexed when lists filter by it', () => {
  expect(indexedFields.every(isIndexed)).toBe(true)
  expect(isIndexed('installationId')).toBe(false)
})
