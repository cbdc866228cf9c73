// Runs an action of the person, one at a time, and holds why the last one failed.
import { useState } from 'preact/hooks'
import type { ApiProblem } from './client.ts'
import { problemFrom } from './use-load.ts'

type Run = {
  readonly busy: boolean
  readonly problem: ApiProblem | null
  run(work: () => Promise<void>): void
}

/** Runs one action at a time, and holds why it failed. */
export function useRun(): Run {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const run = (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(null)
    work().then(
      () => setBusy(false),
      (error: unknown) => {
        setProblem(problemFrom(error))
        setBusy(false)
      },
    )
  }
  return { busy, problem, run }
}
