// How many messages of the event queue are left, read from the storage that the app uses.
import { QueueClient, RestError } from '@azure/storage-queue'
import { eventQueueName, poisonQueueName } from '../../../src/adapters/azure/queues/storage-queue.ts'
import type { Backlog } from './seed.ts'

/** The backlog in this storage account. Its counts hold messages in work too, and say 0 for a queue that is not made yet. */
export function storageBacklog(connectionString: string): Backlog {
  const counted = (name: string) => {
    const queue = new QueueClient(connectionString, name)
    return async () => {
      try {
        return (await queue.getProperties()).approximateMessagesCount ?? 0
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return 0
        throw error
      }
    }
  }
  return { waiting: counted(eventQueueName), deadLetters: counted(poisonQueueName) }
}
