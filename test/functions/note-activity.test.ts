import { expect, test } from 'vitest'
import { memoryWakes } from '../../src/adapters/memory-wakes.ts'
import { noteActivity } from '../../src/functions/note-activity.ts'
import { Unavailable } from '../../src/ports.ts'
import { acme, alice, event, globex } from '../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const horizonMs = 15_000

/** Notes activity on memory; how often it wrote. */
function setUp(fails: () => boolean = () => false) {
  const wakes = memoryWakes()
  const clock = { now: startMs }
  let notes = 0
  const note = noteActivity({
    wakes: {
      note: async (wake) => {
        notes += 1
        if (fails()) throw new Unavailable('wakes', 'down')
        await wakes.note(wake)
      },
    },
    now: () => clock.now,
    horizonMs,
  })
  const due = async () => (await wakes.due(startMs + 3_600_000, 100)).map(({ at }) => at - startMs)
  return { note, clock, due, wakes, notes: () => notes }
}

test('an organization is due at the end of the ten seconds in which its events can be seen', async () => {
  const { note, clock, due } = setUp()
  for (const ms of [0, 4_998, 4_999, 5_000]) {
    clock.now = startMs + ms
    await note([event()])
  }
  expect(await due()).toEqual([20_000, 30_000])
})

test('many events of an organization are one write', async () => {
  const { note, notes } = setUp()
  for (let times = 0; times < 10; times++) await note([event(), event({ type: 1000 })])
  expect(notes()).toBe(1)
})

test('each organization of a message is due, and no other log', async () => {
  const { note, wakes } = setUp()
  await note([event(), event({ organizationId: globex }), event({ organizationId: undefined, userId: alice })])
  const due = await wakes.due(startMs + 60_000, 10)
  expect(due.map(({ organizationId }) => organizationId)).toEqual([acme, globex])
})

test('what could not be noted is not taken for noted', async () => {
  let fails = true
  const { note, due } = setUp(() => fails)
  await expect(note([event()])).rejects.toThrow(Unavailable)
  fails = false
  await note([event()])
  expect(await due()).toEqual([20_000])
})
