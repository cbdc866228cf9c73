// The end of one message: deleted, shown again or poisoned, and what a fault of storage leaves.
import { describe, expect, test } from 'vitest'
import { handleMessage } from '../../../../local/host/queue/message.ts'
import { type FakeQueue, type Fault, fakeClock, fakeLog, fakeQueue, message, settled } from '../fakes.ts'

const minuteMs = 60_000
const options = {
  batchSize: 16,
  newBatchThreshold: 8,
  dequeueCountMax: 3,
  retryDelayMs: 5_000,
  pollIntervalMsMax: 2_000,
  encoding: 'base64' as const,
}

function ports(queue: FakeQueue, run: () => Promise<boolean>) {
  const clock = fakeClock(0)
  const { entries, log } = fakeLog()
  return { queue, options, run, clock, log, entries }
}

const succeeds = async () => true
const fails = async () => false
const neverCalled = async () => {
  throw new Error('the handler was called')
}

test('deletes a message whose run succeeded', async () => {
  const queue = fakeQueue('work')
  await handleMessage(ports(queue, succeeds), message('a', 'YQ=='))
  expect(queue.calls).toEqual(['remove a a-0'])
})

test('shows a failed message again after the delay, one try before the last', async () => {
  const queue = fakeQueue('work')
  await handleMessage(ports(queue, fails), message('a', 'YQ==', 2))
  expect(queue.calls).toEqual(['hide a a-0 5000'])
  expect(queue.poison).toEqual([])
})

test.each([
  ['a message that failed its last try', 'YQ==', 3, fails],
  ['a message that was received too often, without a run', 'YQ==', 4, neverCalled],
  ['a message that is not base64, without a run', 'not base64', 1, neverCalled],
])('copies %s to the poison queue and deletes it', async (_, text, dequeueCount, run) => {
  const queue = fakeQueue('work')
  await handleMessage(ports(queue, run), message('a', text, dequeueCount))
  expect(queue.poison).toEqual([text])
  expect(queue.calls).toEqual(['remove a a-0'])
})

test.each([
  ['failed', 'YQ==', 3, fails],
  ['unreadable', 'not base64', 1, neverCalled],
])("leaves a poison queue's own %s message hidden", async (_, text, dequeueCount, run) => {
  const queue = fakeQueue('work-poison')
  await handleMessage(ports(queue, run), message('a', text, dequeueCount))
  expect(queue.poison).toEqual([])
  expect(queue.calls).toEqual([])
})

test('passes the decoded content, white space in base64 ignored', async () => {
  const contents: string[] = []
  const run = async (_: unknown, content: Buffer) => contents.push(content.toString()) > 0
  const queue = fakeQueue('work')
  await handleMessage({ ...ports(queue, succeeds), run }, message('a', ' aGVs\nbG8= '))
  await handleMessage(
    { ...ports(queue, succeeds), run, options: { ...options, encoding: 'none' } },
    message('b', 'plain'),
  )
  expect(contents).toEqual(['hello', 'plain'])
})

describe('while the handler runs', () => {
  test('renews the visibility every 5 minutes, and deletes with the last receipt', async () => {
    const queue = fakeQueue('work')
    const { promise: done, resolve } = Promise.withResolvers<boolean>()
    const given = ports(queue, () => done)
    const work = handleMessage(given, message('a', 'YQ=='))

    await given.clock.advance(5 * minuteMs - 1)
    expect(queue.calls).toEqual([])
    await given.clock.advance(1)
    await given.clock.advance(5 * minuteMs)
    resolve(true)
    await work

    expect(queue.calls).toEqual(['hide a a-0 600000', 'hide a a-1 600000', 'remove a a-2'])
    expect(given.clock.schedule()).toEqual([])
  })

  test('renews at half of the time for which messages are hidden, where that is said', async () => {
    const queue = fakeQueue('work')
    const { promise: done, resolve } = Promise.withResolvers<boolean>()
    const given = { ...ports(queue, () => done), hiddenMs: 20_000 }
    const work = handleMessage(given, message('a', 'YQ=='))

    await given.clock.advance(9_999)
    expect(queue.calls).toEqual([])
    await given.clock.advance(1)
    resolve(true)
    await work

    expect(queue.calls).toEqual(['hide a a-0 20000', 'remove a a-1'])
  })

  test('goes on when a renewal fails', async () => {
    const queue = fakeQueue('work')
    const { promise: done, resolve } = Promise.withResolvers<boolean>()
    const given = ports(queue, () => done)
    queue.failNext('hide')
    const work = handleMessage(given, message('a', 'YQ=='))

    await given.clock.advance(10 * minuteMs)
    resolve(true)
    await work

    expect(queue.calls).toEqual(['hide a a-0 600000', 'remove a a-1'])
    expect(given.entries).toMatchObject([{ level: 'warning' }])
  })
})

describe('an outage of storage', () => {
  const endOf = async (
    call: 'remove' | 'hide' | 'addToPoison',
    fault: Fault,
    dequeueCount: number,
    succeeded: boolean,
  ) => {
    const queue = fakeQueue('work')
    queue.failNext(call, fault)
    const given = ports(queue, async () => succeeded)
    await handleMessage(given, message('a', 'YQ==', dequeueCount))
    await settled()
    expect(given.entries).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringMatching(/Message a of queue 'work'.*storage is out/s),
      }),
    )
    return queue
  }

  test.each<[Fault, string[]]>([
    ['failed', []],
    ['failed but persisted', ['remove a a-0']],
  ])('at the delete (%s) is logged and leaves the rest to the next receipt', async (fault, calls) => {
    expect((await endOf('remove', fault, 1, true)).calls).toEqual(calls)
  })

  test.each<[Fault, string[]]>([
    ['failed', []],
    ['failed but persisted', ['hide a a-0 5000']],
  ])('at the release (%s) is logged and leaves the rest to the next receipt', async (fault, calls) => {
    expect((await endOf('hide', fault, 1, false)).calls).toEqual(calls)
  })

  test.each<[Fault, string[]]>([
    ['failed', []],
    ['failed but persisted', ['YQ==']],
  ])(
    'at the poison queue (%s) never deletes: the message may be there twice, and is not lost',
    async (fault, poison) => {
      const queue = await endOf('addToPoison', fault, 3, false)
      expect(queue.poison).toEqual(poison)
      expect(queue.calls).toEqual([])
    },
  )
})
