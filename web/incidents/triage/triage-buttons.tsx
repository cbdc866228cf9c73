// The buttons that act on incidents, one or several, and the dialogs that they open.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useRun } from '../../api/use-run.ts'
import { useApp } from '../../app/context.ts'
import { Button, ProblemNotice } from '../../ui/index.ts'
import { AssignDialog } from './assign-dialog.tsx'
import { CloseDialog } from './close-dialog.tsx'
import type { TriageAction } from './triage.ts'
import type { Act } from './use-triage.ts'

type TriageButtonsProps = {
  readonly incidentIds: readonly string[]
  /** The buttons that there are. */
  readonly kinds: readonly Exclude<TriageAction['kind'], 'comment'>[]
  readonly act: Act
}

/** Shows the buttons. Without any incident they cannot be pressed, and keep the focus. */
export function TriageButtons({ incidentIds, kinds, act }: TriageButtonsProps): JSX.Element {
  const { t } = useApp()
  const { busy, problem, run } = useRun()
  const [dialog, setDialog] = useState<'assign' | 'close' | null>(null)
  const close = () => setDialog(null)
  const send = (action: TriageAction) => act(incidentIds, action)
  const press = (kind: TriageButtonsProps['kinds'][number]) => {
    if (kind === 'assign' || kind === 'close') setDialog(kind)
    else run(() => send({ kind }))
  }
  return (
    <>
      <div class="triage-buttons">
        {kinds.map((kind) => (
          <Button
            key={kind}
            look={kind === 'acknowledge' ? 'primary' : 'plain'}
            busy={busy}
            off={incidentIds.length === 0}
            onClick={() => press(kind)}
          >
            {t(`incidents.act.${kind}`)}
          </Button>
        ))}
      </div>
      {problem && <ProblemNotice problem={problem} />}
      {dialog === 'close' && <CloseDialog count={incidentIds.length} send={send} onClose={close} />}
      {dialog === 'assign' && <AssignDialog count={incidentIds.length} send={send} onClose={close} />}
    </>
  )
}
