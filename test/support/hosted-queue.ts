// The queue `event` in virtual time, delivered as the Functions host does with host.json of this repository: hours of an outage take no time.
import { resolve } from 'node:path'
import type { StorageQueueHandler } from '@azure/functions'
import { handleMessage } from '../../local/host/queue/message.ts'
import type { QueueMessage, TriggerQueue } from '../../local/host/queue/trigger-queue.ts'
import { readHostJson } from '../../local/host/settings/host-json.ts'
import type { EventQueue } from '../../src/ports/events.ts'
import { contextWith } from './calls.ts'

const dayMs = 24 * 3_600_000
const never = new Date('9999-12-31T23:59:59Z')
const hostExpiryMs = 7 * dayMs

/** What is kept of a dead letter: its bytes, and until when (Unix ms; Infinity: for good). */
type DeadLetter = { readonly bytes: Buffer; readonly expiresAt: number }

export async function hostedQueue(clock: { now: number }) {
  const { queues: options } = (await readHostJson(resolve(import.meta.dirname, '../..'), {})).extensions
  let messages: QueueMessage[] = []
  const dead: DeadLetter[] = []
  const log: string[] = []
  let deliveries = 0
  let ids = 0

  const put = (bytes: string | Uint8Array, delayMs: number) => {
    ids += 1
    const [insertedOn, nextVisibleOn] = [new Date(clock.now), new Date(clock.now + delayMs)]
    const text = Buffer.from(bytes).toString('base64')
    messages.push({
      id: String(ids),
      popReceipt: '',
      text,
      dequeueCount: 0,
      insertedOn,
      nextVisibleOn,
      expiresOn: never,
    })
  }
  const queue: EventQueue = {
    enqueue: async (added, delaySeconds = 0) => {
      for (const message of added) put(message, delaySeconds * 1_000)
    },
    deadLetter: async (message) => {
      dead.push({ bytes: Buffer.from(message), expiresAt: Number.POSITIVE_INFINITY })
    },
    deadLetters: async () => dead.filter(({ expiresAt }) => expiresAt > clock.now).length,
    check: async () => {},
  }
  const triggerQueue: TriggerQueue = {
    name: 'event',
    receive: async () => [],
    hide: async (id, popReceipt, visibilityMs) => {
      const nextVisibleOn = new Date(clock.now + visibilityMs)
      messages = messages.map((each) => (each.id === id ? { ...each, nextVisibleOn } : each))
      return popReceipt
    },
    remove: async (id) => {
      messages = messages.filter((each) => each.id !== id)
    },
    addToPoison: async (text) => {
      dead.push({ bytes: Buffer.from(text, 'base64'), expiresAt: clock.now + hostExpiryMs })
    },
  }
  const hostClock = {
    now: () => clock.now,
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true })),
  }

  async function deliver(received: QueueMessage, handler: StorageQueueHandler): Promise<void> {
    deliveries += 1
    const message = {
      ...received,
      dequeueCount: received.dequeueCount + 1,
      nextVisibleOn: new Date(clock.now + 600_000),
    }
    messages = messages.map((each) => (each.id === message.id ? message : each))
    const metadata = { dequeueCount: message.dequeueCount, insertionTime: message.insertedOn.toISOString() }
    const run = async (_: QueueMessage, content: Buffer) => {
      try {
        await handler(content, contextWith(log, metadata))
        return true
      } catch {
        return false
      }
    }
    await handleMessage({ queue: triggerQueue, options, run, clock: hostClock, log: () => {} }, message)
  }

  return {
    queue,
    dead,
    log,
    put,
    waiting: () => messages.length,
    deliveries: () => deliveries,
    /** Lets time pass until `ms`; each message is delivered when its time has come. */
    runUntil: async (ms: number, handler: StorageQueueHandler) => {
      for (;;) {
        const [next] = messages.toSorted((a, b) => Number(a.nextVisibleOn) - Number(b.nextVisibleOn))
        if (!next || Number(next.nextVisibleOn) > ms) break
        clock.now = Math.max(clock.now, Number(next.nextVisibleOn))
        await deliver(next, handler)
      }
      clock.now = ms
    },
  }
}
