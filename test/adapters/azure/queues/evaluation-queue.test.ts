// The evaluation queues: messages as the host reads them, their delays, and what is refused.
import type { QueueClient } from '@azure/storage-queue'
import { beforeAll, describe, expect, test } from 'vitest'
import { evaluationQueueName, storageEvaluationQueue } from '../../../../src/adapters/azure/queues/storage-queue.ts'
import { openStorage, type Storage } from '../../../../src/adapters/azure/storage.ts'
import { memoryEvaluationQueue } from '../../../../src/adapters/memory/evaluation-queue.ts'
import { delaySecondsMax } from '../../../../src/ports/alerts/schedule.ts'
import { storageAccount } from '../../../support/storage.ts'

const account = storageAccount()
let storage: Storage
let client: QueueClient

beforeAll(async () => {
  storage = openStorage({ kind: 'connection-string', connectionString: account })
  client = storage.queue(evaluationQueueName)
})

describe.each([
  ['memory', () => memoryEvaluationQueue()],
  ['storage', () => storageEvaluationQueue(storage)],
] as const)('%s: a message', (_, open) => {
  test.each([-1, delaySecondsMax + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not delayed by %d s',
    async (delay) => {
      await expect(open().send('x', delay)).rejects.toThrow(RangeError)
    },
  )

  test('is delayed up to the longest time', async () => {
    await open().send('x', delaySecondsMax)
  })
})

test('memory: messages are there with their delays, in order', async () => {
  const queue = memoryEvaluationQueue()
  await queue.send('one', 5)
  await queue.send('two', 0)
  await queue.check()
  expect(queue.messages).toEqual([
    { text: 'one', delaySeconds: 5 },
    { text: 'two', delaySeconds: 0 },
  ])
})

test('storage: a message is in base64, never expires, and is there when its time has come', async () => {
  const queue = storageEvaluationQueue(storage)
  await queue.check()
  await client.clearMessages()
  await queue.send('{"organizationId":"\u00e9\ud83d\ude00"}', 0)
  await queue.send('later', 3_600)
  await queue.send('soon', 0.5)
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 })
  const [message, ...others] = receivedMessageItems
  expect(others).toEqual([])
  expect(Buffer.from(message?.messageText ?? '', 'base64').toString()).toBe('{"organizationId":"\u00e9\ud83d\ude00"}')
  expect(message?.expiresOn?.getUTCFullYear()).toBe(9999)
  expect((await client.getProperties()).approximateMessagesCount).toBe(3)
})
