// One received message from receipt to its end: run, then deleted, shown again, or moved to the poison queue. It never rejects.
import type { Clock } from '../app/clock.ts'
import { describeError, type Log } from '../app/log.ts'
import type { QueueOptions } from '../settings/host-json.ts'
import { decodeText } from './input.ts'
import type { QueueMessage, TriggerQueue } from './trigger-queue.ts'

/** How long a received message is hidden from other instances, unless the options say otherwise; renewed at half of it while its handler runs. */
export const hiddenMsDefault = 600_000

export type MessagePorts = {
  queue: TriggerQueue
  options: QueueOptions
  /** Absent: `hiddenMsDefault`. */
  hiddenMs?: number | undefined
  /** Runs the handler on the decoded content; true when it succeeded. Never rejects. */
  run: (message: QueueMessage, content: Buffer) => Promise<boolean>
  clock: Clock
  log: Log
}

/** Takes a message to its end. When storage fails on the way the message stays hidden and comes again later. */
export async function handleMessage(ports: MessagePorts, message: QueueMessage): Promise<void> {
  try {
    await settle(ports, message)
  } catch (error) {
    const { queue, log } = ports
    const text = `Message ${message.id} of queue '${queue.name}' could not be brought to its end and will come again`
    log({ level: 'error', category: 'Host.Triggers.Queue', message: `${text}: ${describeError(error)}` })
  }
}

async function settle(ports: MessagePorts, message: QueueMessage): Promise<void> {
  const { queue, options, run } = ports
  const content = decodeText(message.text, options.encoding)
  if (content.kind === 'not base64') return moveToPoison(ports, message, 'it is not base64')
  if (message.dequeueCount > options.dequeueCountMax) return moveToPoison(ports, message, triesUsed(options))

  const renewal = keepHidden(ports, message)
  const succeeded = await run(message, content.bytes)
  const popReceipt = await renewal.end()

  if (succeeded) return queue.remove(message.id, popReceipt)
  if (message.dequeueCount >= options.dequeueCountMax)
    return moveToPoison(ports, { ...message, popReceipt }, triesUsed(options))
  // A poison queue's own message stays hidden, so that it does not come round in a tight loop.
  if (!isPoison(queue)) await queue.hide(message.id, popReceipt, options.retryDelayMs)
}

function triesUsed({ dequeueCountMax }: QueueOptions): string {
  return `it has reached MaxDequeueCount of ${dequeueCountMax}`
}

/** Copied before it is deleted: a fault in between leaves it twice, never lost. A poison queue has none of its own. */
async function moveToPoison({ queue, log }: MessagePorts, message: QueueMessage, reason: string): Promise<void> {
  if (isPoison(queue)) return
  const text = `Message ${message.id} moves to queue '${queue.name}-poison': ${reason}.`
  log({ level: 'warning', category: 'Host.Triggers.Queue', message: text })
  await queue.addToPoison(message.text)
  await queue.remove(message.id, message.popReceipt)
}

function isPoison(queue: TriggerQueue): boolean {
  return queue.name.endsWith('-poison')
}

/** Renews until ended; `end` waits for a renewal under way and gives the last good receipt. */
function keepHidden(ports: MessagePorts, message: QueueMessage): { end(): Promise<string> } {
  const { queue, clock, log, hiddenMs = hiddenMsDefault } = ports
  const ended = new AbortController()
  let popReceipt = message.popReceipt
  const renewAll = async () => {
    while (true) {
      await clock.sleep(hiddenMs / 2, ended.signal)
      if (ended.signal.aborted) return
      popReceipt = await queue.hide(message.id, popReceipt, hiddenMs).catch((error: unknown) => {
        const text = `The visibility of message ${message.id} could not be renewed: ${describeError(error)}`
        log({ level: 'warning', category: 'Host.Triggers.Queue', message: text })
        return popReceipt
      })
    }
  }
  const renewals = renewAll()
  return {
    end: async () => {
      ended.abort()
      await renewals
      return popReceipt
    },
  }
}
