// What every store of wakes must do. Each adapter's test runs this suite, with a store that is empty at its beginning.
import { afterEach, describe, expect, test } from 'vitest'
import type { Wakes } from '../../src/ports.ts'
import { guid } from '../support/events.ts'

const wake = (number: number, at: number) => ({ organizationId: guid(number, 'a'), at })
const everything = 1_000

/** The promises of the port `Wakes`. */
export function wakesConformance(name: string, wakes: () => Wakes): void {
  const due = (at = Number.MAX_SAFE_INTEGER, limit = everything) => wakes().due(at, limit)
  const note = async (...all: readonly ReturnType<typeof wake>[]) => {
    for (const each of all) await wakes().note(each)
  }

  describe(`${name}: wakes`, () => {
    afterEach(async () => wakes().forget(await due()))

    test('are none at first', async () => {
      expect(await due()).toEqual([])
    })

    test('are due from their time on, earliest first, as many as asked for', async () => {
      const later = wake(2, 1_800_000_000_000)
      await note(wake(1, 30), later, wake(3, 9), wake(2, 100), wake(1, 9))
      expect(await due(8)).toEqual([])
      expect(await due(-1)).toEqual([])
      expect(await due(9)).toEqual([wake(1, 9), wake(3, 9)])
      expect(await due(99.5)).toEqual([wake(1, 9), wake(3, 9), wake(1, 30)])
      expect(await due(100, 2)).toEqual([wake(1, 9), wake(3, 9)])
      expect(await due(100, 0)).toEqual([])
      expect(await due()).toEqual([wake(1, 9), wake(3, 9), wake(1, 30), wake(2, 100), later])
    })

    test('noted twice are noted once; one organization can have several', async () => {
      await note(wake(1, 5), wake(1, 6), wake(1, 5))
      expect(await due()).toEqual([wake(1, 5), wake(1, 6)])
    })

    test('stay until they are forgotten; forgetting what is not there leaves the rest', async () => {
      await note(wake(1, 5), wake(2, 5), wake(1, 6))
      expect(await due()).toEqual(await due())
      await wakes().forget([wake(1, 5), wake(1, 7), wake(3, 5)])
      expect(await due()).toEqual([wake(2, 5), wake(1, 6)])
      await wakes().forget([])
      expect(await due()).toHaveLength(2)
    })

    test('can be forgotten by two at once, and noted again', async () => {
      await note(wake(1, 5), wake(2, 5))
      await Promise.all([1, 2].map(async () => wakes().forget([wake(1, 5), wake(2, 5)])))
      expect(await due()).toEqual([])
      await note(wake(1, 5))
      expect(await due()).toEqual([wake(1, 5)])
    })

    test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('are at no such time: %d', async (at) => {
      await expect(wakes().note(wake(1, at))).rejects.toThrow(RangeError)
    })

    test('are as many as there are, more than any answer holds', async () => {
      const many = Array.from({ length: 1_005 }, (_, index) => wake(index, 1_000 + (index % 7)))
      for (let start = 0; start < many.length; start += 50) {
        await Promise.all(many.slice(start, start + 50).map((each) => wakes().note(each)))
      }
      expect(await due(1_006, 2_000)).toHaveLength(many.length)
      expect(await due(1_006, 1_001)).toHaveLength(1_001)
      await wakes().forget(await due(1_006, 2_000))
      expect(await due()).toEqual([])
    })
  })
}
