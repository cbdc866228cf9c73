// The queue a trigger reads, as a port, and its adapter on Azure Storage queues.
import { type QueueClient, QueueServiceClient, RestError } from '@azure/storage-queue'

export type QueueMessage = {
  id: string
  /** As it lies in the queue: not decoded. */
  text: string
  /** How often it has been received, this time included. */
  dequeueCount: number
  insertedOn: Date
  expiresOn: Date
  nextVisibleOn: Date
  /** Names this receipt; `hide` gives the next one, and only the last is good. */
  popReceipt: string
}

/** Every method rejects when storage cannot be reached. */
export type TriggerQueue = {
  name: string
  /** Up to `countMax` messages, each hidden from others for `visibilityMs`. None when there are none or the queue does not exist. */
  receive(countMax: number, visibilityMs: number): Promise<QueueMessage[]>
  /** Hides a message for `visibilityMs` from now, its text unchanged; gives the new receipt. */
  hide(id: string, popReceipt: string, visibilityMs: number): Promise<string>
  /** Deletes a message; fine when it is gone or another reader has it by now. */
  remove(id: string, popReceipt: string): Promise<void>
  /** Adds the text, unchanged, to `<name>-poison`, which is created when missing. It expires after 7 days, as what Azure's host moves there. */
  addToPoison(text: string): Promise<void>
}

/** The queue of that name; nothing is sent until it is used. Throws on a connection string that cannot be parsed. */
export function openTriggerQueue(connectionString: string, name: string): TriggerQueue {
  const service = openService(connectionString, name)
  const queue = service.getQueueClient(name)
  const poison = service.getQueueClient(`${name}-poison`)
  return {
    name,
    receive: (countMax, visibilityMs) => receive(queue, countMax, visibilityMs),
    hide: async (id, popReceipt, visibilityMs) =>
      (await queue.updateMessage(id, popReceipt, undefined, Math.ceil(visibilityMs / 1000))).popReceipt ?? popReceipt,
    remove: async (id, popReceipt) => {
      await unless(['MessageNotFound', 'PopReceiptMismatch', 'QueueNotFound'], () =>
        queue.deleteMessage(id, popReceipt),
      )
    },
    addToPoison: async (text) => {
      const sent = await unless(['QueueNotFound'], () => poison.sendMessage(text))
      if (sent !== undefined) return
      await poison.createIfNotExists()
      await poison.sendMessage(text)
    },
  }
}

function openService(connectionString: string, name: string): QueueServiceClient {
  // The poller has its own back-off: a failing call should come back soon.
  const retryOptions = { maxTries: 2, tryTimeoutInMs: 10_000, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }
  try {
    return QueueServiceClient.fromConnectionString(connectionString, { retryOptions })
  } catch (error) {
    throw new Error(`the connection string of queue '${name}' cannot be used`, { cause: error })
  }
}

async function receive(queue: QueueClient, countMax: number, visibilityMs: number): Promise<QueueMessage[]> {
  const received = await unless(['QueueNotFound', 'QueueBeingDeleted'], () =>
    queue.receiveMessages({ numberOfMessages: countMax, visibilityTimeout: Math.ceil(visibilityMs / 1000) }),
  )
  return (received?.receivedMessageItems ?? []).map((item) => ({
    id: item.messageId,
    text: item.messageText,
    dequeueCount: item.dequeueCount,
    insertedOn: item.insertedOn,
    expiresOn: item.expiresOn,
    nextVisibleOn: item.nextVisibleOn,
    popReceipt: item.popReceipt,
  }))
}

/** Undefined if storage fails with one of these codes; throws any other error. */
async function unless<Result>(codes: readonly string[], call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RestError && error.code !== undefined && codes.includes(error.code)) return undefined
    throw error
  }
}
