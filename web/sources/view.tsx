// The sources of an organization: where its events and people come from, and whether they come.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathWith } from '../app/router.ts'
import { useArrival } from '../app/use-arrival.ts'
import { Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { readSources, type Source } from './source.ts'
import { SourceDetail } from './source-detail.tsx'
import { SourceForm } from './source-form.tsx'
import { SourceList } from './source-list.tsx'

/** How often the list is read again while it is shown, in milliseconds: a pull a minute, its history in steps. */
const refreshMs = 10_000

/** Shows the list, one source, or the form: `source` and `edit` of the address say which. */
export function SourcesView(): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/sources`
  const { value, problem, reload } = useLoad((signal) => api.get(path, readSources, signal), [path])
  useEffect(() => {
    const timer = setInterval(reload, refreshMs)
    return () => clearInterval(timer)
  }, [reload])
  if (value) return <Known sources={value} reload={reload} />
  return (
    <>
      <ViewHeading title={t('sources.title')} />
      {problem?.status === 404 && <Empty text={t('sources.off')} />}
      {problem && problem.status !== 404 && <ProblemNotice problem={problem} onRetry={reload} />}
      {!problem && <Spinner label={t('sources.loading')} />}
    </>
  )
}

function Known({ sources: loaded, reload }: { readonly sources: readonly Source[]; reload(): void }): JSX.Element {
  const app = useApp()
  const [sources, keep] = useSaved(loaded)
  const { query, go, t, say } = app
  const [edited, chosen] = [query.get('edit'), query.get('source')]
  useArrival(`${edited} ${chosen}`)
  const named = sources.find(({ id }) => id === (edited ?? chosen))
  const list = pathWith(app, 'sources', { source: null, edit: null })
  const saved = (source: Source) => {
    const { id, name } = source
    say(t(edited === 'new' ? 'sources.form.connected' : 'sources.form.saved', { name }))
    keep(source)
    reload()
    go(pathWith(app, 'sources', { edit: null, source: id }))
  }
  if (edited === 'new') return <SourceForm key="new" source={null} back={list} onSaved={saved} />
  if (edited !== null && named) {
    const back = pathWith(app, 'sources', { edit: null, source: named.id })
    return <SourceForm key={named.id} source={named} back={back} onSaved={saved} />
  }
  if (named) {
    return (
      <SourceDetail
        key={named.id}
        source={named}
        list={list}
        editPath={pathWith(app, 'sources', { edit: named.id, source: null })}
        onChanged={reload}
        onRemoved={() => {
          say(t('sources.remove.done', { name: named.name }))
          reload()
          go(list)
        }}
      />
    )
  }
  return (
    <>
      <ViewHeading title={t('sources.title')}>
        <Link class="button primary" to={pathWith(app, 'sources', { edit: 'new', source: null })}>
          {t('sources.new')}
        </Link>
      </ViewHeading>
      <p class="lead">{t('sources.lead')}</p>
      {(edited ?? chosen) !== null && <Empty text={t('sources.unknown')} />}
      {sources.length === 0 ? (
        <Empty text={t('sources.none')}>
          <p>{t('sources.noneHint')}</p>
        </Empty>
      ) : (
        <SourceList sources={sources} open={(id) => pathWith(app, 'sources', { source: id, edit: null })} />
      )}
    </>
  )
}

/** The sources as they were loaded, with the one that was saved since: it is shown at once. */
function useSaved(loaded: readonly Source[]): readonly [readonly Source[], (source: Source) => void] {
  const [saved, keep] = useState<{ readonly source: Source; readonly after: readonly Source[] } | null>(null)
  if (saved?.after !== loaded) return [loaded, (source) => keep({ source, after: loaded })]
  const others = loaded.filter(({ id }) => id !== saved.source.id)
  return [[...others, saved.source], (source) => keep({ source, after: loaded })]
}
