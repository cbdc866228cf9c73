// What every store of daily summaries must do. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import type { Guid } from '../../../src/domain/guid.ts'
import {
  addressCharsMax,
  addressesPerDayMax,
  type Day,
  type DayCounts,
  emptyDay,
  usersPerDayMax,
} from '../../../src/domain/summary/summary.ts'
import { daysPerStepMax, type Summaries } from '../../../src/ports/counts/summaries.ts'
import { EntryTooLarge } from '../../../src/ports/errors.ts'
import { guid } from '../../support/events.ts'

let organizations = 0x5000
/** An organization that no other test uses. */
export const newOrganization = (): Guid => guid(++organizations, 'c')

/** The day of this number, from 2026-01-01 on. */
export const dayNumber = (number: number): Day => new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10)

/** A day on which one type was counted so often. */
export const dayWith = (count: number): DayCounts => ({ ...emptyDay, types: new Map([[1107, count]]) })

const user = { events: 5, failedLogins: 4, views: 3, copies: 2, lastAt: Date.UTC(2026, 10, 20, 10, 0, 0, 123) }
/** A day as large as one can be, with text that something on its way might not take as it is. */
export const fullDay: DayCounts = {
  types: new Map(Array.from({ length: 300 }, (_, index) => [index, 1_000_000])),
  unknownTypes: 1_000_000,
  users: new Map(
    Array.from({ length: usersPerDayMax }, (_, index) => [
      guid(index, 'b'),
      index % 2 === 0 ? user : { ...user, lastAt: null },
    ]),
  ),
  addresses: new Map(
    Array.from({ length: addressesPerDayMax }, (_, index) => [
      `${index}`.padEnd(addressCharsMax, '\u0000\u2028"'),
      index,
    ]),
  ),
}

/** The promises of the port `Summaries`. */
export function summariesConformance(name: string, summaries: () => Summaries): void {
  /** Stores a step over the newest progress. */
  const store = async (id: Guid, days: ReadonlyMap<Day, DayCounts>, checkpoint = 'a checkpoint') =>
    summaries().commit(id, await summaries().progressOf(id), { checkpoint, countedTo: 1_700_000_000_123, days })

  describe(`${name}: summaries`, () => {
    test('of an unknown organization are empty', async () => {
      const id = newOrganization()
      expect(await summaries().progressOf(id)).toEqual({ checkpoint: null, countedTo: null, version: null })
      expect(await summaries().daysOf(id, [dayNumber(0)])).toEqual(new Map())
      expect(await summaries().daysBetween(id, dayNumber(0), dayNumber(900))).toEqual(new Map())
    })

    test('are at once what a step made of them, each organization its own', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const progress = await store(one, new Map([[dayNumber(0), dayWith(1)]]), 'Seq=1/2')
      await store(other, new Map([[dayNumber(0), dayWith(9)]]))

      expect(progress).toMatchObject({ checkpoint: 'Seq=1/2', countedTo: 1_700_000_000_123 })
      expect(await summaries().progressOf(one)).toEqual(progress)
      expect(await summaries().daysOf(one, [dayNumber(0), dayNumber(1)])).toEqual(new Map([[dayNumber(0), dayWith(1)]]))
    })

    test('keep the days that a step does not have, and replace those that it has', async () => {
      const id = newOrganization()
      await store(id, new Map([3, 1, 2].map((day) => [dayNumber(day), fullDay])))
      await store(id, new Map([[dayNumber(2), dayWith(2)]]))

      expect([...(await summaries().daysBetween(id, dayNumber(1), dayNumber(2)))]).toEqual([
        [dayNumber(1), fullDay],
        [dayNumber(2), dayWith(2)],
      ])
      expect([...(await summaries().daysBetween(id, dayNumber(0), dayNumber(9))).keys()]).toEqual(
        [1, 2, 3].map(dayNumber),
      )
      expect(await summaries().daysBetween(id, dayNumber(4), dayNumber(3))).toEqual(new Map())
    })

    test('take no step over a progress that is no longer the newest, the first one included', async () => {
      const id = newOrganization()
      const step = { checkpoint: 'b', countedTo: 2, days: new Map([[dayNumber(0), dayWith(5)]]) }
      const nothing = await summaries().progressOf(id)
      const first = await store(id, new Map([[dayNumber(0), dayWith(1)]]))
      expect(await summaries().commit(id, nothing, step)).toBeUndefined()
      await store(id, new Map([[dayNumber(0), dayWith(2)]]), 'c')
      expect(first && (await summaries().commit(id, first, step))).toBeUndefined()

      expect(await summaries().daysOf(id, [dayNumber(0)])).toEqual(new Map([[dayNumber(0), dayWith(2)]]))
      expect(await summaries().progressOf(id)).toMatchObject({ checkpoint: 'c' })
    })

    test('begun anew have nothing, and take no step over a progress from before', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const days = new Map(Array.from({ length: 9 }, (_, index) => [dayNumber(index), dayWith(index)]))
      const before = await store(one, days)
      await store(other, days)
      const never = newOrganization()
      const nothing = await summaries().progressOf(never)
      for (const id of [one, never]) await summaries().startAnew(id)

      const progress = await summaries().progressOf(one)
      expect(progress).toMatchObject({ checkpoint: null, countedTo: null })
      expect(await summaries().daysBetween(one, dayNumber(0), dayNumber(900))).toEqual(new Map())
      expect(await summaries().daysBetween(other, dayNumber(0), dayNumber(900))).toEqual(days)
      const step = { checkpoint: 'b', countedTo: 2, days: new Map([[dayNumber(0), dayWith(5)]]) }
      expect(before && (await summaries().commit(one, before, step))).toBeUndefined()
      expect(await summaries().commit(never, nothing, step)).toBeUndefined()
      expect(await summaries().commit(one, progress, step)).toMatchObject({ checkpoint: 'b' })
      expect(await summaries().daysOf(one, [dayNumber(0), dayNumber(1)])).toEqual(step.days)
    })

    test('take one of several steps at once', async () => {
      const id = newOrganization()
      const progress = await summaries().progressOf(id)
      const steps = [1, 2, 3].map((count) => {
        const days = new Map([[dayNumber(0), dayWith(count)]])
        return summaries().commit(id, progress, { checkpoint: `${count}`, countedTo: count, days })
      })
      const stored = (await Promise.all(steps)).filter((each) => each !== undefined)

      expect(stored).toHaveLength(1)
      const [{ checkpoint } = { checkpoint: '' }] = stored
      expect(await summaries().daysOf(id, [dayNumber(0)])).toEqual(
        new Map([[dayNumber(0), dayWith(Number(checkpoint))]]),
      )
    })

    test(`take ${daysPerStepMax} days in a step, and not one more`, async () => {
      const id = newOrganization()
      const daysIn = (count: number) =>
        new Map(Array.from({ length: count }, (_, index) => [dayNumber(index), dayWith(index)]))
      await expect(store(id, daysIn(daysPerStepMax + 1))).rejects.toThrow(RangeError)
      await store(id, daysIn(daysPerStepMax))

      expect(await summaries().daysBetween(id, dayNumber(0), dayNumber(900))).toEqual(daysIn(daysPerStepMax))
    })

    test('take a day as large as one can be; many such may be too large, and then nothing is stored', async () => {
      const id = newOrganization()
      const before = await store(id, new Map([[dayNumber(0), fullDay]]))
      const many = new Map(Array.from({ length: daysPerStepMax }, (_, index) => [dayNumber(index), fullDay]))
      const outcome: unknown = await store(id, many).catch((error: unknown) => error)

      const stored = await summaries().daysBetween(id, dayNumber(0), dayNumber(900))
      if (outcome instanceof EntryTooLarge) {
        expect(stored).toEqual(new Map([[dayNumber(0), fullDay]]))
        expect(await summaries().progressOf(id)).toEqual(before)
      } else expect(stored.size).toBe(daysPerStepMax)
    })
  })
}
