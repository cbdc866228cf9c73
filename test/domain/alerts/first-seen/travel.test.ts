import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  kmBetween,
  listedStays,
  nearKm,
  type Stay,
  StayList,
  speedMax,
  staysMax,
  travelTo,
} from '../../../../src/domain/alerts/first-seen/travel.ts'

const hourMs = 3_600_000
const berlin = { latitude: 52.52, longitude: 13.4 }
const newYork = { latitude: 40.71, longitude: -74.01 }
const hamburg = { latitude: 53.55, longitude: 9.99 }

type Step = readonly [hour: number, place: typeof berlin]

/** Whether each step is impossible, one after the other as they arrive, and the stays after them. */
function journey(steps: readonly Step[], before: readonly Stay[] = []) {
  let stays = before
  const impossible = steps.map(([hour, place]) => {
    const stepped = travelTo(stays, hour * hourMs, place)
    stays = stepped.after
    return stepped.impossible
  })
  return { impossible, stays }
}

test('a distance is that over the ground', () => {
  expect(kmBetween(berlin, newYork)).toBeGreaterThan(6_370)
  expect(kmBetween(berlin, newYork)).toBeLessThan(6_400)
  expect(kmBetween({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.2, 0)
  expect(kmBetween({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBeCloseTo(20_015, 0)
})

describe('travel', () => {
  test('is impossible at over 900 km/h, and possible in an airliner', () => {
    const hours = kmBetween(berlin, newYork) / speedMax
    expect(
      journey([
        [0, berlin],
        [hours - 0.1, newYork],
      ]).impossible,
    ).toEqual([false, true])
    expect(
      journey([
        [0, berlin],
        [hours + 0.1, newYork],
      ]).impossible,
    ).toEqual([false, false])
  })

  test('is never impossible within 500 km', () => {
    expect(kmBetween(berlin, hamburg)).toBeLessThan(nearKm)
    expect(
      journey([
        [0, berlin],
        [1, hamburg],
        [2, berlin],
      ]).impossible,
    ).toEqual([false, false, false])
    const [west, east] = [
      { latitude: 0, longitude: 0 },
      { latitude: 0, longitude: nearKm / 111.19 + 0.1 },
    ]
    expect(
      journey([
        [0, west],
        [0.1, east],
      ]).impossible,
    ).toEqual([false, true])
  })

  test('begins where the person was last seen, not first', () => {
    expect(
      journey([
        [0, berlin],
        [20, berlin],
        [21, newYork],
        [22, newYork],
      ]).impossible,
    ).toEqual([false, false, true, true])
  })

  test('lasts for a session, in any order within it', () => {
    const session = [21, 22, 24.9, 25].map((hour): Step => [hour, newYork])
    const home: Step = [20, berlin]
    expect(journey([home, ...session]).impossible).toEqual([false, true, true, true, false])
    const [first, second, third, last] = session
    const mixed = [home, third, second, first, last].filter((step) => step !== undefined)
    expect(journey(mixed).impossible).toEqual([false, true, true, true, false])
  })

  test('of two people with one account is impossible each time that the other comes', () => {
    const steps = [0, 1, 2, 3].map((hour): Step => [hour, hour % 2 === 0 ? berlin : newYork])
    expect(journey(steps).impossible).toEqual([false, true, true, true])
  })

  test('of a late event is judged by its date', () => {
    expect(
      journey([
        [0, berlin],
        [40, berlin],
        [20, newYork],
      ]).impossible,
    ).toEqual([false, false, true])
    expect(
      journey([
        [20, berlin],
        [10, newYork],
      ]).impossible,
    ).toEqual([false, false])
  })

  test('is unknown without a location, and stays as it was', () => {
    const { stays } = journey([[0, berlin]])
    expect(travelTo(stays, hourMs, { latitude: null, longitude: null })).toEqual({ impossible: null, after: stays })
  })

  const steps = fc.array(fc.tuple(fc.nat(200), fc.constantFrom(berlin, newYork, hamburg)), {
    minLength: 1,
    maxLength: 10,
  })

  test('gives the same when it is judged again with all that came after it, in order of dates', () => {
    fc.assert(
      fc.property(steps, (some) => {
        const inOrder = some
          .toSorted(([one], [other]) => one - other)
          .map(([at, place], index): Step => [at + index / 1_000, place])
        const once = journey(inOrder)
        expect(journey(inOrder, once.stays)).toEqual(once)
      }),
    )
  })

  test('stores a bounded number of stays, the newest', () => {
    const many = Array.from({ length: 100 }, (_, hour): Step => [hour, hour % 2 === 0 ? berlin : newYork])
    const { stays } = journey(many)
    expect(stays).toHaveLength(staysMax)
    expect(stays.at(-1)?.to).toBe(99 * hourMs)
    expect(v.parse(StayList, listedStays(stays))).toEqual(stays)
  })
})
