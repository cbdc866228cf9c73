// The part of the form that says which messages wait: quiet hours, and a digest.
import type { JSX } from 'preact'
import { useApp } from '../../app/context.ts'
import { Field, Select, Toggle } from '../../ui/index.ts'
import { type DraftProblems, digestHows, type HoursDraft } from './draft.ts'
import { limits } from './hours.ts'

type WaitingProps = {
  readonly draft: HoursDraft
  /** Null before it was tried to save. */
  readonly wrong: DraftProblems | null
  readonly change: (changes: Partial<HoursDraft>) => void
}

/** The fields of both. */
export function Waiting(props: WaitingProps): JSX.Element {
  const { t } = useApp()
  return (
    <fieldset class="hours-waiting">
      <legend>{t('hours.waiting')}</legend>
      <p class="hint">{t('hours.waitingHint')}</p>
      <Quiet {...props} />
      <Digest {...props} />
    </fieldset>
  )
}

function Quiet({ draft: { quiet }, wrong, change }: WaitingProps): JSX.Element {
  const { t } = useApp()
  const put = (changes: Partial<HoursDraft['quiet']>) => change({ quiet: { ...quiet, ...changes } })
  const error = (time: string) => (wrong?.quiet === 'time' && time === '' ? t('hours.wrong.time') : null)
  return (
    <div class="hours-fields">
      <Toggle label={t('hours.quiet')} checked={quiet.on} onToggle={(on) => put({ on })} />
      {quiet.on && (
        <>
          <Field
            type="time"
            label={t('hours.quietFrom')}
            error={error(quiet.from)}
            value={quiet.from}
            onText={(from) => put({ from })}
          />
          <Field
            type="time"
            label={t('hours.quietTo')}
            error={wrong?.quiet === 'same' ? t('hours.wrong.same') : error(quiet.to)}
            value={quiet.to}
            onText={(to) => put({ to })}
          />
          <Select
            label={t('hours.passLevel')}
            value={quiet.passLevel}
            options={limits.map((value) => ({ value, label: t(`hours.passLevels.${value}`) }))}
            onChoose={(chosen) => put({ passLevel: limits.find((each) => each === chosen) ?? 'high' })}
          />
        </>
      )}
    </div>
  )
}

function Digest({ draft: { digest }, wrong, change }: WaitingProps): JSX.Element {
  const { t } = useApp()
  const put = (changes: Partial<HoursDraft['digest']>) => change({ digest: { ...digest, ...changes } })
  return (
    <div class="hours-fields">
      <Select
        label={t('hours.digest')}
        value={digest.how}
        options={digestHows.map((value) => ({ value, label: t(`hours.digests.${value}`) }))}
        onChoose={(chosen) => put({ how: digestHows.find((each) => each === chosen) ?? 'never' })}
      />
      {digest.how === 'daily' && (
        <Field
          type="time"
          label={t('hours.digestAt')}
          error={wrong?.digest ? t('hours.wrong.time') : null}
          value={digest.at}
          onText={(at) => put({ at })}
        />
      )}
      {digest.how !== 'never' && (
        <Select
          label={t('hours.below')}
          value={digest.below}
          options={limits.map((value) => ({ value, label: t(`hours.belows.${value}`) }))}
          onChoose={(chosen) => put({ below: limits.find((each) => each === chosen) ?? 'medium' })}
        />
      )}
    </div>
  )
}
