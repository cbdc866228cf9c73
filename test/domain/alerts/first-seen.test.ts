import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressesMax,
  expiresAt,
  firstSeenCharsMax,
  observe,
  readSeenByUser,
  type SeenByUser,
  writeSeenByUser,
} from '../../../src/domain/alerts/first-seen.ts'
import { millisecondsOf } from '../../../src/domain/instant.ts'
import { alice, bob, event } from '../../support/events.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2026, 0, 1)

/** An event of Alice's so many days after the start. */
const on = (day: number, ipAddress?: string, more: Record<string, unknown> = {}) =>
  event({ date: new Date(startMs + day * dayMs).toISOString(), ipAddress, ...more })

/** Observes events one after the other, as if each had arrived at its date. */
function observeAll(events: readonly ReturnType<typeof on>[], before?: SeenByUser) {
  let known = before
  const firstSeen = events.map((each) => {
    const seen = observe(known, each, millisecondsOf(each.date))
    known = seen.seen
    return seen.firstSeen
  })
  return { firstSeen, known, ips: firstSeen.map(({ isFirstSeenIp }) => isFirstSeenIp) }
}

describe('an address', () => {
  test('is not reported as new until the user has been known for seven days, to the millisecond', () => {
    const early = event({ date: new Date(startMs + 7 * dayMs - 1).toISOString(), ipAddress: '192.0.2.2' })
    expect(observeAll([on(0, '192.0.2.1'), early, on(7, '192.0.2.3')]).ips).toEqual([null, null, true])
  })

  test('is new once, in either case', () => {
    expect(observeAll([on(0, '192.0.2.1'), on(8, '2001:db8::A'), on(8, '2001:DB8::a')]).ips).toEqual([
      null,
      true,
      false,
    ])
  })

  test('is new once, however it is spelled', () => {
    const written = ['203.0.113.66', '::ffff:203.0.113.66', '::FFFF:CB00:7142', '203.0.113.66', '203.0.113.67']
    expect(observeAll([on(0, '192.0.2.1'), ...written.map((each, index) => on(8 + index, each))]).ips).toEqual([
      null,
      true,
      false,
      false,
      false,
      true,
    ])
  })

  const group = fc.nat(0xffff).map((number) => number.toString(16))
  const sixtyFour = fc.tuple(group, group, group).map((groups) => ['2001', ...groups].join(':'))
  const suffix = fc.tuple(group, group, group, group).map((groups) => groups.join(':'))

  test('of IPv6 is new once for its /64, whichever address of it comes first and how often', () => {
    fc.assert(
      fc.property(sixtyFour, fc.array(suffix, { minLength: 2, maxLength: 20 }), (network, suffixes) => {
        const days = suffixes.map((each, index) => on(8 + index, `${network}:${each}`))
        expect(observeAll([on(0, '192.0.2.1'), ...days]).ips).toEqual([
          null,
          true,
          ...suffixes.slice(1).map(() => false),
        ])
      }),
    )
  })

  test('of IPv6 is new in another /64, near or far', () => {
    fc.assert(
      fc.property(sixtyFour, sixtyFour, suffix, fc.nat(63), (network, other, host, bit) => {
        const near = BigInt(`0x${bytesOf(`${network}:${host}`)}`) ^ (1n << BigInt(64 + bit))
        const groups = near.toString(16).padStart(32, '0').match(/.{4}/g) ?? []
        const seen = [on(0, '192.0.2.1'), on(8, `${network}:${host}`)]
        expect(observeAll([...seen, on(9, groups.join(':'))]).ips.at(-1)).toBe(true)
        expect(observeAll([...seen, on(9, `${other}:${host}`)]).ips.at(-1)).toBe(other !== network)
      }),
    )
  })

  test('of IPv4 is new for itself alone', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        const seen = [on(0, '2001:db8::1'), on(8, one), on(8, `::ffff:${one}`)]
        expect(observeAll([...seen, on(9, other)]).ips).toEqual([null, true, false, one !== other])
      }),
    )
  })

  test('is new again when it was not seen for 90 days', () => {
    const stays = [30, 60, 97, 98, 120].map((day) => on(day, '192.0.2.1'))
    const { ips } = observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2'), ...stays, on(97, '192.0.2.2')])
    expect(ips.at(-1)).toBe(false)
    expect(observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2'), ...stays, on(98, '192.0.2.2')]).ips.at(-1)).toBe(true)
  })

  test('is judged in the order of evaluation: a late event is not the first', () => {
    expect(observeAll([on(0, '192.0.2.1'), on(9, '192.0.2.2'), on(8, '192.0.2.2')]).ips).toEqual([null, true, false])
  })

  test('that was forgotten among too many is new again: those seen longest ago go first', () => {
    const many = Array.from({ length: addressesMax }, (_, index) => on(9, `2001:db8:0:${index}::1`))
    const { known } = observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2'), ...many])
    expect(known?.addresses.size).toBe(addressesMax)
    expect(observeAll([on(10, '2001:db8:0:7::9'), on(10, '192.0.2.2')], known).ips).toEqual([false, true])
  })
})

describe('an event', () => {
  test('without user, address or device type says nothing and changes nothing', () => {
    const { known } = observeAll([on(0, '192.0.2.1', { deviceType: 9 }), on(8, '192.0.2.2')])
    const without = [on(8), on(8, '192.0.2.9', { actingUserId: undefined })]
    const { firstSeen, known: after } = observeAll(without, known)
    expect(firstSeen).toEqual(without.map(() => ({ isFirstSeenIp: null, isFirstSeenDevice: null })))
    expect(after).toBe(known)
    expect(observeAll([on(8, undefined, { deviceType: 8 })], known).firstSeen).toEqual([
      { isFirstSeenIp: null, isFirstSeenDevice: true },
    ])
  })

  test('shown again with all that came after it gives the same', () => {
    const devices = [9, 9, 3, 9, 3].map((deviceType) => ({ deviceType }))
    const before = observeAll([on(0, '192.0.2.1', devices[0]), on(8, '192.0.2.2', devices[1])])
    const step = [on(8.1, '192.0.2.3', devices[2]), on(8.2, '192.0.2.3', devices[3]), on(7.5, '192.0.2.4', devices[4])]
    const once = observeAll(step, before.known)
    const again = observeAll(step, once.known)
    expect(again.firstSeen).toEqual(once.firstSeen)
    expect(again.known).toEqual(once.known)
    expect(once.ips).toEqual([true, false, true])
  })

  test('dated ahead of its arrival counts from its arrival', () => {
    const { seen } = observe(undefined, on(400, '192.0.2.1'), startMs)
    expect(seen?.since).toBe(startMs)
  })
})

describe('a user', () => {
  test('who was not seen for 90 days is learned anew', () => {
    expect(observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2'), on(98, '192.0.2.3')]).ips).toEqual([null, true, null])
    expect(observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2'), on(97, '192.0.2.3')]).ips).toEqual([null, true, true])
  })

  test('is the same whether the text was forgotten when it could be, or not', () => {
    const { known } = observeAll([on(0, '192.0.2.1'), on(8, '192.0.2.2')])
    if (!known) throw new Error('nothing known')
    const later = event({ date: new Date(expiresAt(known)).toISOString(), ipAddress: '192.0.2.2' })
    expect(observe(known, later, millisecondsOf(later.date))).toEqual(
      observe(undefined, later, millisecondsOf(later.date)),
    )
  })
})

describe('history, which arrives over seven days late', () => {
  const arrivalMs = startMs + 100 * dayMs
  /** Observes events that all arrive at once. */
  const imported = (events: readonly ReturnType<typeof on>[], before?: SeenByUser) =>
    events.reduce<SeenByUser | undefined>((known, each) => {
      const { seen, firstSeen } = observe(known, each, arrivalMs)
      expect(firstSeen).toEqual({ isFirstSeenIp: null, isFirstSeenDevice: null })
      return seen
    }, before)
  const past = [on(20, '192.0.2.1'), on(50, '192.0.2.2'), on(92, '192.0.2.3')]

  test('is never new itself, and teaches since when the user is known, and with what, in any order', () => {
    const today = observeAll([on(100, '192.0.2.9')]).known
    for (const order of [past, past.toReversed(), [past[1], past[2], past[0]].filter((each) => each !== undefined)]) {
      for (const known of [imported(order), imported(order, today), imported([...order, ...order], today)]) {
        expect(observeAll([on(101, '192.0.2.1'), on(101, '192.0.2.2'), on(101, '192.0.2.7')], known).ips).toEqual([
          false,
          false,
          true,
        ])
      }
    }
  })

  test('of over 90 days before teaches nothing', () => {
    const today = observeAll([on(100, '192.0.2.9')]).known
    expect(imported([on(10, '192.0.2.1')], today)).toEqual(today)
  })
})

/** The 16 bytes of an address written in full, as hexadecimal digits. */
const bytesOf = (address: string) =>
  address
    .split(':')
    .map((part) => part.padStart(4, '0'))
    .join('')

describe('the text', () => {
  test('written before an address had one spelling, and IPv6 its /64, is read as if it had', () => {
    const addresses = [
      ['2001:db8::ab', 9, 'c'],
      ['2001:DB8:0:0::1', 8, 'b'],
      ['::ffff:192.0.2.1', 8, 'a'],
      ['unknown', 7, 'z'],
    ]
    const text = { version: 1, userId: alice, since: startMs, lastDay: 9, addresses, devices: [['9', 9, 'c']] }
    expect(readSeenByUser(alice, JSON.stringify(text))).toMatchObject({
      addresses: new Map([
        ['2001:db8::/64', { day: 9, first: 'c' }],
        ['192.0.2.1', { day: 8, first: 'a' }],
        ['unknown', { day: 7, first: 'z' }],
      ]),
      devices: new Map([['9', { day: 9, first: 'c' }]]),
    })
  })

  test('is read back for its user alone', () => {
    const { known } = observeAll([on(0, '192.0.2.1', { deviceType: 9 }), on(8, '192.0.2.2')])
    if (!known) throw new Error('nothing known')
    expect(readSeenByUser(alice, writeSeenByUser(alice, known))).toEqual(known)
    expect(readSeenByUser(bob, writeSeenByUser(alice, known))).toBeUndefined()
    expect(readSeenByUser(alice, 'else')).toBeUndefined()
  })

  test('fits 400 of the longest addresses there are, and stays within its length with longer ones', () => {
    const full = (index: number) => `2001:0db8:a000:${(0xa000 + index).toString(16)}:0000:0000:0000:0001`
    const all = observeAll(Array.from({ length: addressesMax }, (_, index) => on(index / 400, full(index))))
    const long = observeAll(Array.from({ length: addressesMax }, (_, index) => on(0, `${index}`.padEnd(256, '"'))))
    for (const [{ known }, least] of [
      [all, addressesMax],
      [long, 40],
    ] as const) {
      if (!known) throw new Error('nothing known')
      const text = writeSeenByUser(alice, known)
      expect(text.length).toBeLessThanOrEqual(firstSeenCharsMax)
      expect(readSeenByUser(alice, text)?.addresses.size).toBeGreaterThanOrEqual(least)
    }
  })
})
