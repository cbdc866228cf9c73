// Fakes of what the host's loops reach: a clock that a test turns, and a queue in memory that can fail.
import type { Clock } from '../../../local/host/app/clock.ts'
import type { LogEntry } from '../../../local/host/app/log.ts'
import type { QueueMessage, TriggerQueue } from '../../../local/host/queue/trigger-queue.ts'

type FakeClock = Clock & {
  /** Moves time on and schedule entries what is due, in order of time. */
  advance(ms: number): Promise<void>
  /** When what sleeps is to schedule entry, soonest first. */
  schedule(): readonly number[]
}

/** Lets everything that waits for no clock run. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

export function fakeClock(start: number): FakeClock {
  let now = start
  const sleepers = new Set<{ at: number; entry: () => void }>()
  const due = (until: number) =>
    [...sleepers]
      .filter(({ at }) => at <= until)
      .toSorted((a, b) => a.at - b.at)
      .at(0)
  return {
    now: () => now,
    sleep: (ms, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (ms <= 0 || signal.aborted) return Promise.resolve()
      const sleeper = { at: now + ms, entry: resolve }
      sleepers.add(sleeper)
      signal.addEventListener('abort', () => resolve(), { once: true })
      return promise.finally(() => sleepers.delete(sleeper))
    },
    advance: async (ms) => {
      const until = now + ms
      await settled()
      for (let next = due(until); next !== undefined; next = due(until)) {
        now = Math.max(now, next.at)
        next.entry()
        await settled()
      }
      now = until
    },
    schedule: () => [...sleepers].map(({ at }) => at).toSorted((a, b) => a - b),
  }
}

export function fakeLog(): { entries: LogEntry[]; log: (entry: LogEntry) => void } {
  const entries: LogEntry[] = []
  return { entries, log: (entry) => entries.push(entry) }
}

const storageIsOut = new Error('storage is out')

type Call = 'receive' | 'hide' | 'remove' | 'addToPoison'
/** What happens to the next call of that name: it fails before it had effect, or after. */
export type Fault = 'failed' | 'failed but persisted'

export type FakeQueue = TriggerQueue & {
  /** Messages that a receive would give now. */
  visible: QueueMessage[]
  poison: string[]
  /** Each call that had effect, as `name id receipt …`. */
  calls: string[]
  failNext(call: Call, fault?: Fault): void
}

export const message = (id: string, text: string, dequeueCount = 1): QueueMessage => ({
  id,
  text,
  dequeueCount,
  popReceipt: `${id}-0`,
  insertedOn: new Date(0),
  expiresOn: new Date(0),
  nextVisibleOn: new Date(0),
})

export function fakeQueue(name: string, visible: QueueMessage[] = []): FakeQueue {
  const faults: { call: Call; fault: Fault }[] = []
  const calls: string[] = []
  const poison: string[] = []
  const perform = async <Result>(call: Call, effect: () => Result): Promise<Result> => {
    const index = faults.findIndex((each) => each.call === call)
    const [found] = index < 0 ? [] : faults.splice(index, 1)
    if (found?.fault === 'failed') throw storageIsOut
    const result = effect()
    if (found !== undefined) throw storageIsOut
    return result
  }
  return {
    name,
    visible,
    poison,
    calls,
    failNext: (call, fault = 'failed') => faults.push({ call, fault }),
    receive: (countMax) => perform('receive', () => visible.splice(0, countMax)),
    hide: (id, popReceipt, visibilityMs) =>
      perform('hide', () => {
        calls.push(`hide ${id} ${popReceipt} ${visibilityMs}`)
        return `${id}-${calls.length}`
      }),
    remove: (id, popReceipt) => perform('remove', () => void calls.push(`remove ${id} ${popReceipt}`)),
    addToPoison: (text) => perform('addToPoison', () => void poison.push(text)),
  }
}
