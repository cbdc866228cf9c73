// What every store of schedule entries must do. Each adapter's test runs this suite, with a store that is empty at its beginning.
import { afterEach, describe, expect, test } from 'vitest'
import type { EvaluationSchedule, ScheduleEntry } from '../../../src/ports/alerts/schedule.ts'
import { guid } from '../../support/events.ts'

const entry = (number: number, at: number) => ({ organizationId: guid(number, 'a'), at })
const everything = 1_000

/** The promises of the port `EvaluationSchedule`. */
export function scheduleConformance(name: string, schedule: () => EvaluationSchedule): void {
  const noted = (at = Number.MAX_SAFE_INTEGER, limit = everything) => schedule().due(at, limit)
  const due = async (...asked: Parameters<typeof noted>) =>
    (await noted(...asked)).map(({ organizationId, at }) => ({ organizationId, at }))
  const note = async (...all: readonly ReturnType<typeof entry>[]) => {
    const versions: ScheduleEntry[] = []
    for (const each of all) versions.push(await schedule().add(each))
    return versions
  }

  describe(`${name}: schedule`, () => {
    afterEach(async () => schedule().cancel(await noted()))

    test('are none at first', async () => {
      expect(await due()).toEqual([])
    })

    test('are due from their time on, earliest first, as many as asked for', async () => {
      const later = entry(2, 1_800_000_000_000)
      await note(entry(1, 30), later, entry(3, 9), entry(2, 100), entry(1, 9))
      expect(await due(8)).toEqual([])
      expect(await due(-1)).toEqual([])
      expect(await due(9)).toEqual([entry(1, 9), entry(3, 9)])
      expect(await due(99.5)).toEqual([entry(1, 9), entry(3, 9), entry(1, 30)])
      expect(await due(100, 2)).toEqual([entry(1, 9), entry(3, 9)])
      expect(await due(100, 0)).toEqual([])
      expect(await due()).toEqual([entry(1, 9), entry(3, 9), entry(1, 30), entry(2, 100), later])
    })

    test('noted twice are noted once; one organization can have several', async () => {
      await note(entry(1, 5), entry(1, 6), entry(1, 5))
      expect(await due()).toEqual([entry(1, 5), entry(1, 6)])
    })

    test('stay until they are forgotten; forgetting what is not there leaves the rest', async () => {
      const [first, , third] = await note(entry(1, 5), entry(2, 5), entry(1, 6))
      if (!first || !third) throw new Error('nothing was noted')
      expect(await noted()).toEqual(await noted())
      await schedule().cancel([first, { ...third, at: 7 }, { ...first, ...entry(3, 5) }])
      expect(await due()).toEqual([entry(2, 5), entry(1, 6)])
      await schedule().cancel([])
      expect(await due()).toHaveLength(2)
    })

    test('can be forgotten by two at once, and noted again', async () => {
      const both = await note(entry(1, 5), entry(2, 5))
      await Promise.all([1, 2].map(async () => schedule().cancel(both)))
      expect(await due()).toEqual([])
      await note(entry(1, 5))
      expect(await due()).toEqual([entry(1, 5)])
    })

    test('that are added again while they are handled stay due', async () => {
      const [before] = await note(entry(1, 5))
      const [again] = await note(entry(1, 5))
      if (!before || !again) throw new Error('nothing was noted')
      expect(await noted()).toEqual([again])
      await schedule().cancel([before])
      expect(await noted()).toEqual([again])
      await schedule().cancel([again])
      expect(await noted()).toEqual([])
    })

    test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('are at no such time: %d', async (at) => {
      await expect(schedule().add(entry(1, at))).rejects.toThrow(RangeError)
    })

    test('are as many as there are, more than any response holds', async () => {
      const many = Array.from({ length: 1_005 }, (_, index) => entry(index, 1_000 + (index % 7)))
      for (let start = 0; start < many.length; start += 50) {
        await Promise.all(many.slice(start, start + 50).map((each) => schedule().add(each)))
      }
      expect(await due(1_006, 2_000)).toHaveLength(many.length)
      expect(await due(1_006, 1_001)).toHaveLength(1_001)
      await schedule().cancel(await noted(1_006, 2_000))
      expect(await due()).toEqual([])
    })
  })
}
