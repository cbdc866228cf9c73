// A form of a few fields below a list: its heading, its fields, why the last try failed, and the button that sends it.
import type { ComponentChildren, JSX } from 'preact'
import { Button } from './button.tsx'
import { ProblemNotice } from './states.tsx'
import { useSubmit } from './use-submit.ts'

type ShortFormProps = {
  readonly title: string
  /** On the button that sends it. */
  readonly confirm: string
  /** Whether a field is wrong: then nothing is sent. */
  readonly isWrong: boolean
  /** A rejection is shown. */
  readonly send: () => Promise<void>
  /** Its fields, which say what is wrong with them once it was tried. */
  readonly children: (tried: boolean) => ComponentChildren
}

/** The form. */
export function ShortForm({ title, confirm, isWrong, send, children }: ShortFormProps): JSX.Element {
  const { tried, busy, problem, form } = useSubmit(isWrong, send)
  return (
    <form {...form} class="short-form">
      <h2>{title}</h2>
      {children(tried)}
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {confirm}
        </Button>
      </div>
    </form>
  )
}
