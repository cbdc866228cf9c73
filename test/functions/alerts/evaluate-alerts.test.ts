import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryEvaluationQueue } from '../../../src/adapters/memory/evaluation-queue.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import {
  type DispatchEvaluationsPorts,
  entriesPerRunMax,
} from '../../../src/application/alerts/evaluation/dispatch-evaluations.ts'
import { EvaluationMessage } from '../../../src/application/alerts/evaluation/evaluation-times.ts'
import { evaluateAlerts } from '../../../src/functions/alerts/evaluate-alerts.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { timer } from '../../support/alerts/evaluation.ts'
import { contextWith } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const tenMinutesMs = 600_000

function setUp() {
  const schedule = memorySchedule()
  const evaluations = memoryEvaluationQueue()
  const lines: string[] = []
  const run = async (changed: Partial<DispatchEvaluationsPorts> = {}) =>
    evaluateAlerts({ schedule, evaluations, now: () => startMs, ...changed })(timer, contextWith(lines))
  const sent = () => evaluations.messages.map(({ text }) => v.parse(EvaluationMessage, JSON.parse(text)))
  const left = async () =>
    (await schedule.due(startMs + 24 * 3_600_000, 100_000)).map(({ organizationId, at }) => ({ organizationId, at }))
  return { schedule, evaluations, lines, run, sent, left }
}

describe('the timer', () => {
  test('dispatches what is due within a minute, each at its time, and schedules a fallback in its place', async () => {
    const { schedule, evaluations, run, sent, left } = setUp()
    const ahead = [0, 20_000, 60_000, 70_000].map((ms) => ({ organizationId: acme, at: startMs + ms }))
    for (const entry of ahead) await schedule.add(entry)
    await run()
    expect(sent().map(({ at }) => at - startMs)).toEqual([0, 20_000, 60_000])
    expect(evaluations.messages.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 20, 60])
    const fallbacks = [0, 0, 60_000].map((ms) => ms + tenMinutesMs + 5)
    expect(sent().map(({ fallback }) => (fallback?.at ?? 0) - startMs)).toEqual(fallbacks)
    expect((await left()).map(({ at }) => at - startMs)).toEqual([70_000, ...new Set(fallbacks)])
  })

  test('sends one message for all of an organization that is past', async () => {
    const { schedule, run, sent, left } = setUp()
    for (const ms of [1, 10_000, 3_600_000]) await schedule.add({ organizationId: acme, at: startMs - ms })
    await run()
    expect(sent()).toMatchObject([{ organizationId: acme, at: startMs }])
    expect(await left()).toHaveLength(1)
  })

  test('does the others when one organization fails, keeps that one due, and fails', async () => {
    const { schedule, evaluations, lines, run, sent, left } = setUp()
    for (const organizationId of [globex, acme]) await schedule.add({ organizationId, at: startMs })
    const send: typeof evaluations.send = (text, delay) =>
      text.includes(globex) ? Promise.reject(new Unavailable('queue', 'down')) : evaluations.send(text, delay)
    await expect(run({ evaluations: { ...evaluations, send } })).rejects.toThrow(Unavailable)
    expect(sent().map(({ organizationId }) => organizationId)).toEqual([acme])
    expect(await left()).toContainEqual({ organizationId: globex, at: startMs })
    expect(await left()).not.toContainEqual({ organizationId: acme, at: startMs })
    expect(lines).toEqual([
      '1 of 2 evaluations could not be dispatched; they stay due',
      'run failed: queue is unavailable: unknown fault',
    ])
  })

  test.each(['add', 'send', 'cancel'] as const)(
    'killed before or after it can %s, loses no evaluation',
    async (step) => {
      for (const happens of [false, true]) {
        const { schedule, evaluations, run, sent, left } = setUp()
        await schedule.add({ organizationId: acme, at: startMs })
        const killed = async (work: () => Promise<unknown>) => {
          if (happens) await work()
          throw new Unavailable('storage', 'killed')
        }
        const ports = {
          add: { schedule: { ...schedule, add: (entry) => killed(() => schedule.add(entry)) } },
          send: { evaluations: { ...evaluations, send: (text, delay) => killed(() => evaluations.send(text, delay)) } },
          cancel: { schedule: { ...schedule, cancel: (some) => killed(() => schedule.cancel(some)) } },
        } as const satisfies Record<string, Partial<DispatchEvaluationsPorts>>
        await expect(run(ports[step])).rejects.toThrow(Unavailable)
        const dueNow = (await left()).some(({ at }) => at === startMs)
        expect(dueNow || sent().length > 0).toBe(true)
        // A message can be lost: a fallback entry remains.
        expect(await left()).not.toEqual([])
      }
    },
  )

  test('says when more may be due than one run takes, and takes the rest in the next', async () => {
    const { schedule, evaluations, lines, run } = setUp()
    for (let index = 0; index <= entriesPerRunMax; index++)
      await schedule.add({ organizationId: guid(index), at: startMs })
    await run()
    expect(evaluations.messages).toHaveLength(entriesPerRunMax)
    expect(lines).toEqual(['5000 evaluations are due, maybe more: the rest waits'])
    await run()
    expect(evaluations.messages).toHaveLength(entriesPerRunMax + 1)
  })
})
