// Loads what a view shows, again when a dependency changes; a response that comes late is dropped.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { ApiProblem } from './client.ts'

/** `value` is the last one loaded, also while a newer one loads; `problem` is why the last attempt failed. */
export type Loaded<T> = {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly value?: T
  readonly problem?: ApiProblem
  reload(): void
}

type State<T> = Omit<Loaded<T>, 'reload'>

/** Loads on the first render, whenever one of `deps` changes, and on `reload`. The signal aborts when the result is no longer needed. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<State<T>>({ state: 'loading' })
  const [round, setRound] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    setState(({ value }) => ({ state: 'loading', ...(value === undefined ? {} : { value }) }))
    load(signal).then(
      (value) => signal.aborted || setState({ state: 'ready', value }),
      (error: unknown) =>
        signal.aborted ||
        setState(({ value }) => ({
          state: 'failed',
          problem: problemFrom(error),
          ...(value === undefined ? {} : { value }),
        })),
    )
    return () => controller.abort()
  }, [...deps, round])
  const reload = useCallback(() => setRound((last) => last + 1), [])
  return { ...state, reload }
}

/** Any error as one that can be shown; its status is -1 if the page does not understand the response. */
export const problemFrom = (error: unknown): ApiProblem =>
  error instanceof ApiProblem ? error : new ApiProblem(-1, error instanceof Error ? error.message : String(error))
