// Closes incidents: what they turned out to be, and why.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, Dialog, ProblemNotice, Select, TextArea, useSubmit } from '../../ui/index.ts'
import { type TriageAction, verdicts } from './triage.ts'

/** Longest reason, in UTF-16 units. */
const reasonCharsMax = 1_000

export type TriageDialogProps = {
  /** How many incidents it is about. */
  readonly count: number
  /** The dialog closes once it resolves; a rejection is shown. */
  readonly send: (action: TriageAction) => Promise<void>
  readonly onClose: () => void
}

/** The dialog. */
export function CloseDialog({ count, send, onClose }: TriageDialogProps): JSX.Element {
  const { t } = useApp()
  const [chosen, setChosen] = useState('')
  const [reason, setReason] = useState('')
  const verdict = verdicts.find((each) => each === chosen)
  const { tried, busy, problem, form } = useSubmit(verdict === undefined, async () => {
    if (verdict === undefined) return
    await send({ kind: 'close', verdict, reason })
    onClose()
  })
  return (
    <Dialog title={t('incidents.close.title', { count })} onClose={onClose}>
      <form {...form} class="triage-form">
        <Select
          label={t('incidents.close.verdict')}
          value={chosen}
          onChoose={setChosen}
          error={tried && verdict === undefined ? t('incidents.close.verdictMissing') : null}
          options={[
            { value: '', label: t('incidents.close.choose') },
            ...verdicts.map((value) => ({ value, label: t(`incidents.verdict.${value}`) })),
          ]}
        />
        <TextArea
          label={t('incidents.close.reason')}
          hint={t('incidents.close.reasonHint')}
          value={reason}
          maxLength={reasonCharsMax}
          onText={setReason}
        />
        <p class="quiet">{t('incidents.close.hint')}</p>
        {problem && <ProblemNotice problem={problem} />}
        <div class="actions">
          <Button type="submit" look="primary" busy={busy}>
            {t('incidents.close.confirm')}
          </Button>
          <Button onClick={onClose}>{t('core.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
