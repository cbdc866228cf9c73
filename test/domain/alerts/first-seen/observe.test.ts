import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { observe } from '../../../../src/domain/alerts/first-seen/observe.ts'
import { organizationNewnessMs } from '../../../../src/domain/alerts/first-seen/organization.ts'
import { emptyFirstSeenState, type FirstSeenState } from '../../../../src/domain/alerts/first-seen/state.ts'
import { expiresAt, valuesMax } from '../../../../src/domain/alerts/first-seen/subject.ts'
import { newnessMs } from '../../../../src/domain/alerts/first-seen/values.ts'
import { nothingObserved, tracedFields } from '../../../../src/domain/alerts/observed/observed.ts'
import type { Place } from '../../../../src/domain/alerts/observed/place.ts'
import type { StoredEvent } from '../../../../src/domain/events/event.ts'
import { millisecondsOf } from '../../../../src/domain/instant.ts'
import { knownIn, observed, on, startMs, stateAfter } from '../../../support/alerts/first-seen.ts'
import { alice, bob, event, guid } from '../../../support/events.ts'

const dayMs = 86_400_000
const newDays = newnessMs / dayMs
const bobs = { actingUserId: bob }

const ips = (events: readonly StoredEvent[], state?: FirstSeenState) => observed('isFirstSeenIp', events, state)
const before = [on(0, '192.0.2.1')]

describe('an address of an account that keeps to few', () => {
  const ofFew = (events: readonly StoredEvent[]) => observed('isFirstSeenIpOfFew', events).at(-1)
  const usual = (count: number, day = 0) => Array.from({ length: count }, (_, index) => on(day, `192.0.2.${index + 1}`))

  test('is new after one to five others, and not after six', () => {
    expect([1, 5, 6].map((count) => ofFew([...usual(count), on(9, '203.0.113.7')]))).toEqual([true, true, false])
  })

  test('is judged by those known for seven days, to the millisecond: late events have arrived by then', () => {
    expect(ofFew([...usual(1), ...usual(6, 2), on(9 - 1 / dayMs, '203.0.113.7')])).toBe(true)
    expect(ofFew([...usual(1), ...usual(6, 2), on(9, '203.0.113.7')])).toBe(false)
  })

  test('is none that the account has used, and unknown as long as new addresses are', () => {
    expect(ofFew([...usual(2), on(9, '192.0.2.2')])).toBe(false)
    expect(ofFew([...usual(1), on(6, '203.0.113.7')])).toBeNull()
  })

  test('is none of a person of the first week', () => {
    expect(ofFew([...usual(1), on(8, '192.0.2.50', bobs), on(9, '203.0.113.7', bobs)])).toBe(false)
  })

  test('counts no address that was not seen for 90 days', () => {
    expect(ofFew([...usual(5), ...usual(1, 60), on(91, '203.0.113.7')])).toBe(true)
    expect(ofFew([...usual(6), ...usual(1, 60), on(91, '203.0.113.7')])).toBe(true)
    expect(ofFew([...usual(6), ...usual(6, 60), on(91, '203.0.113.7')])).toBe(false)
  })
})

describe('an address', () => {
  test('is not reported as new until user and organization have been known for seven days, to the millisecond', () => {
    const early = event({ date: new Date(startMs + 7 * dayMs - 1).toISOString(), ipAddress: '192.0.2.2' })
    expect(ips([on(0, '192.0.2.1'), early, on(7, '192.0.2.3')])).toEqual([null, null, true])
  })

  test('stays new for a session, whichever event came first, to the millisecond', () => {
    const last = event({ date: new Date(startMs + 8 * dayMs + newnessMs - 1).toISOString(), ipAddress: '192.0.2.2' })
    const events = [
      on(8, '192.0.2.2', { type: 1107 }),
      on(8.1, '192.0.2.2', { type: 1000 }),
      last,
      on(8 + newDays, '192.0.2.2'),
    ]
    expect(ips([...before, ...events])).toEqual([null, true, true, true, false])
  })

  test('is new for one session, however it is spelled', () => {
    const written = ['203.0.113.66', '::ffff:203.0.113.66', '::FFFF:CB00:7142', '203.0.113.66', '203.0.113.67']
    expect(ips([...before, ...written.map((each, index) => on(8 + index, each))]).slice(1)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
    expect(ips([...before, on(8, '2001:db8::A'), on(9, '2001:DB8::a')]).slice(1)).toEqual([true, false])
  })

  const group = fc.nat(0xffff).map((number) => number.toString(16))
  const sixtyFour = fc.tuple(group, group, group).map((groups) => ['2001', ...groups].join(':'))
  const suffix = fc.tuple(group, group, group, group).map((groups) => groups.join(':'))

  test('of IPv6 is new once for its /64, whichever address of it comes first and how often', () => {
    fc.assert(
      fc.property(sixtyFour, fc.array(suffix, { minLength: 2, maxLength: 20 }), (network, suffixes) => {
        const days = suffixes.map((each, index) => on(8 + index, `${network}:${each}`))
        expect(ips([...before, ...days])).toEqual([null, true, ...suffixes.slice(1).map(() => false)])
      }),
    )
  })

  test('of IPv6 is new in another /64, near or far', () => {
    fc.assert(
      fc.property(sixtyFour, sixtyFour, suffix, fc.nat(63), (network, other, host, bit) => {
        const near = BigInt(`0x${bytesOf(`${network}:${host}`)}`) ^ (1n << BigInt(64 + bit))
        const groups = near.toString(16).padStart(32, '0').match(/.{4}/g) ?? []
        const seen = [...before, on(8, `${network}:${host}`)]
        expect(ips([...seen, on(9, groups.join(':'))]).at(-1)).toBe(true)
        expect(ips([...seen, on(9, `${other}:${host}`)]).at(-1)).toBe(other !== network)
      }),
    )
  })

  test('of IPv4 is new for itself alone', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        const seen = [on(0, '2001:db8::1'), on(8, one), on(9, `::ffff:${one}`)]
        expect(ips([...seen, on(10, other)])).toEqual([null, true, false, one !== other])
      }),
    )
  })

  test('is new again when it was not seen for 90 days', () => {
    const stays = [30, 60, 97, 98, 120].map((day) => on(day, '192.0.2.1'))
    const events = [...before, on(8, '192.0.2.2'), ...stays]
    expect(ips([...events, on(97, '192.0.2.2')]).at(-1)).toBe(false)
    expect(ips([...events, on(98, '192.0.2.2'), on(98.1, '192.0.2.2')]).slice(-2)).toEqual([true, true])
  })

  test('of a late event is judged by date: new if it is the first by then', () => {
    const late = [on(8, '192.0.2.2'), on(8.1, '192.0.2.2'), on(8.5, '192.0.2.2'), on(9.1, '192.0.2.2')]
    expect(ips([...before, on(9, '192.0.2.2'), ...late]).slice(1)).toEqual([true, true, true, false, true])
  })

  test('that only failed to log in is new until it succeeded', () => {
    const failures = [8, 8.5, 9].map((day, index) => on(day, '192.0.2.2', { type: 1005 + (index % 2) }))
    const events = [...failures, on(9.1, '192.0.2.2', { type: 1000 }), on(9.2, '192.0.2.2'), on(10, '192.0.2.2')]
    expect(ips([...before, ...events]).slice(1)).toEqual([true, true, true, true, true, false])
    const state = stateAfter(before)
    const known = knownIn(state)
    ips(failures, state)
    expect(knownIn(state)).toEqual(known)
  })

  test('that was forgotten among too many is new again: those seen longest ago go first', () => {
    const many = Array.from({ length: valuesMax.addresses }, (_, index) => on(9, `2001:db8:0:${index}::1`))
    const state = stateAfter([...before, on(8, '192.0.2.2'), ...many])
    expect(state.subjects.get(alice)?.addresses.size).toBe(valuesMax.addresses)
    expect(ips([on(10, '2001:db8:0:7::9'), on(10, '192.0.2.2')], state)).toEqual([false, true])
  })
})

test('a network is new once: the /24 of IPv4, the /48 of IPv6', () => {
  const addresses = [
    '198.51.100.1',
    '198.51.100.200',
    '198.51.101.1',
    '2001:db8:1:2::3',
    '2001:db8:1:3::4',
    '2001:db8:2::',
  ]
  const events = addresses.map((address, index) => on(8 + index, address))
  expect(observed('isFirstSeenNetwork', [...before, ...events]).slice(1)).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
  ])
})

describe('a device type', () => {
  test('is new for a session, with an address or without', () => {
    const events = [
      on(0, '192.0.2.1', { deviceType: 9 }),
      on(8, undefined, { deviceType: 8 }),
      on(9, '192.0.2.1', { deviceType: 8 }),
    ]
    expect(observed('isFirstSeenDevice', [...events, on(9, '192.0.2.1', { deviceType: 9 })])).toEqual([
      null,
      true,
      false,
      false,
    ])
  })

  test('of a person who is not known long enough says nothing', () => {
    expect(observed('isFirstSeenDevice', [...before, on(8, '192.0.2.1', { ...bobs, deviceType: 9 })])).toEqual([
      null,
      null,
    ])
  })
})

describe('the organization', () => {
  const inOrganization = (events: readonly StoredEvent[], state?: FirstSeenState) =>
    observed('isFirstSeenIpInOrganization', events, state)

  test('finds an address new for a day after its first event, of any of its people, from its eighth day on', () => {
    const inDays = organizationNewnessMs / dayMs
    const events = [
      on(6, '192.0.2.2'),
      on(7, '192.0.2.3'),
      on(7.5, '192.0.2.3', bobs),
      on(7 + inDays, '192.0.2.3', bobs),
    ]
    expect(inOrganization([...before, ...events])).toEqual([null, null, true, true, false])
    expect(inOrganization([...before, on(8, '192.0.2.1', bobs)])).toEqual([null, false])
  })

  test('finds a network new once', () => {
    const events = [on(8, '198.51.100.1'), on(9.5, '198.51.100.2', bobs), on(9.5, '198.51.101.2', bobs)]
    expect(observed('isFirstSeenNetworkInOrganization', [...before, ...events])).toEqual([null, true, false, true])
    expect(inOrganization([...before, ...events])).toEqual([null, true, true, true])
  })

  test('learns nothing from failed logins: an address that guesses stays new', () => {
    const failures = [8, 9.5, 11].map((day, index) =>
      on(day, '192.0.2.66', { type: 1005, actingUserId: guid(index + 5, 'b') }),
    )
    expect(inOrganization([...before, ...failures])).toEqual([null, true, true, true])
  })

  test('vouches for addresses in the first week of a person, and what it does not know is new', () => {
    const events = [
      on(8, '192.0.2.1', bobs),
      on(8.1, '192.0.2.9', bobs),
      on(8.2, '192.0.2.9', bobs),
      on(8.5, '192.0.2.9', bobs),
      on(9.2, '192.0.2.8', bobs),
    ]
    expect(ips([...before, ...events])).toEqual([null, false, true, true, false, true])
    expect(observed('isFirstSeenNetwork', [...before, ...events])).toEqual([null, false, false, false, false, false])
  })

  test('does not vouch for the address of a person who is known: it is new for that person', () => {
    expect(ips([...before, on(0, '192.0.2.5', bobs), on(8, '192.0.2.1', bobs)]).at(-1)).toBe(true)
  })
})

test('a user is new for the first seven days, and after 90 days without events, in an organization that is known', () => {
  const events = [on(8, '192.0.2.1', bobs), on(14.9, '192.0.2.1', bobs), on(15, '192.0.2.1', bobs), on(60, '192.0.2.1')]
  expect(observed('isFirstSeenUser', [...before, ...events, on(105, '192.0.2.1', bobs)])).toEqual([
    null,
    true,
    true,
    false,
    false,
    true,
  ])
})

test('a service account is known by its own addresses, where no user acted', () => {
  const machine = { actingUserId: undefined, serviceAccountId: guid(3, '5') }
  const events = [on(0, '192.0.2.1', machine), on(8, '192.0.2.1', machine), on(8, '192.0.2.7', machine)]
  expect(ips(events)).toEqual([null, false, true])
  expect(ips([...events, on(8.5, '192.0.2.7', { serviceAccountId: guid(3, '5') })]).at(-1)).toBe(true)
})

describe('an event', () => {
  test('without user, address or device type says nothing and changes nothing', () => {
    const state = stateAfter([on(0, '192.0.2.1', { deviceType: 9 }), on(8, '192.0.2.2')])
    const known = knownIn(state)
    for (const without of [
      on(8, undefined, { cipherId: undefined }),
      on(8, '192.0.2.9', { actingUserId: undefined }),
    ]) {
      expect(observe(state, without, millisecondsOf(without.date))).toEqual(nothingObserved)
    }
    expect(knownIn(state)).toEqual(known)
  })

  test('gives the same when it is shown again with all that came after it, late events among them', () => {
    const someEvents = fc.array(
      fc.record({
        day: fc.double({ min: 7, max: 11, noNaN: true }),
        host: fc.nat(3),
        deviceType: fc.nat(2),
        who: fc.constantFrom(alice, bob),
      }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(someEvents, fc.array(fc.nat(11), { maxLength: 3 }), (some, cuts) => {
        const events = some.map(({ day, host, deviceType, who }) =>
          on(day, `192.0.2.${host}`, { deviceType, actingUserId: who }),
        )
        const arrivedAt = startMs + 12 * dayMs
        const judge = (state: FirstSeenState, from = 0) =>
          events.slice(from).map((each) => observe(state, each, arrivedAt))
        const state = stateAfter([...before, on(0, '192.0.2.1', bobs)])
        const once = judge(state)
        // Up to two falls of one value's first date are stored; more need more late events of it in falling order.
        if (isFallingOften(events)) return
        for (const from of cuts) expect(judge(state, from)).toEqual(once.slice(from))
      }),
      { numRuns: 500 },
    )
  })

  test('dated ahead of its arrival counts from its arrival', () => {
    const state = emptyFirstSeenState()
    observe(state, on(400, '192.0.2.1'), startMs)
    expect(state.subjects.get(alice)?.since).toBe(startMs)
  })
})

/** Whether the first date of an address or device falls over three times. */
function isFallingOften(events: readonly StoredEvent[]): boolean {
  const falls = new Map<string, { least: string; count: number }>()
  for (const { date, ipAddress, deviceType, actingUserId } of events) {
    for (const value of [
      `${actingUserId}${ipAddress}`,
      `${actingUserId}${deviceType}`,
      `${ipAddress}`,
      actingUserId,
      '',
    ]) {
      const known = falls.get(value ?? '') ?? { least: '~', count: 0 }
      if (date < known.least) falls.set(value ?? '', { least: date, count: known.count + 1 })
    }
  }
  return [...falls.values()].some(({ count }) => count > 3)
}

describe('a user', () => {
  test('who was not seen for 90 days is learned anew', () => {
    const organization = [50, 97].map((day) => on(day, '192.0.2.50', bobs))
    const events = [...before, on(8, '192.0.2.2'), ...organization]
    expect(observed('isFirstSeenUser', [...events, on(98, '192.0.2.50')]).at(-1)).toBe(true)
    expect(ips([...events, on(98, '192.0.2.50')]).at(-1)).toBe(false)
    expect(ips([...events, on(97, '192.0.2.3')]).at(-1)).toBe(true)
  })

  test('is the same whether the text was forgotten when it could be, or not', () => {
    const state = stateAfter([...before, on(8, '192.0.2.2')])
    const known = state.subjects.get(alice)
    if (!known) throw new Error('nothing known')
    const later = event({ date: new Date(expiresAt(known)).toISOString(), ipAddress: '192.0.2.2' })
    expect(observe(state, later, millisecondsOf(later.date))).toEqual(
      observe(emptyFirstSeenState(), later, millisecondsOf(later.date)),
    )
  })
})

describe('history, which arrives over seven days late', () => {
  const arrivalMs = startMs + 100 * dayMs
  /** Observes events that all arrive at once. */
  const imported = (events: readonly StoredEvent[], state = emptyFirstSeenState()) => {
    for (const each of events) expect(observe(state, each, arrivalMs)).toEqual(nothingObserved)
    return state
  }
  const past = [on(20, '192.0.2.1'), on(50, '192.0.2.2'), on(92, '192.0.2.3')]
  const today = () => stateAfter([on(100, '192.0.2.9')])

  test('is never new itself, and teaches since when all are known, and with what, in any order', () => {
    for (const order of [past, past.toReversed(), [past[1], past[2], past[0]].filter((each) => each !== undefined)]) {
      for (const make of [
        () => imported(order),
        () => imported(order, today()),
        () => imported([...order, ...order], today()),
      ]) {
        const later = [on(101, '192.0.2.1'), on(101, '192.0.2.2'), on(101, '192.0.2.7')]
        expect(ips(later, make())).toEqual([false, false, true])
        expect(observed('isFirstSeenIpInOrganization', later, make())).toEqual([false, false, true])
      }
    }
  })

  test('of over 90 days before teaches nothing', () => {
    expect(knownIn(imported([on(10, '192.0.2.1')], today())).subjects).toEqual(knownIn(today()).subjects)
  })
})

test('every field that depends on the events before is one of those that are said', () => {
  expect(Object.keys(nothingObserved)).toEqual(expect.arrayContaining([...tracedFields]))
})

describe('a place', () => {
  const inCountry = (country: string, latitude: number, longitude: number): Place => ({
    country,
    networkNumber: 64_500,
    networkName: 'Example Net',
    isHosting: false,
    latitude,
    longitude,
  })
  const places = new Map([
    ['192.0.2.1', inCountry('DE', 52.5, 13.4)],
    ['192.0.2.2', inCountry('DE', 53.5, 10)],
    ['198.51.100.1', inCountry('US', 40.7, -74)],
    ['203.0.113.1', { ...inCountry('FR', 0, 0), latitude: null, longitude: null }],
  ])
  const placed = () => emptyFirstSeenState((address) => places.get(address))

  test('gives the fields of its country and network, also for history and without a user', () => {
    const fields = { country: 'DE', networkNumber: 64_500, networkName: 'Example Net', isHosting: false }
    const event = on(0, '192.0.2.1')
    expect(observe(placed(), event, startMs)).toMatchObject(fields)
    expect(observe(placed(), event, startMs + 20 * dayMs)).toMatchObject({ ...fields, isFirstSeenCountry: null })
    expect(observe(placed(), on(0, '192.0.2.1', { actingUserId: undefined }), startMs)).toMatchObject(fields)
    expect(observe(placed(), on(0, '192.0.2.9'), startMs)).toMatchObject({ country: null, impossibleTravel: null })
  })

  const countries = (events: readonly StoredEvent[], state = placed()) => observed('isFirstSeenCountry', events, state)

  test('is in a new country for a session, once countries have been known for seven days', () => {
    const events = [on(0, '192.0.2.1'), on(6, '203.0.113.1'), on(7, '192.0.2.2'), on(8, '198.51.100.1')]
    expect(countries([...events, on(8.1, '198.51.100.1'), on(9, '198.51.100.1')])).toEqual([
      null,
      null,
      false,
      true,
      true,
      false,
    ])
  })

  test('is in no new country when the data comes to people who are known already', () => {
    const state = stateAfter([on(0, '192.0.2.1'), on(8, '192.0.2.1')])
    const later = emptyFirstSeenState((address) => places.get(address))
    for (const [id, seen] of state.subjects) later.subjects.set(id, seen)
    later.organization.times = state.organization.times
    expect(countries([on(9, '192.0.2.1'), on(10, '198.51.100.1'), on(17, '203.0.113.1')], later)).toEqual([
      null,
      null,
      true,
    ])
  })

  test('of a person whose countries are not known yet is compared with those of the organization', () => {
    const events = [on(0, '192.0.2.1'), on(8, '192.0.2.1', bobs), on(8.1, '198.51.100.1', bobs)]
    expect(countries([...events, on(8.5, '198.51.100.1', bobs)])).toEqual([null, false, true, false])
  })

  const travels = (events: readonly StoredEvent[]) => observed('impossibleTravel', events, placed())

  test('is too far from the one before, also of a failed login, which teaches nothing', () => {
    const failed = on(1.2, '198.51.100.1', { type: 1005 })
    expect(travels([on(1, '192.0.2.1'), on(1.1, '192.0.2.2'), failed, on(1.2, '192.0.2.1')])).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect(travels([on(1, '192.0.2.1'), on(1.1, '198.51.100.1', bobs), on(2, '198.51.100.1')])).toEqual([
      false,
      false,
      false,
    ])
  })

  test('without a location is no travel', () => {
    expect(travels([on(1, '192.0.2.1'), on(1.01, '203.0.113.1'), on(1.02, '192.0.2.1')])).toEqual([false, null, false])
  })
})

/** The 16 bytes of an address written in full, as hexadecimal digits. */
const bytesOf = (address: string) =>
  address
    .split(':')
    .map((part) => part.padStart(4, '0'))
    .join('')
