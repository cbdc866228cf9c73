// Evaluating an organization also counts its events into days: after the alerts, and again until all are counted.
import { expect, test } from 'vitest'
import { memorySummaries } from '../../../src/adapters/memory/counts/summaries.ts'
import { writeEvaluation } from '../../../src/application/alerts/evaluation/evaluation-times.ts'
import { countStepsPerRunMax, eventsPerCountStep } from '../../../src/application/summary/count-feed.ts'
import { totalsOf } from '../../../src/domain/summary/summary.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { acme, event, guid } from '../../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const minuteMs = 60_000
const day = '2026-11-22'
const date = new Date(startMs - minuteMs).toISOString()
const eventNumber = (number: number) => event({ date, cipherId: guid(number, 'd') })
const asked = writeEvaluation({ organizationId: acme, at: 0, fallback: null })

function setUp() {
  const world = evaluationWorld([], startMs)
  const summaries = memorySummaries()
  const counted = async () => {
    const counts = (await summaries.daysOf(acme, [day])).get(day)
    return counts ? totalsOf(counts).events : 0
  }
  return { world, summaries, counted }
}

test('events are counted within a minute or two, also later ones', async () => {
  const { world, summaries, counted } = setUp()
  world.restart({ summaries })
  await world.arrive([eventNumber(1), eventNumber(2)])
  await world.runUntil(startMs + 2 * minuteMs)
  expect(await counted()).toBe(2)
  await world.arrive([eventNumber(3)])
  await world.runUntil(startMs + 4 * minuteMs)
  expect(await counted()).toBe(3)
})

test('the next message counts the events beyond one run', async () => {
  const { world, summaries, counted } = setUp()
  const count = countStepsPerRunMax * eventsPerCountStep + 1
  await world.ports.store.append(Array.from({ length: count }, (_, number) => eventNumber(number)))
  world.clock.now += minuteMs
  // The alerts of all these are evaluated before anything is counted.
  for (let runs = 0; runs < 3; runs += 1) await world.evaluate(asked)
  world.waiting.length = 0

  world.restart({ summaries })
  await world.evaluate(asked)
  expect([await counted(), world.waiting.length]).toEqual([count - 1, 1])
  await world.deliver()
  expect([await counted(), world.waiting.length]).toEqual([count, 0])
})

test('an outage of the summaries delays no alert, and the counts catch up', async () => {
  const { world, summaries, counted } = setUp()
  let up = false
  const unreliable = {
    ...summaries,
    progressOf: async (id: typeof acme) => {
      if (!up) throw new Unavailable('summary store', undefined)
      return summaries.progressOf(id)
    },
  }
  world.restart({ summaries: unreliable })
  await world.arrive([eventNumber(1)])
  await world.runUntil(startMs + 2 * minuteMs)
  expect((await world.ports.alerts.progressOf(acme)).checkpoint).not.toBeNull()
  expect(await counted()).toBe(0)
  up = true
  await world.runUntil(startMs + 15 * minuteMs)
  expect(await counted()).toBe(1)
})
