// Sending a form: while a field is wrong nothing is sent, and the first wrong one gets the focus.
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { useRun } from '../api/use-run.ts'

type Submit = {
  /** Whether it was tried: fields say what is wrong with them from then on. */
  readonly tried: boolean
  readonly busy: boolean
  /** Why the last try failed. */
  readonly problem: ApiProblem | null
  /** Of the form element. */
  readonly form: {
    readonly ref: RefObject<HTMLFormElement | null>
    readonly noValidate: true
    readonly autocomplete: 'off'
    readonly onSubmit: (event: Event) => void
  }
}

const wrongField = '[aria-invalid], .check-list:has(.error) input'

/** Sends with `send` if no field is wrong; once that resolves, nothing has been tried. */
export function useSubmit(isWrong: boolean, send: () => Promise<void>): Submit {
  const ref = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  const { busy, problem, run } = useRun()
  useEffect(() => {
    if (tries > 0) ref.current?.querySelector<HTMLElement>(wrongField)?.focus()
  }, [tries, problem])
  const onSubmit = (event: Event) => {
    event.preventDefault()
    if (busy) return
    setTries((last) => last + 1)
    if (isWrong) return
    run(async () => {
      await send()
      setTries(0)
    })
  }
  return { tried: tries > 0, busy, problem, form: { ref, noValidate: true, autocomplete: 'off', onSubmit } }
}
