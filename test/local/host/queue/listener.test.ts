// The polling of a queue: how often, how many at a time, and through outages.
import { expect, test } from 'vitest'
import { createRunning } from '../../../../local/host/app/running.ts'
import { listenQueue } from '../../../../local/host/queue/listener.ts'
import { type FakeQueue, fakeClock, fakeLog, fakeQueue, message, settled } from '../fakes.ts'

const options = {
  batchSize: 4,
  newBatchThreshold: 2,
  dequeueCountMax: 5,
  retryDelayMs: 0,
  pollIntervalMsMax: 1_000,
  encoding: 'none' as const,
}

/** A listener whose runs end when the test says so. */
function listening(queue: FakeQueue) {
  const clock = fakeClock(0)
  const { entries, log } = fakeLog()
  const open = new Map<string, () => void>()
  const started: string[] = []
  const run = ({ id }: { id: string }) => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    started.push(id)
    open.set(id, () => resolve(true))
    return promise
  }
  const running = createRunning()
  const listener = listenQueue({ queue, options, run, clock, log, running })
  return { clock, entries, started, end: (id: string) => open.get(id)?.(), listener, running }
}

const messages = (...ids: string[]) => ids.map((id) => message(id, id))

test('polls an empty queue after 100 ms, doubling to the maximum, and again soon after a message', async () => {
  const queue = fakeQueue('work')
  const { clock, end, listener } = listening(queue)
  const waits: number[] = []
  for (let poll = 0; poll < 6; poll++) {
    await settled()
    const waitMs = (clock.schedule()[0] ?? 0) - clock.now()
    waits.push(waitMs)
    await clock.advance(waitMs)
  }
  expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000])

  queue.visible.push(...messages('a'))
  await clock.advance(1_000)
  end('a')
  await settled()
  expect(clock.schedule()[0]).toBe(clock.now() + 100)

  await listener.stop()
})

test('receives the next batch when no more than newBatchThreshold are under way', async () => {
  const queue = fakeQueue('work', messages('a', 'b', 'c', 'd', 'e', 'f', 'g'))
  const { started, end, listener } = listening(queue)
  await settled()
  expect(started).toEqual(['a', 'b', 'c', 'd'])

  end('a')
  await settled()
  expect(started).toHaveLength(4)
  end('b')
  await settled()
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])

  await listener.stop()
})

test('logs an outage once when it begins and once when it ends', async () => {
  const queue = fakeQueue('work')
  for (let count = 0; count < 5; count++) queue.failNext('receive')
  const { clock, entries, started, listener } = listening(queue)

  await clock.advance(1_600)
  expect(entries).toMatchObject([{ level: 'warning', message: expect.stringContaining('storage is out') }])

  queue.visible.push(...messages('a'))
  await clock.advance(2_000)
  expect(started).toEqual(['a'])
  expect(entries).toMatchObject([{ level: 'warning' }, { level: 'information' }])

  await listener.stop()
})

test('stops without waiting for its runs, which stay counted as running', async () => {
  const queue = fakeQueue('work', messages('a', 'b', 'c', 'd'))
  const { end, listener, running } = listening(queue)
  await settled()

  await listener.stop()
  expect(await running.drained(1)).toBe(false)

  for (const id of ['a', 'b', 'c', 'd']) end(id)
  expect(await running.drained(30_000)).toBe(true)
  expect(queue.calls).toHaveLength(4)
})
