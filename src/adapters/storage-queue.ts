// EventQueue on Azure Storage queues: `event` and `event-poison`, created at first use, messages in base64 as the Functions host reads them.
import type { QueueClient } from '@azure/storage-queue'
import { inParallel, once } from '../parallel.ts'
import type { EventQueue } from '../ports.ts'
import { bounded, reach, type Storage } from './azure-storage.ts'

/** The queue that the trigger of `processEvents` reads. */
export const eventQueueName = 'event'
/** Where messages go that cannot be processed; the host uses the same name. */
export const poisonQueueName = `${eventQueueName}-poison`

const sendsAtOnce = 8
const what = 'event queue'

/** The event queue of a storage account. Messages never expire (the service's own limit would be seven days). */
export function storageQueue(storage: Storage): EventQueue {
  const events = opened(storage.queue(eventQueueName))
  const poison = opened(storage.queue(poisonQueueName))

  return {
    enqueue: (messages) =>
      reach(what, async () => {
        await inParallel(messages, sendsAtOnce, async (message) => send(await events(), message))
      }),
    setAside: (message) => reach(what, async () => send(await poison(), message)),
    check: () =>
      reach(what, async () => {
        await (await events()).getProperties(bounded())
      }),
  }
}

function opened(client: QueueClient): () => Promise<QueueClient> {
  return once(async () => {
    await client.createIfNotExists(bounded())
    return client
  })
}

async function send(client: QueueClient, message: string | Uint8Array): Promise<void> {
  await client.sendMessage(Buffer.from(message).toString('base64'), { messageTimeToLive: -1, ...bounded() })
}
