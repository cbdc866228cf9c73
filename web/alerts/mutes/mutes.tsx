// The mutes in force, each with a button that ends it.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ApiProblem } from '../../api/client.ts'
import { type Loaded, problemFrom } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { isolated } from '../../locale/formats.ts'
import { Button, ProblemNotice, problemText, Time } from '../../ui/index.ts'
import type { Alert, Mute } from '../alert.ts'
import { groupValueText } from '../texts.ts'
import { covers } from './muting.ts'

export type MutesProps = {
  readonly mutes: Loaded<readonly Mute[]>
  /** The name of a user. */
  readonly nameOf: (userId: string) => string
}

/** Shows every mute of the organization. */
export function Mutes({ mutes, nameOf }: MutesProps): JSX.Element {
  const { t } = useApp()
  return (
    <section class="card mutes" aria-labelledby="mutes">
      <h2 id="mutes" tabIndex={-1}>
        {t('alerts.mutes.title')}
      </h2>
      {mutes.problem && <ProblemNotice problem={mutes.problem} onRetry={mutes.reload} />}
      {mutes.value?.length === 0 && <p class="quiet">{t('alerts.mutes.none')}</p>}
      <MuteList mutes={mutes.value ?? []} nameOf={nameOf} onEnded={mutes.reload} focusId="mutes" />
    </section>
  )
}

/** Shows the mutes that cover an alert now; nothing if there are none. */
export function CoveringMutes({ alert, mutes, nameOf }: MutesProps & { readonly alert: Alert }): JSX.Element {
  const { now } = useApp()
  const covering = (mutes.value ?? []).filter((mute) => covers(mute, alert, now()))
  return <MuteList mutes={covering} nameOf={nameOf} onEnded={mutes.reload} focusId="mute-this" />
}

type MuteListProps = {
  readonly mutes: readonly Mute[]
  readonly nameOf: MutesProps['nameOf']
  readonly onEnded: () => void
  /** The heading that gets the focus after a mute has ended. */
  readonly focusId: string
}

function MuteList({ mutes, ...rest }: MuteListProps): JSX.Element | null {
  if (mutes.length === 0) return null
  return (
    <ul class="mute-list">
      {mutes.map((mute) => (
        <OneMute key={mute.id} mute={mute} {...rest} />
      ))}
    </ul>
  )
}

type Ending = { readonly kind: 'idle' | 'sending' } | { readonly kind: 'failed'; readonly problem: ApiProblem }
type OneMuteProps = Omit<MuteListProps, 'mutes'> & { readonly mute: Mute }

function OneMute({ mute, nameOf, onEnded, focusId }: OneMuteProps): JSX.Element {
  const { api, organization, t, say } = useApp()
  const [ending, setEnding] = useState<Ending>({ kind: 'idle' })
  const group = mute.group?.map((each) => groupValueText(each, nameOf)).join(', ') ?? t('alerts.mutes.whole')
  const end = async () => {
    setEnding({ kind: 'sending' })
    try {
      await api.send('DELETE', `/organizations/${organization.id}/alert-mutes/${mute.id}`, undefined, () => null)
      say(t('alerts.mutes.ended', { title: mute.title }))
      document.getElementById(focusId)?.focus()
      onEnded()
    } catch (error) {
      const problem = problemFrom(error)
      // Another person ended it meanwhile, or it has expired.
      if (problem.status === 404) onEnded()
      else setEnding({ kind: 'failed', problem })
    }
  }
  return (
    <li>
      <div class="mute-text">
        <b>{mute.title}</b>
        <p class="quiet">
          {group} {t('alerts.mutes.until')} <Time at={mute.until} />{' '}
          {t('alerts.mutes.by', { user: isolated(nameOf(mute.mutedBy)) })}
        </p>
        {ending.kind === 'failed' && (
          <p class="error" role="alert">
            {t('alerts.mutes.endFailed', { problem: problemText(ending.problem, t) })}
          </p>
        )}
      </div>
      <Button
        busy={ending.kind === 'sending'}
        aria-label={t('alerts.mutes.endOf', { title: mute.title, group })}
        onClick={end}
      >
        {t(ending.kind === 'sending' ? 'alerts.mutes.ending' : 'alerts.mutes.end')}
      </Button>
    </li>
  )
}
