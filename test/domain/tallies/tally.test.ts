// Tallies: what an event counts in, and that any batching, and counting again, end alike.
import { describe, expect, test } from 'vitest'
import { parseGuid } from '../../../src/domain/guid.ts'
import {
  countInto,
  keyOf,
  type NumberedEvent,
  seenKinds,
  type Tally,
  tallied,
  tallyAddressCharsMax,
  tallyKeysOf,
  timesOf,
} from '../../../src/domain/tallies/tally.ts'
import { event, guid } from '../../support/events.ts'

const alice = guid(1, 'b')
const item = guid(1, 'd')
const at = (time: string) => `2026-03-01T${time}Z`
const ms = (time: string) => Date.parse(at(time))
/** What an event counts in, as texts. */
const countsOf = (fields: Parameters<typeof event>[0]) =>
  tallied(event({ actingUserId: alice, cipherId: undefined, date: at('10:00:00'), ...fields })).map(
    ({ key, kind }) => `${keyOf(key)} ${kind}`,
  )

describe('an event counts', () => {
  test.each([
    [1107, 'viewed'],
    [1108, 'revealed'],
    [1118, 'revealed'],
    [1111, 'copied'],
    [1129, 'copied'],
    [1114, 'filled'],
    [1100, 'arranged'],
    [1106, 'arranged'],
  ])('of type %i for its item as %s', (type, kind) => {
    expect(countsOf({ type, cipherId: item })).toEqual([
      `person=${alice} item=${item} ${kind}`,
      `person=${alice} day=2026-03-01 active`,
    ])
  })

  test.each([
    [1101, 'edited'],
    [1102, 'deleted'],
    [1115, 'deleted'],
    [1116, 'restored'],
  ])('of type %i for its item as %s by anyone, too', (type, kind) => {
    expect(countsOf({ type, cipherId: item })).toContain(`anyone= item=${item} ${kind}`)
  })

  test('for its address, device and day: a login, a failed one, or anything else', () => {
    const from = { ipAddress: '203.0.113.7', deviceType: 9 }
    const expected = (kind: string) =>
      ['address=203.0.113.7', 'device=9', 'day=2026-03-01'].map((thing) => `person=${alice} ${thing} ${kind}`)
    expect(countsOf({ type: 1000, ...from })).toEqual(expected('loggedIn'))
    expect(countsOf({ type: 1005, ...from })).toEqual(expected('failedLogin'))
    expect(countsOf({ type: 1006, ...from })).toEqual(expected('failedLogin'))
    expect(countsOf({ type: 1700, ...from })).toEqual(expected('active'))
  })

  test('for the secrets that a machine account reads', () => {
    const machine = guid(7, 'c')
    const none = { cipherId: undefined, actingUserId: undefined }
    const read = event({ ...none, type: 2100, serviceAccountId: machine, secretId: guid(3, 'd'), date: at('10:00:00') })
    expect(tallied(read).map(({ key, kind }) => `${keyOf(key)} ${kind}`)).toEqual([
      `machine=${machine} secret=${guid(3, 'd')} read`,
      `machine=${machine} day=2026-03-01 active`,
    ])
  })

  test('nowhere without an actor, and not for an address that is too long', () => {
    expect(tallied(event({ type: 1107, cipherId: item, actingUserId: undefined }))).toEqual([])
    const long = 'a'.repeat(tallyAddressCharsMax)
    expect(countsOf({ type: 1000, ipAddress: long })).toContain(`person=${alice} address=${long} loggedIn`)
    expect(countsOf({ type: 1000, ipAddress: `${long}b` })).toEqual([`person=${alice} day=2026-03-01 loggedIn`])
  })
})

/** Events of the item, numbered from 1 on. */
const numbered = (...fields: Parameters<typeof event>[0][]): NumberedEvent[] =>
  fields.map((each, index) => ({
    event: event({ type: 1107, actingUserId: alice, cipherId: item, ...each }),
    number: index + 1,
  }))

describe('counting', () => {
  test('keeps how often, and when first and last, whichever comes first', () => {
    const events = numbered({ date: at('10:00:00') }, { date: at('12:00:00') }, { date: at('09:00:00') })
    const [tally] = countInto(new Map(), events)
    expect(tally).toEqual({
      actor: { kind: 'person', id: alice },
      thing: { kind: 'item', id: item },
      kinds: new Map([['viewed', { count: 3, firstAt: ms('09:00:00'), lastAt: ms('12:00:00') }]]),
      upTo: 3,
    })
  })

  test('in any batches, some of them again, ends alike', () => {
    const events = numbered(
      ...Array.from({ length: 60 }, (_, index) => ({
        type: [1107, 1111, 1101, 1000, 1005][index % 5],
        cipherId: guid(index % 7, 'd'),
        ipAddress: `203.0.113.${index % 3}`,
        date: at(`${String(8 + ((index * 7) % 12)).padStart(2, '0')}:00:00`),
      })),
    )
    const whole = countInto(new Map(), events)
    for (const size of [1, 7, 13]) {
      const known = new Map<string, Tally>()
      for (let from = 0; from < events.length; from += size) {
        const batch = events.slice(Math.max(0, from - size), from + size)
        // Of a run that was cut short, only a part is stored.
        for (const tally of countInto(known, batch).filter((_, index) => index % 2 === 0))
          known.set(keyOf(tally), tally)
        for (const tally of countInto(known, batch)) known.set(keyOf(tally), tally)
      }
      expect(known).toEqual(new Map(whole.map((tally) => [keyOf(tally), tally])))
    }
    expect(tallyKeysOf(events).map(keyOf)).toEqual(whole.map(keyOf))
  })

  test('adds kinds up; of none that was done there are no times', () => {
    const [tally] = countInto(
      new Map(),
      numbered({ date: at('10:00:00') }, { type: 1111, date: at('11:00:00') }, { type: 1106, date: at('12:00:00') }),
    )
    expect(tally && timesOf(tally, seenKinds)).toEqual({ count: 2, firstAt: ms('10:00:00'), lastAt: ms('11:00:00') })
    expect(tally && timesOf(tally, ['filled'])).toBeUndefined()
    expect(parseGuid(tally?.thing.id)).toBe(item)
  })
})
