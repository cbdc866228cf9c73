// Daily counts: what counts as what, the bounds, and that batching changes nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memberStatus } from '../../../src/domain/directory/directory.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import {
  addressCharsMax,
  addressesOf,
  addressesPerDayMax,
  busiest,
  busiestMax,
  copyTypes,
  countEvents,
  type Day,
  type DayCounts,
  dayOf,
  emptyDay,
  failedLoginTypes,
  lengthWithin,
  membersNotSeen,
  notSeenMs,
  totalsOf,
  usersOf,
  usersPerDayMax,
  viewTypes,
} from '../../../src/domain/summary/summary.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../support/events.ts'

const day = '2026-11-20'
const at = (time: string, more: Record<string, unknown> = {}) => event({ date: `${day}T${time}Z`, ...more })
const countsOf = (events: readonly StoredEvent[], on: Day = day): DayCounts =>
  countEvents(new Map(), events).get(on) ?? emptyDay

describe('what counts', () => {
  test('as a failed login, a view and a copy', () => {
    expect([...failedLoginTypes]).toEqual([1005, 1006])
    expect([...viewTypes]).toEqual([1107, 1108, 1109, 1110, 1117, 1118, 1121, 1122, 1124, 1126, 1128, 1130, 1132, 2100])
    expect([...copyTypes]).toEqual([1111, 1112, 1113, 1119, 1120, 1123, 1125, 1127, 1129, 1131])
  })

  test('on the day of its date, in UTC', () => {
    const dates = ['2026-11-20T00:00:00Z', '2026-11-20T23:59:59.9999999Z', '2026-11-21T00:00:00Z']
    expect(dates.map((date) => dayOf(event({ date })))).toEqual([day, day, '2026-11-21'])
    expect(dayOf(event({ date: '2026-11-20T23:30:00-01:00' }))).toBe('2026-11-21')
  })

  test('for the actor, by kind and with the time of the last one', () => {
    const types = [1000, 1005, 1006, 1107, 1108, 1111, 1114]
    const counts = countsOf(types.map((type, index) => at(`10:00:0${index}`, { type })))

    const lastAt = Date.UTC(2026, 10, 20, 10, 0, 6)
    expect(counts.users.get(alice)).toEqual({ events: 7, failedLogins: 2, views: 2, copies: 1, lastAt })
  })

  test('not as seen: a failed login, which may be another person’s', () => {
    const tried = countsOf([at('10:00', { type: 1005 })])
    const both = countsOf([at('09:00', { type: 1000 }), at('10:00', { type: 1006 })])

    expect(tried.users.get(alice)?.lastAt).toBeNull()
    expect(both.users.get(alice)?.lastAt).toBe(Date.UTC(2026, 10, 20, 9))
  })

  test('for no person and no address: an event that names neither', () => {
    const { users, addresses } = countsOf([
      at('10:00', { actingUserId: undefined, userId: bob }),
      at('10:01', { actingUserId: undefined, ipAddress: '' }),
    ])

    expect([users.size, addresses.size]).toEqual([0, 0])
  })
})

describe('totals', () => {
  test('are by category, with unknown types as other', () => {
    const types = [1000, 1005, 1107, 1111, 1700, 9_999, 60_000]
    expect(totalsOf(countsOf(types.map((type) => at('10:00', { type }))))).toEqual({
      events: 7,
      byCategory: { user: 2, item: 2, policy: 1, other: 2 },
      failedLogins: 1,
      views: 1,
      copies: 1,
    })
    expect(totalsOf(emptyDay)).toEqual({ events: 0, byCategory: {}, failedLogins: 0, views: 0, copies: 0 })
  })

  test('count every event, also of people and addresses beyond the bounds', () => {
    const events = Array.from({ length: usersPerDayMax + 1 }, (_, index) =>
      at('10:00', { actingUserId: guid(index, 'b'), ipAddress: `2001:db8::${index.toString(16)}` }),
    )
    const counts = countsOf([...events, ...events.slice(0, 2), ...events.slice(-1)])

    expect(totalsOf(counts).events).toBe(usersPerDayMax + 4)
    expect([counts.users.size, counts.addresses.size]).toEqual([usersPerDayMax, addressesPerDayMax])
    expect(counts.users.get(guid(1, 'b'))?.events).toBe(2)
    expect(counts.users.has(guid(usersPerDayMax, 'b'))).toBe(false)
    expect(counts.addresses.get('2001:db8::1')).toBe(2)
  })

  test('count addresses up to the longest possible', () => {
    const [longest, longer] = ['x'.repeat(addressCharsMax), 'x'.repeat(addressCharsMax + 1)]
    const { addresses } = countsOf([at('10:00', { ipAddress: longest }), at('10:00', { ipAddress: longer })])

    expect([...addresses]).toEqual([[longest, 1]])
  })
})

describe('batches', () => {
  const someEvent = fc
    .record({
      day: fc.integer({ min: 1, max: 4 }),
      minute: fc.integer({ min: 0, max: 59 }),
      type: fc.constantFrom(1000, 1005, 1107, 1111, 1700, 60_000),
      actingUserId: fc.constantFrom(undefined, alice, bob),
      ipAddress: fc.constantFrom(undefined, '192.0.2.1', '192.0.2.2'),
    })
    .map(({ day, minute, ...members }) =>
      event({ date: `2026-11-0${day}T10:${String(minute).padStart(2, '0')}:00Z`, ...members }),
    )

  test('give the same counts for any division of the events', () => {
    fc.assert(
      fc.property(fc.array(someEvent), fc.array(fc.integer({ min: 1, max: 7 })), (events, sizes) => {
        const known = new Map<Day, DayCounts>()
        let index = 0
        for (const size of [...sizes, events.length]) {
          const batch = events.slice(index, index + size)
          for (const [day, counts] of countEvents(known, batch)) known.set(day, counts)
          index += batch.length
        }
        const inOrder = (days: ReadonlyMap<Day, DayCounts>) => [...days].toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect(inOrder(known)).toEqual(inOrder(countEvents(new Map(), events)))
      }),
    )
  })

  test('give new days, and leave the given ones unchanged', () => {
    const before = countEvents(new Map(), [at('10:00')])
    const copy = structuredClone(before)
    countEvents(before, [at('11:00')])

    expect(before).toEqual(copy)
  })

  test('end before the day that is one too many', () => {
    const events = ['01', '02', '01', '03', '02'].map((date) => event({ date: `2026-11-${date}` }))

    expect([0, 1, 2, 3, 9].map((daysMax) => lengthWithin(events, daysMax))).toEqual([0, 1, 3, 5, 5])
    expect(lengthWithin([], 1)).toBe(0)
  })
})

describe('a range', () => {
  test('adds up people’s counts and addresses', () => {
    const days = countEvents(new Map(), [
      event({ date: '2026-11-01T10:00Z', type: 1111, ipAddress: '192.0.2.1' }),
      event({ date: '2026-11-02T10:00Z', type: 1107, ipAddress: '192.0.2.1' }),
      event({ date: '2026-11-02T11:00Z', type: 1005, actingUserId: bob, ipAddress: '192.0.2.2' }),
    ])

    expect(usersOf(days.values())).toEqual(
      new Map([
        [alice, { events: 2, failedLogins: 0, views: 1, copies: 1, lastAt: Date.UTC(2026, 10, 2, 10) }],
        [bob, { events: 1, failedLogins: 1, views: 0, copies: 0, lastAt: null }],
      ]),
    )
    expect(addressesOf(days.values())).toEqual(
      new Map([
        ['192.0.2.1', 2],
        ['192.0.2.2', 1],
      ]),
    )
  })

  test('lists the busiest first, equal ones in order, up to the limit', () => {
    const few = new Map([
      ['c', 1],
      ['b', 2],
      ['a', 1],
    ])
    expect(busiest(few, (count) => count).map(([key]) => key)).toEqual(['b', 'a', 'c'])
    const many = new Map(Array.from({ length: busiestMax + 1 }, (_, index) => [`${index}`, index]))
    const named = busiest(many, (count) => count)
    expect([named.length, named[0]?.[1]]).toEqual([busiestMax, busiestMax])
  })
})

describe('members who were not seen', () => {
  const now = Date.UTC(2026, 10, 22)
  const seenAt = (ms: number) => ({ events: 1, failedLogins: 0, views: 0, copies: 0, lastAt: ms })
  const ids = [1, 2, 3, 4, 5].map((number) => guid(number, 'b'))
  const { members } = organization(acme, {
    members: [
      ...ids.map((userId, index) => member(userId, { id: guid(index + 1, '7') })),
      { id: guid(6, '7'), status: memberStatus.invited, type: 2, email: 'new@acme.example' },
      member(guid(7, 'b'), { id: guid(7, '7'), status: memberStatus.revoked }),
    ],
  })

  test('are confirmed and without an event for 30 days; the longest inactive come first', () => {
    const [first, second, third, fourth, fifth] = ids.map((id, index) => [id, index] as const)
    const times = [now, now - notSeenMs + 1, now - notSeenMs, now - 2 * notSeenMs]
    const users = new Map(
      [first, second, third, fourth].flatMap((each, index) =>
        each ? [[each[0], seenAt(times[index] ?? 0)] as const] : [],
      ),
    )

    const found = membersNotSeen(members, users, now).map(({ member: { userId }, lastAt }) => [userId, lastAt])
    expect(found).toEqual([
      [fifth?.[0], null],
      [fourth?.[0], now - 2 * notSeenMs],
      [third?.[0], now - notSeenMs],
    ])
  })
})
