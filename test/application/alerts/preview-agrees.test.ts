// A generated month through the live evaluator and through the preview: the same alerts, word for word; also after an import.
import { describe, expect, test } from 'vitest'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import {
  type Arrival,
  builtInRules,
  byTime,
  endMs,
  monthOf,
  previewedRecords,
  sortedById,
  startMs,
} from '../../support/alerts/month.ts'

const [minuteMs, dayMs] = [60_000, 86_400_000]

type World = ReturnType<typeof evaluationWorld>

/** Lets events arrive at their times, in chunks of five minutes, until the end of the month. */
async function live(world: World, arrivals: readonly Arrival[], fromMs: number): Promise<void> {
  const arriving = arrivals.map(({ event, arrivedAt }) => [arrivedAt, event] as const).sort(byTime)
  for (let from = 0, chunkEnd = fromMs; from < arriving.length; chunkEnd += 5 * minuteMs) {
    const chunk = arriving.slice(from).findIndex(([ms]) => ms >= chunkEnd)
    const count = chunk < 0 ? arriving.length - from : chunk
    await world.runUntil(chunkEnd)
    if (count > 0) await world.arrive(arriving.slice(from, from + count).map(([, event]) => event))
    from += count
  }
  await world.runUntil(endMs + 10 * minuteMs)
}

const recordsOf = async (world: World) => (await world.alerts()).map(({ record }) => record)

test.each([1, 2, 3])('a month (seed %i) gives the same alerts live and in a preview', async (seed) => {
  const arrivals = monthOf(seed)
  const world = evaluationWorld(builtInRules, startMs)
  await live(world, arrivals, startMs)
  const raised = (await recordsOf(world)).filter(({ from }) => from <= instantAt(endMs))

  const previewed = await previewedRecords(world, arrivals, instantAt(startMs), instantAt(endMs))
  expect(sortedById(raised)).toEqual(sortedById(previewed))
  // Every rule has fired: otherwise this would show nothing.
  expect(new Set(raised.map(({ ruleId }) => ruleId)).size).toBe(builtInRules.length)
  expect(world.log.filter((line) => !/: learning \d+$/.test(line))).toEqual([])
})

describe('a month of which the first part is imported as history', () => {
  const connectedMs = startMs + 23 * dayMs
  const orders = {
    'newest first': (one: number, other: number) => other - one,
    'oldest first': (one: number, other: number) => one - other,
  } as const

  test.each([1, 2, 3, 4].flatMap((seed) => Object.entries(orders).map(([name, order]) => ({ seed, name, order }))))(
    'raises no old alerts, and then the same as a preview (seed $seed, $name)',
    async ({ seed, order }) => {
      const arrivals = monthOf(seed)
      const world = evaluationWorld(builtInRules, connectedMs)
      const history = arrivals
        .filter(({ arrivedAt }) => arrivedAt < connectedMs)
        .sort((one, other) => order(millisecondsOf(one.event.date), millisecondsOf(other.event.date)))
      for (let from = 0; from < history.length; from += 250) {
        await world.arrive(history.slice(from, from + 250).map(({ event }) => event))
        await world.runUntil(world.ports.now() + 10_000)
      }
      expect((await recordsOf(world)).filter(({ from }) => from < instantAt(connectedMs - 7 * dayMs))).toEqual([])

      await live(
        world,
        arrivals.filter(({ arrivedAt }) => arrivedAt >= connectedMs),
        connectedMs,
      )
      // A day later no suppression window is left that began while history was learnt.
      const [from, to] = [instantAt(connectedMs + dayMs), instantAt(endMs)]
      const previewed = await previewedRecords(world, arrivals, from, to)
      const raised = (await recordsOf(world)).filter((record) => from <= record.from && record.from <= to)
      expect(sortedById(raised)).toEqual(sortedById(previewed))
      expect(previewed.length).toBeGreaterThan(3)
    },
    120_000,
  )
})
