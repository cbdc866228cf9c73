import * as v from 'valibot'
import { expect, test } from 'vitest'
import { memoryEvaluationQueue } from '../../../../src/adapters/memory/evaluation-queue.ts'
import { memorySchedule } from '../../../../src/adapters/memory/schedule.ts'
import { EvaluationMessage } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import { evaluationScheduler } from '../../../../src/application/alerts/evaluation/schedule-evaluation.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { acme, alice, event, globex } from '../../../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const tenMinutesMs = 600_000

/** Notes activity on memory; what was sent, and how often the schedule entries were written. */
function setUp(fails: (what: 'note' | 'send') => boolean = () => false) {
  const schedule = memorySchedule()
  const evaluations = memoryEvaluationQueue()
  const clock = { now: startMs }
  let notes = 0
  const failing = (what: 'note' | 'send') => {
    if (fails(what)) throw new Unavailable(what, 'down')
  }
  const note = evaluationScheduler({
    schedule: {
      add: async (entry) => {
        notes += 1
        failing('note')
        return schedule.add(entry)
      },
    },
    evaluations: {
      send: async (text, delaySeconds) => {
        failing('send')
        await evaluations.send(text, delaySeconds)
      },
    },
    now: () => clock.now,
  })
  const due = () => schedule.due(startMs + 3_600_000, 100)
  const sent = () => evaluations.messages.map(({ text }) => v.parse(EvaluationMessage, JSON.parse(text)))
  const delays = () => evaluations.messages.map(({ delaySeconds }) => delaySeconds)
  return { note, clock, due, schedule, notes: () => notes, sent, delays }
}

test('an organization is evaluated a second after its events, and again unless that is done', async () => {
  const { note, due, schedule, sent, delays } = setUp()
  await note([event()])
  expect(delays()).toEqual([1])
  expect(await due()).toMatchObject([{ organizationId: acme, at: startMs + tenMinutesMs + 5 }])
  const [message] = sent()
  if (!message?.fallback) throw new Error('nothing stands for the evaluation')
  await schedule.cancel([{ organizationId: message.organizationId, ...message.fallback }])
  expect(await due()).toEqual([])
})

test('events that come while an evaluation is on its way are not forgotten with it', async () => {
  const { note, clock, due, schedule, sent, delays } = setUp()
  await note([event()])
  clock.now += 900
  await note([event()])
  expect(delays()).toEqual([1])
  const [message] = sent()
  if (!message?.fallback) throw new Error('nothing stands for the evaluation')
  await schedule.cancel([{ organizationId: message.organizationId, ...message.fallback }])
  expect(await due()).toHaveLength(1)
})

test('evaluations of a busy organization begin five seconds apart', async () => {
  const { note, clock, delays } = setUp()
  for (let ms = 0; ms < 20_000; ms += 500) {
    clock.now = startMs + ms
    await note([event()])
  }
  // The first begins after a second; each following is sent when the one before has begun.
  expect(delays()).toEqual([1, 5, 5, 5, 5])
})

test('a quiet organization is evaluated soon again', async () => {
  const { note, clock, delays } = setUp()
  await note([event()])
  clock.now += 60_000
  await note([event()])
  expect(delays()).toEqual([1, 1])
})

test('a clock that is set back an hour delays nothing', async () => {
  const { note, clock, delays } = setUp()
  await note([event()])
  clock.now -= 3_600_000
  await note([event()])
  expect(delays()).toEqual([1, 1])
})

test('many events of an organization at once are two writes', async () => {
  const { note, notes } = setUp()
  await Promise.all(Array.from({ length: 20 }, () => note([event(), event({ type: 1000 })])))
  expect(notes()).toBe(2)
})

test('each organization of a message is due, and no other log', async () => {
  const { note, due } = setUp()
  await note([event(), event({ organizationId: globex }), event({ organizationId: undefined, userId: alice })])
  expect((await due()).map(({ organizationId }) => organizationId)).toEqual([acme, globex])
})

test.each(['note', 'send'] as const)(
  'what could not be scheduled (%s fails) is scheduled with the next try',
  async (step) => {
    let fails = true
    const { note, due, delays } = setUp((what) => what === step && fails)
    await expect(note([event()])).rejects.toThrow(Unavailable)
    fails = false
    await note([event()])
    expect(await due()).toHaveLength(1)
    expect(delays()).toEqual([1])
  },
)
