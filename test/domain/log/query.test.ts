// Queries of lists: the range, and the events that match.
import { describe, expect, test } from 'vitest'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { type IdFilter, matches, rangeDaysMax, rangeOf, resourceFields } from '../../../src/domain/log/query.ts'
import { alice, bob, event, guid, instant, networks } from '../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')

describe('rangeOf', () => {
  test.each([
    ['the last 30 days without either', null, null, '2026-10-23', '2026-11-22T23:59:59.9999999Z'],
    ['until the end of today without an end', '2026-11-01', null, '2026-11-01', '2026-11-22T23:59:59.9999999Z'],
    ['from 30 days before its end without a start', null, '2026-03-31T13:00:00Z', '2026-03-01', '2026-03-31T13:00:00Z'],
    [
      'what both say, to the last digit',
      '2026-11-01T00:00:00.0000001Z',
      '2026-11-02 05:30:00 05:30',
      '2026-11-01T00:00:00.0000001Z',
      '2026-11-02',
    ],
    ['one moment', '2026-11-01', '2026-11-01', '2026-11-01', '2026-11-01'],
    ['the other way round when reversed', '2026-11-02', '2026-11-01', '2026-11-01', '2026-11-02'],
    ['until a start that is still to come', '2026-12-24', null, '2026-11-22T23:59:59.9999999Z', '2026-12-24'],
    ['from the first instant there is, at the earliest', null, '1601-01-10', '1601-01-01', '1601-01-10'],
  ])('is %s', (_, start, end, from, to) => {
    expect(rangeOf(start, end, now)).toEqual({ kind: 'range', range: { from: instant(from), to: instant(to) } })
  })

  test('spans up to 367 days, and not a millisecond more', () => {
    const start = '2025-11-20T00:00:00Z'
    const last = millisecondsOf(instant(start)) + rangeDaysMax * 86_400_000
    expect(rangeOf(start, instantAt(last), now)).toEqual({
      kind: 'range',
      range: { from: instant(start), to: instantAt(last) },
    })
    expect(rangeOf(start, instantAt(last + 1), now)).toEqual({ kind: 'refused', reason: 'range-too-long' })
    expect(rangeOf(instantAt(last + 1), start, now)).toEqual({ kind: 'refused', reason: 'range-too-long' })
    expect(rangeOf('2024-01-01', null, now)).toEqual({ kind: 'refused', reason: 'range-too-long' })
  })

  test.each([
    ['an end', '2026-11-01', 'soon', 'end-unreadable'],
    ['a start', 'soon', '2026-11-01', 'start-unreadable'],
    ['a start without an end', '2026-02-30', null, 'start-unreadable'],
    ['an empty end', null, '', 'end-unreadable'],
  ])('refuses %s that is no date', (_, start, end, reason) => {
    expect(rangeOf(start, end, now)).toEqual({ kind: 'refused', reason })
  })
})

test('an end with six fraction digits includes its whole microsecond, so that no event falls between it and the next start', () => {
  const range = rangeOf('2026-11-20T10:00:00Z', '2026-11-20T10:00:01.123456Z', now)
  expect(range).toMatchObject({ range: { to: '2026-11-20T10:00:01.1234569Z' } })
  for (const exact of ['2026-11-20T10:00:01Z', '2026-11-20T10:00:01.123Z', '2026-11-20T10:00:01.1234560Z']) {
    expect(rangeOf('2026-11-20T10:00:00Z', exact, now)).toMatchObject({ range: { to: instant(exact) } })
  }
})

describe('matches', () => {
  const query = { from: instant('2026-11-20T10:00:00Z'), to: instant('2026-11-20T11:00:00Z'), filters: [], traits: {} }

  test.each([
    ['at the start', '2026-11-20T10:00:00Z', true],
    ['at the end', '2026-11-20T11:00:00Z', true],
    ['before the start', '2026-11-20T09:59:59.9999999Z', false],
    ['after the end', '2026-11-20T11:00:00.0000001Z', false],
  ])('an event %s: %s is %j', (_, date, inside) => {
    expect(matches(event({ date }), query)).toBe(inside)
  })

  const byAlice = { fields: ['actingUserId'], ids: [alice] } as const
  const byBob = { fields: ['actingUserId'], ids: [bob] } as const
  const viewed = event({ projectId: guid(5, '9') })
  const aboutThing = { fields: resourceFields, ids: [guid(5, '9')] } as const

  test.each([
    ['no filter', [], true],
    ['a filter that it passes', [byAlice], true],
    ['a filter that it does not', [byBob], false],
    ['both', [byAlice, byBob], false],
    ['a filter by a member that it has not', [{ fields: ['secretId'], ids: [alice] } as const], false],
    ['any of several members', [byAlice, aboutThing], true],
    ['one of several ids', [{ fields: ['actingUserId'], ids: [bob, alice] } as const], true],
    ['one id at least', [{ fields: ['actingUserId'], ids: [] } as const], false],
    ['the event’s own id', [{ fields: ['cipherId', 'id'], ids: [viewed.id] } as const], true],
    ['none of several ids', [{ ...byAlice, ids: [bob, alice], negated: true }], false],
    [
      'an id that is missing to be none of these',
      [{ fields: ['secretId'], ids: [alice], negated: true } as const],
      true,
    ],
  ])('requires %s', (_, filters, passes) => {
    expect(matches(viewed, { ...query, filters })).toBe(passes)
  })

  test('selects events by a system user, where no person acted', () => {
    const scim = { fields: [], ids: [], systemUsers: [1] } as const
    const both = { fields: ['actingUserId'], ids: [alice], systemUsers: [1] } as const
    const [provisioned, byPerson] = [event({ actingUserId: undefined, systemUser: 1 }), event({ systemUser: 1 })]
    const passed = (filter: IdFilter) =>
      [provisioned, byPerson].map((each) => matches(each, { ...query, filters: [filter] }))
    expect(passed(scim)).toEqual([true, false])
    expect(passed(both)).toEqual([true, true])
    expect(passed({ ...scim, negated: true })).toEqual([false, true])
    expect(passed({ ...scim, systemUsers: [2] })).toEqual([false, false])
  })

  test.each([
    ['its type', { types: [1107] }, { types: [1108] }],
    ['one of several types', { types: [1000, 1107] }, { types: [1000, 1108] }],
    ['its address', { networks: networks('203.0.113.7') }, { networks: networks('203.0.113.70') }],
    ['its network', { networks: networks('203.0.113.0/29') }, { networks: networks('203.0.113.8/29') }],
    ['one of several', { networks: networks('::1', '203.0.113.7') }, { networks: networks('::/0', '10.0.0.0/8') }],
    ['its device, Android too', { deviceTypes: [0] }, { deviceTypes: [1] }],
    ['one of several devices', { deviceTypes: [9, 0] }, { deviceTypes: [] }],
    ['another type than these', { not: { types: [1000] } }, { not: { types: [1000, 1107] } }],
    [
      'another network than these',
      { not: { networks: networks('10.0.0.0/8') } },
      { not: { networks: networks('203.0.113.0/24') } },
    ],
    ['another device than these', { not: { deviceTypes: [1] } }, { not: { deviceTypes: [1, 0] } }],
    ['all of them', { types: [1107], deviceTypes: [0] }, { types: [1107], deviceTypes: [1, 2] }],
  ])('selects events by %s', (_, passed, failed) => {
    const viewed = event({ ipAddress: '203.0.113.7', deviceType: 0 })
    expect(matches(viewed, { ...query, traits: passed })).toBe(true)
    expect(matches(viewed, { ...query, traits: failed })).toBe(false)
  })

  test('finds no event by an address or a device if it has none', () => {
    expect(matches(event(), { ...query, traits: { networks: networks('203.0.113.7', '0.0.0.0/0') } })).toBe(false)
    expect(matches(event(), { ...query, traits: { deviceTypes: [0] } })).toBe(false)
    const not = { networks: networks('0.0.0.0/0'), deviceTypes: [0] }
    expect(matches(event(), { ...query, traits: { not } })).toBe(true)
  })
})
