// Asks before something that matters, does it, and shows why it failed.
import type { JSX } from 'preact'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './states.tsx'

type QuestionProps = {
  readonly title: string
  readonly text: string
  /** On the button that does it. */
  readonly confirm: string
  /** Absent: `danger`. */
  readonly look?: 'primary' | 'danger'
  readonly onClose: () => void
  /** The dialog closes once it resolves; a rejection is shown. */
  readonly onConfirm: () => Promise<void>
}

/** The question, with a button that does it and one that does not. */
export function Question({ title, text, confirm, look = 'danger', onClose, onConfirm }: QuestionProps): JSX.Element {
  const { t } = useApp()
  const { busy, problem, run } = useRun()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button
          look={look}
          busy={busy}
          onClick={() =>
            run(async () => {
              await onConfirm()
              onClose()
            })
          }
        >
          {confirm}
        </Button>
        <Button onClick={onClose}>{t('core.cancel')}</Button>
      </div>
    </Dialog>
  )
}
