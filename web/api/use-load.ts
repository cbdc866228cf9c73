// Loads what a view shows, again when what it depends on changes; an answer that comes late is dropped.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { ApiProblem } from './client.ts'

/** `value` is the last one there was, also while a newer one loads; `problem` is why the last attempt failed. */
export type Loaded<T> = {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly value?: T
  readonly problem?: ApiProblem
  reload(): void
}

type Held<T> = Omit<Loaded<T>, 'reload'>

/** Loads on the first render, whenever one of `deps` changes, and on `reload`. The signal aborts when nobody waits any more. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Loaded<T> {
  const [held, hold] = useState<Held<T>>({ state: 'loading' })
  const [round, setRound] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    hold(({ value }) => ({ state: 'loading', ...(value === undefined ? {} : { value }) }))
    load(signal).then(
      (value) => signal.aborted || hold({ state: 'ready', value }),
      (error: unknown) =>
        signal.aborted ||
        hold(({ value }) => ({
          state: 'failed',
          problem: problemFrom(error),
          ...(value === undefined ? {} : { value }),
        })),
    )
    return () => controller.abort()
  }, [...deps, round])
  const reload = useCallback(() => setRound((last) => last + 1), [])
  return { ...held, reload }
}

/** Any error as one that can be shown; -1 stands for an answer that the page does not understand. */
export const problemFrom = (error: unknown): ApiProblem =>
  error instanceof ApiProblem ? error : new ApiProblem(-1, error instanceof Error ? error.message : String(error))
