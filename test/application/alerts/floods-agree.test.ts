// A flood of thousands of events within an hour, out of order, through the live evaluator and through the preview: the same alerts.
import { expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { ruleNames, textOf } from '../../rules/built-in-rules.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { type Arrival, previewedRecords, sortedById, startMs } from '../../support/alerts/month.ts'
import { named } from '../../support/alerts/rules.ts'
import { acme, alice, event, guid } from '../../support/events.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const types = [1005, 1006, 1005, 1111, 1108, 1000, 1115, 1005]

/** Events of one person, known too short for anything to be new; each arrives up to so many minutes late. */
function floodOf(total: number, minutesLate: number): Arrival[] {
  let state = 7
  const below = (most: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % most
  }
  return Array.from({ length: total }, (_, index) => {
    const at = startMs + hourMs + Math.floor((index * hourMs) / total)
    const flooded = event({
      id: guid(index + 1, 'e'),
      type: types[below(types.length)] ?? 1005,
      date: instantAt(at),
      organizationId: acme,
      actingUserId: alice,
      cipherId: guid(below(300), 'd'),
      ipAddress: '203.0.113.7',
    })
    return { event: flooded, arrivedAt: at + below(minutesLate * minuteMs) }
  })
}

const giving = (name: string, type: number, risk: string) => `${named(name, type)}keytrail: ${risk}\n`
/** Points of three rules: of each match, of each item, and from the tenth item on. */
const sum = [
  giving('failed', 1005, '{risk: 5}'),
  giving('copied', 1111, '{risk: 2, riskPer: cipherId, riskMax: 20}'),
  giving('opened', 1108, '{risk: 10, riskPer: cipherId, riskFrom: 10, riskDayMax: 10}'),
  'title: Sum\ncorrelation: {type: x-risk, rules: [failed, copied, opened], group-by: [actingUserId], timespan: 7d, condition: {gte: 40}}\n',
].join('---\n')

test('a flood gives the same alerts live and in a preview, by all built-in rules', async () => {
  const arrivals = floodOf(4_000, 8)
  const world = evaluationWorld([...ruleNames.map(textOf), sum], startMs)
  const arriving = arrivals.toSorted((one, other) => one.arrivedAt - other.arrivedAt)
  for (let minute = 60; minute <= 130; minute++) {
    const [from, to] = [startMs + minute * minuteMs, startMs + (minute + 1) * minuteMs]
    const arrived = arriving.filter(({ arrivedAt }) => from <= arrivedAt && arrivedAt < to)
    await world.runUntil(to)
    if (arrived.length > 0) await world.arrive(arrived.map((each) => each.event))
  }
  const endMs = startMs + 3 * hourMs
  await world.runUntil(endMs)
  const raised = (await world.alerts()).map(({ record }) => record)
  const previewed = await previewedRecords(world, arrivals, instantAt(startMs), instantAt(endMs))
  expect(sortedById(raised)).toEqual(sortedById(previewed))
  expect(raised.length).toBeGreaterThan(5)
  expect(raised.find(({ title }) => title === 'Sum')).toMatchObject({ count: 45 })
})
