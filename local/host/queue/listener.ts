// Polls the queue of one function and runs its messages side by side, as many as host.json allows.
import { describeError } from '../app/log.ts'
import type { Listener, Running } from '../app/running.ts'
import { handleMessage, hiddenMsDefault, type MessagePorts } from './message.ts'
import type { QueueMessage } from './trigger-queue.ts'

const pollIntervalMsMin = 100

type ListenerPorts = MessagePorts & { running: Running }

/** Starts polling: at once while there are messages, else after 100 ms doubling up to the maximum. An outage is logged once, its end too. */
export function listenQueue(ports: ListenerPorts): Listener {
  const stopped = new AbortController()
  const loop = poll(ports, stopped.signal)
  return {
    stop: async () => {
      stopped.abort()
      await loop
    },
  }
}

async function poll(ports: ListenerPorts, signal: AbortSignal): Promise<void> {
  const { options, clock, running } = ports
  const active = new Set<Promise<void>>()
  const receive = quietReceive(ports)
  let delayMs = pollIntervalMsMin
  while (!signal.aborted) {
    const messages = await receive()
    for (const message of messages) {
      const work = running.track(handleMessage(ports, message))
      active.add(work)
      work.then(() => active.delete(work))
    }
    if (messages.length === 0) await clock.sleep(delayMs, signal)
    delayMs = messages.length > 0 ? pollIntervalMsMin : Math.min(delayMs * 2, options.pollIntervalMsMax)
    await atMost(active, options.newBatchThreshold, signal)
  }
}

/** Receives a batch; an outage counts as none and is logged when it begins and when it ends. */
function quietReceive({
  queue,
  options,
  log,
  hiddenMs = hiddenMsDefault,
}: ListenerPorts): () => Promise<QueueMessage[]> {
  let failing = false
  const say = (level: 'warning' | 'information', message: string) =>
    log({ level, category: 'Host.Triggers.Queue', message })
  return async () => {
    try {
      const messages = await queue.receive(options.batchSize, hiddenMs)
      if (failing) say('information', `Queue '${queue.name}' can be read again.`)
      failing = false
      return messages
    } catch (error) {
      if (!failing) say('warning', `Queue '${queue.name}' cannot be read, polling goes on: ${describeError(error)}`)
      failing = true
      return []
    }
  }
}

/** Waits until at most `countMax` of them are left, or the signal aborts. */
async function atMost(active: ReadonlySet<Promise<void>>, countMax: number, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  while (active.size > countMax && !signal.aborted) await Promise.race([aborted, ...active])
}
