// The notification queues: messages as the host reads them, their delays, and what is refused.
import { beforeAll, describe, expect, test } from 'vitest'
import { notificationQueueName, storageNotificationQueue } from '../../../../src/adapters/azure/queues/storage-queue.ts'
import { openStorage, type Storage } from '../../../../src/adapters/azure/storage.ts'
import { memoryNotificationQueue } from '../../../../src/adapters/memory/notification-queue.ts'
import { delaySecondsMax } from '../../../../src/ports/alerts/schedule.ts'
import { storageAccount } from '../../../support/storage.ts'

const account = storageAccount()
let storage: Storage

beforeAll(async () => {
  storage = openStorage({ kind: 'connection-string', connectionString: account })
})

describe.each([
  ['memory', () => memoryNotificationQueue()],
  ['storage', () => storageNotificationQueue(storage)],
] as const)('%s: a message', (_, open) => {
  test.each([-1, delaySecondsMax + 1, Number.NaN])('is not delayed by %d s', async (delay) => {
    await expect(open().send('x', delay)).rejects.toThrow(RangeError)
  })

  test('is delayed up to the longest time', async () => {
    await open().send('x', delaySecondsMax)
    await open().check()
  })
})

test('memory: messages are there with their delays, in order', async () => {
  const queue = memoryNotificationQueue()
  await queue.send('one', 5)
  await queue.send('two', 0)
  expect(queue.messages).toEqual([
    { text: 'one', delaySeconds: 5 },
    { text: 'two', delaySeconds: 0 },
  ])
})

test('storage: a message is in base64 in a queue of its own, and is there when its time has come', async () => {
  const queue = storageNotificationQueue(storage)
  const client = storage.queue(notificationQueueName)
  await queue.check()
  await client.clearMessages()
  await queue.send('{"organizationId":"\u00e9"}', 0)
  await queue.send('later', 3_600)
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 })
  const texts = receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString())
  expect(texts).toEqual(['{"organizationId":"\u00e9"}'])
})
