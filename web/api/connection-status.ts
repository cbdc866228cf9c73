// Whether the API is reachable: the current outage for the page to show, and a way to retry at once.
import type { Outage } from './client.ts'

export type ConnectionStatus = {
  current(): Outage | null
  report(outage: Outage | null): void
  /** Resolves after so long or on `tryNow`; rejects with the signal's reason once it aborts. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  tryNow(): void
  subscribe(listener: () => void): () => void
}

type Timers = {
  readonly set: (run: () => void, ms: number) => number
  readonly clear: (timer: number) => void
}

export function createConnectionStatus(timers: Timers): ConnectionStatus {
  let current: Outage | null = null
  const listeners = new Set<() => void>()
  const waiting = new Set<() => void>()
  return {
    current: () => current,
    report: (outage) => {
      if (outage === current) return
      current = outage
      for (const listener of listeners) listener()
    },
    pause: (ms, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const end = () => {
        timers.clear(timer)
        waiting.delete(end)
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        reject(signal?.reason)
        end()
      }
      const timer = timers.set(end, ms)
      waiting.add(end)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      return promise
    },
    tryNow: () => {
      for (const end of [...waiting]) end()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
