// Assigns incidents to an owner or admin by name, or to nobody.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, Dialog, ProblemNotice, Select, Spinner, useSubmit } from '../../ui/index.ts'
import { usePeople } from '../people.ts'
import type { TriageDialogProps } from './close-dialog.tsx'

/** The dialog. */
export function AssignDialog({ count, send, onClose }: TriageDialogProps): JSX.Element {
  const { t } = useApp()
  const { value, problem: notLoaded, reload } = usePeople()
  const [chosen, setChosen] = useState<string | null>(null)
  const { tried, busy, problem, form } = useSubmit(chosen === null, async () => {
    if (chosen === null) return
    await send({ kind: 'assign', assignee: chosen === nobody ? null : chosen })
    onClose()
  })
  return (
    <Dialog title={t('incidents.assign.title', { count })} onClose={onClose}>
      <form {...form} class="triage-form">
        {notLoaded && <ProblemNotice problem={notLoaded} onRetry={reload} />}
        {!value && !notLoaded && <Spinner label={t('incidents.loading')} />}
        {value && (
          <Select
            label={t('incidents.assign.whom')}
            value={chosen ?? ''}
            onChoose={(id) => setChosen(id || null)}
            error={tried && chosen === null ? t('incidents.assign.missing') : null}
            options={[
              { value: '', label: t('incidents.assign.choose') },
              ...value.filter(({ isManager }) => isManager).map(({ id, name }) => ({ value: id, label: name })),
              { value: nobody, label: t('incidents.assign.nobody') },
            ]}
          />
        )}
        {problem && <ProblemNotice problem={problem} />}
        <div class="actions">
          <Button type="submit" look="primary" busy={busy}>
            {t('incidents.assign.confirm')}
          </Button>
          <Button onClick={onClose}>{t('core.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

const nobody = 'nobody'
