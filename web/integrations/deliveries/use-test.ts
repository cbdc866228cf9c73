// Sends a test and follows the deliveries until it arrives or fails.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { readDeliveries, readTest } from '../read-integration.ts'
import { checkPausesMs, type Delivery, lastAttempt } from './deliveries.ts'

/** The state of the last test; `slow`: no result within the time that the page checks. */
export type TestState =
  | { readonly kind: 'none' | 'sending' | 'slow' }
  | { readonly kind: 'tried'; readonly attempt: Delivery; readonly follows: boolean }
  | { readonly kind: 'refused'; readonly problem: ApiProblem }

/** `path` is the integration's; `onTried` is called at each attempt that is seen. */
export function useTest(path: string, onTried: () => void): { readonly state: TestState; send(): void } {
  const { api } = useApp()
  const [state, setState] = useState<TestState>({ kind: 'none' })
  const following = useRef<AbortController | null>(null)
  useEffect(() => () => following.current?.abort(), [])

  const follow = async (signal: AbortSignal) => {
    const id = await api.send('POST', `${path}/test`, undefined, readTest)
    let seen: Delivery | undefined
    for (const pauseMs of checkPausesMs) {
      await pause(pauseMs, signal)
      const attempt = lastAttempt(await api.get(`${path}/deliveries`, readDeliveries, signal), id)
      signal.throwIfAborted()
      if (attempt === undefined || attempt.at === seen?.at) continue
      seen = attempt
      const follows = attempt.outcome === 'retry'
      setState({ kind: 'tried', attempt, follows })
      onTried()
      if (!follows) return
    }
    setState(seen ? { kind: 'tried', attempt: seen, follows: false } : { kind: 'slow' })
  }
  const send = () => {
    following.current?.abort()
    const controller = new AbortController()
    following.current = controller
    setState({ kind: 'sending' })
    follow(controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) setState({ kind: 'refused', problem: problemFrom(error) })
    })
  }
  return { state, send }
}

/** Resolves after so long; rejects when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
