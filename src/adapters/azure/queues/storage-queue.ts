// EventQueue, EvaluationQueue, NotificationQueue and PullQueue on Azure Storage queues, created at first use, messages in base64 as the Functions host reads them.
import type { QueueClient } from '@azure/storage-queue'
import { inParallel, once } from '../../../concurrency/parallel.ts'
import { delaySecondsMax, type EvaluationQueue } from '../../../ports/alerts/schedule.ts'
import type { EventQueue } from '../../../ports/events.ts'
import type { NotificationQueue } from '../../../ports/outbox.ts'
import type { PullQueue } from '../../../ports/sources.ts'
import { bounded, isNotFound, mapStorageErrors, type Storage } from '../storage.ts'

/** The queue that the trigger of `processEvents` reads. */
export const eventQueueName = 'event'
/** Where messages go that cannot be processed; the host uses the same name. */
export const poisonQueueName = `${eventQueueName}-poison`
/** The queue that the trigger of `evaluateOrganization` reads; what it can't process, the host moves to `evaluation-poison`. */
export const evaluationQueueName = 'evaluation'
/** The queue that the trigger of `deliverNotifications` reads; what it can't process, the host moves to `notification-poison`. */
export const notificationQueueName = 'notification'
/** The queue that the trigger of `pullSource` reads; what it can't process, the host moves to `pull-poison`. */
export const pullQueueName = 'pull'

const sendsAtOnce = 8
const what = 'event queue'

/** The event queue of a storage account. Messages never expire (the service's own limit would be seven days). */
export function storageQueue(storage: Storage): EventQueue {
  const events = opened(storage.queue(eventQueueName))
  const poison = opened(storage.queue(poisonQueueName))

  return {
    enqueue: async (messages, delaySeconds = 0) => {
      const delay = wholeDelay(delaySeconds)
      await mapStorageErrors(what, async () => {
        await inParallel(messages, sendsAtOnce, async (message) => send(await events(), message, delay))
      })
    },
    deadLetter: (message) => mapStorageErrors(what, async () => send(await poison(), message)),
    deadLetters: () => mapStorageErrors(what, () => countOf(storage.queue(poisonQueueName))),
    check: () => mapStorageErrors(what, () => checkQueue(events)),
  }
}

/** The evaluation queue of a storage account. Throws a RangeError for a delay that no message can have. */
export const storageEvaluationQueue = (storage: Storage): EvaluationQueue =>
  delayingQueue(storage.queue(evaluationQueueName), 'evaluation queue')

/** The notification queue of a storage account. Throws a RangeError for a delay that no message can have. */
export const storageNotificationQueue = (storage: Storage): NotificationQueue =>
  delayingQueue(storage.queue(notificationQueueName), 'notification queue')

/** The pull queue of a storage account. Throws a RangeError for a delay that no message can have. */
export const storagePullQueue = (storage: Storage): PullQueue =>
  delayingQueue(storage.queue(pullQueueName), 'pull queue')

function delayingQueue(client: QueueClient, name: string): EvaluationQueue & NotificationQueue {
  const queue = opened(client)
  return {
    send: async (message, delaySeconds) => {
      const delay = wholeDelay(delaySeconds)
      await mapStorageErrors(name, async () => send(await queue(), message, delay))
    },
    check: () => mapStorageErrors(name, () => checkQueue(queue)),
  }
}

function wholeDelay(delaySeconds: number): number {
  if (!(delaySeconds >= 0 && delaySeconds <= delaySecondsMax)) throw new RangeError('no delay that a message can have')
  return Math.ceil(delaySeconds)
}

async function checkQueue(opened: () => Promise<QueueClient>): Promise<void> {
  await (await opened()).getProperties(bounded())
}

/** About how many messages a queue holds; none while it does not exist. */
async function countOf(client: QueueClient): Promise<number> {
  try {
    return (await client.getProperties(bounded())).approximateMessagesCount ?? 0
  } catch (error) {
    if (isNotFound(error)) return 0
    throw error
  }
}

function opened(client: QueueClient): () => Promise<QueueClient> {
  return once(async () => {
    await client.createIfNotExists(bounded())
    return client
  })
}

async function send(client: QueueClient, message: string | Uint8Array, visibilityTimeout = 0): Promise<void> {
  const options = { messageTimeToLive: -1, visibilityTimeout, ...bounded() }
  await client.sendMessage(Buffer.from(message).toString('base64'), options)
}
