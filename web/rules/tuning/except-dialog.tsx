// Makes an exception of a rule from what its incidents that were no attacks have in common, for a reason and a time.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { type Conditions, endIn, exceptionDays, exceptionOf } from '../../exceptions/exception.ts'
import { TryException } from '../../exceptions/try-exception.tsx'
import { Button, Dialog, Field, ProblemNotice, Select, useSubmit } from '../../ui/index.ts'

type ExceptDialogProps = {
  readonly ruleId: string
  readonly conditions: Conditions
  /** The conditions in words. */
  readonly covered: string
  readonly onClose: () => void
  readonly onExcepted: () => void
}

/** The dialog. */
export function ExceptDialog({ ruleId, conditions, covered, onClose, onExcepted }: ExceptDialogProps): JSX.Element {
  const { api, organization, t, say, now } = useApp()
  const [reason, setReason] = useState('')
  const [days, setDays] = useState('90')
  const isMissing = reason.trim() === ''
  const { tried, busy, problem, form } = useSubmit(isMissing, async () => {
    const body = { ruleId, conditions, reason, until: endIn(Number(days), now()) }
    await api.send('POST', `/organizations/${organization.id}/alert-exceptions`, body, exceptionOf)
    say(t('exceptions.added'))
    onClose()
    onExcepted()
  })
  return (
    <Dialog title={t('exceptions.except')} onClose={onClose}>
      <form {...form} class="except-form">
        <p class="covered">
          {t('exceptions.covers', { covered })} {t('exceptions.stays')}
        </p>
        <Field
          label={t('exceptions.reason')}
          hint={t('exceptions.reasonHint')}
          error={tried && isMissing ? t('exceptions.reasonMissing') : null}
          value={reason}
          maxLength={500}
          onText={setReason}
        />
        <Select
          label={t('exceptions.lasting')}
          value={days}
          onChoose={setDays}
          options={exceptionDays.map((each) => ({ value: `${each}`, label: t(`exceptions.lastingDays.${each}`) }))}
        />
        <TryException ruleId={ruleId} conditions={conditions} />
        {problem && <ProblemNotice problem={problem} />}
        <div class="actions">
          <Button type="submit" look="primary" busy={busy}>
            {t('exceptions.add')}
          </Button>
          <Button onClick={onClose}>{t('exceptions.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
