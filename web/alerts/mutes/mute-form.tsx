// Mutes a rule, or the group of an alert, for a time.
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { ApiProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { Button, problemText, Select } from '../../ui/index.ts'
import { type Alert, muteOf } from '../alert.ts'
import { groupText } from '../texts.ts'
import { endOf, muteHours } from './muting.ts'

type Sending = { readonly kind: 'idle' | 'sending' } | { readonly kind: 'failed'; readonly problem: ApiProblem }

/** The form. Without a group, a mute covers the whole rule. */
export function MuteForm({ alert, onMuted }: { readonly alert: Alert; readonly onMuted: () => void }): JSX.Element {
  const { api, organization, t, say, now } = useApp()
  const name = useId()
  const [whole, setWhole] = useState(alert.group.length === 0)
  const [hours, setHours] = useState('24')
  const [sending, setSending] = useState<Sending>({ kind: 'idle' })

  const mute = async () => {
    setSending({ kind: 'sending' })
    const group = whole ? null : alert.group.map(({ name, value }) => ({ name, value }))
    const body = { ruleId: alert.ruleId, group, until: endOf(Number(hours), now()) }
    try {
      await api.send('POST', `/organizations/${organization.id}/alert-mutes`, body, muteOf)
      setSending({ kind: 'idle' })
      say(t('alerts.mute.done', { title: alert.title }))
      onMuted()
    } catch (error) {
      setSending({ kind: 'failed', problem: problemFrom(error) })
    }
  }
  const choice = (forWhole: boolean, label: string) => (
    <label class="mute-choice">
      <input type="radio" name={name} checked={whole === forWhole} onChange={() => setWhole(forWhole)} />
      <span>{label}</span>
    </label>
  )
  return (
    <form
      class="mute-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (sending.kind !== 'sending') mute()
      }}
    >
      <fieldset>
        <legend class="unseen">{t('alerts.mute.what')}</legend>
        {alert.group.length > 0 && choice(false, t('alerts.mute.group', { group: groupText(alert.group) }))}
        {choice(true, t('alerts.mute.rule'))}
      </fieldset>
      <div class="mute-for">
        <Select
          label={t('alerts.mute.lasting')}
          value={hours}
          onChoose={setHours}
          options={muteHours.map((each) => ({ value: `${each}`, label: t(`alerts.mute.hours.${each}`) }))}
        />
        <Button type="submit" busy={sending.kind === 'sending'}>
          {t(sending.kind === 'sending' ? 'alerts.mute.sending' : 'alerts.mute.button')}
        </Button>
      </div>
      <p class="quiet">{t('alerts.mute.hint')}</p>
      {sending.kind === 'failed' && (
        <p class="error" role="alert">
          {t('alerts.mute.failed', { problem: problemText(sending.problem, t) })}
        </p>
      )}
    </form>
  )
}
