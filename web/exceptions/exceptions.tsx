// The exceptions that last, each with a button that ends it.
import type { JSX } from 'preact'
import { useUserNames } from '../alerts/people.ts'
import { problemFrom, useLoad } from '../api/use-load.ts'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, ProblemNotice, Time } from '../ui/index.ts'
import { type Exception, exceptionsOf } from './exception.ts'
import { conditionText, type NameOf } from './texts.ts'

/** Shows every exception of the organization. */
export function Exceptions(): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/alert-exceptions`
  const { value, problem, reload } = useLoad((signal) => api.get(path, exceptionsOf, signal), [path])
  const nameOf = useUserNames()
  return (
    <section class="card exceptions" aria-labelledby="exceptions">
      <h2 id="exceptions" tabIndex={-1}>
        {t('exceptions.title')}
      </h2>
      <p class="hint">{t('exceptions.lead')}</p>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {value?.length === 0 && <p class="quiet">{t('exceptions.none')}</p>}
      {value && value.length > 0 && (
        <ul class="mute-list">
          {value.map((each) => (
            <OneException key={each.id} exception={each} nameOf={nameOf} onEnded={reload} />
          ))}
        </ul>
      )}
    </section>
  )
}

type OneProps = { readonly exception: Exception; readonly nameOf: NameOf; readonly onEnded: () => void }

function OneException({ exception, nameOf, onEnded }: OneProps): JSX.Element {
  const { api, organization, t, say } = useApp()
  const { busy, problem, run } = useRun()
  const title = exception.title ?? t('exceptions.everyRule')
  const covered = conditionText(exception.conditions, nameOf, t)
  const end = () =>
    run(async () => {
      try {
        await api.send(
          'DELETE',
          `/organizations/${organization.id}/alert-exceptions/${exception.id}`,
          undefined,
          () => null,
        )
        say(t('exceptions.ended', { title }))
      } catch (error) {
        // Another person ended it meanwhile, or it has expired.
        if (problemFrom(error).status !== 404) throw error
      }
      document.getElementById('exceptions')?.focus()
      onEnded()
    })
  return (
    <li>
      <div class="mute-text">
        <b>{title}</b>
        <p>
          <bdi>{exception.reason}</bdi>
        </p>
        <p class="quiet">
          {t('exceptions.covered', { covered })}{' '}
          {exception.until === null ? t('exceptions.noEnd') : t('exceptions.until')}{' '}
          {exception.until !== null && <Time at={exception.until} />}{' '}
          {t('exceptions.author', { user: isolated(nameOf(exception.createdBy)) })}
        </p>
        {problem && <ProblemNotice problem={problem} />}
      </div>
      <Button busy={busy} aria-label={t('exceptions.endOf', { title, covered })} onClick={end}>
        {t('exceptions.end')}
      </Button>
    </li>
  )
}
