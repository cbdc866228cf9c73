// One source: its state in words, the progress of its history, what it costs; pause, pull, change, remove.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Fact, Link, ProblemNotice, Question, Time, Toggle, ViewHeading } from '../ui/index.ts'
import { readSource, type Source } from './source.ts'
import { StatusBadge } from './source-list.tsx'

type SourceDetailProps = {
  readonly source: Source
  /** The paths of the list and of the form. */
  readonly list: string
  readonly editPath: string
  readonly onChanged: () => void
  readonly onRemoved: () => void
}

/** Shows a source. */
export function SourceDetail({ source, list, editPath, onChanged, onRemoved }: SourceDetailProps): JSX.Element {
  const { api, organization, say, t } = useApp()
  const [asked, ask] = useState(false)
  const { problem, run } = useRun()
  const { id, name, paused, message } = source
  const path = `/organizations/${organization.id}/sources/${id}`
  const pause = (on: boolean) =>
    run(async () => {
      await api.send('PUT', path, { paused: !on }, readSource).finally(onChanged)
      say(t(on ? 'sources.detail.resumed' : 'sources.detail.paused', { name }))
    })
  return (
    <div class="integration">
      <p class="way-back">
        <Link to={list}>{t('sources.back')}</Link>
      </p>
      <ViewHeading title={name}>
        <Link class="button plain" to={editPath}>
          {t('sources.detail.edit')}
        </Link>
        <Button onClick={() => ask(true)}>{t('sources.detail.remove')}</Button>
      </ViewHeading>
      <Toggle label={t('sources.detail.pulls')} checked={!paused} onToggle={pause} />
      {problem && <ProblemNotice problem={problem} />}
      {message && (
        <p class={`test-result ${source.status === 'failing' ? 'failed' : ''}`} role="status">
          {message}
        </p>
      )}
      <HistoryProgress source={source} />
      <SourceFacts source={source} />
      {asked && (
        <Question
          title={t('sources.remove.title', { name: isolated(name) })}
          text={t('sources.remove.text')}
          confirm={t('sources.remove.confirm')}
          onClose={() => ask(false)}
          onConfirm={async () => {
            await api.send('DELETE', path, undefined, () => null)
            onRemoved()
          }}
        />
      )}
    </div>
  )
}

/** How far back the history has been read, while it is being read; once it is all there, a fact says so. */
function HistoryProgress({ source: { history, paused } }: { readonly source: Source }): JSX.Element | null {
  const { t } = useApp()
  if (history.done || history.reachedBack === null || paused) return null
  return (
    <section class="history">
      <h2>{t('sources.history.title')}</h2>
      <p>
        {t('sources.history.events', { count: history.events })} {t('sources.history.back')}{' '}
        <Time day at={history.reachedBack} />
      </p>
      <progress aria-label={t('sources.history.title')} />
      <p class="hint">{t('sources.history.hint')}</p>
    </section>
  )
}

/** Behind by less than this, a source is up to date: its server has events of the last minute, and a pull takes a while. */
const lagSecondsMin = 120

function SourceFacts({ source }: { readonly source: Source }): JSX.Element {
  const { t, now } = useApp()
  const { apiUrl, clientId, status, lastPullAt, nextPullAt, lagSeconds, history, directory, lastError } = source
  return (
    <dl class="facts">
      <Fact name={t('sources.status')}>
        <StatusBadge status={status} />
      </Fact>
      <Fact name={t('sources.from')}>{apiUrl}</Fact>
      <Fact name={t('sources.form.clientId')}>{clientId}</Fact>
      <Fact name={t('sources.lastPull')}>{lastPullAt ? <Time at={lastPullAt} /> : t('sources.never')}</Fact>
      {nextPullAt && (
        <Fact name={t('sources.nextPull')}>
          {lastPullAt === null || Date.parse(nextPullAt) <= now() ? t('sources.soon') : <Time at={nextPullAt} />}
        </Fact>
      )}
      {lagSeconds !== null && lagSeconds >= lagSecondsMin && !source.paused && (
        <Fact name={t('sources.lag')}>{t('sources.minutes', { count: Math.round(lagSeconds / 60) })}</Fact>
      )}
      {history.done && (
        <Fact name={t('sources.history.name')}>
          {t(history.reachedBack ? 'sources.history.complete' : 'sources.history.completeEmpty')}{' '}
          {history.reachedBack && <Time day at={history.reachedBack} />}
        </Fact>
      )}
      <Fact name={t('sources.events')}>{t('sources.count', { count: source.eventsPulled })}</Fact>
      <Fact name={t('sources.requests')}>
        {t('sources.requestsOf', { today: source.requestsToday, yesterday: source.requestsYesterday })}
      </Fact>
      {directory && (
        <Fact name={t('sources.directory')}>
          {t('sources.directoryOf', {
            members: directory.members,
            groups: directory.groups,
            collections: directory.collections,
            policies: directory.policies,
          })}{' '}
          <Time at={directory.pulledAt} />
        </Fact>
      )}
      {lastError && (
        <Fact name={t('sources.lastError')}>
          {lastError.message !== source.message && `${lastError.message} `}
          <Time at={lastError.at} />
        </Fact>
      )}
    </dl>
  )
}
