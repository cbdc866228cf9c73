// What operators see: every organization with its health, a new one, and the keys of servers. No log.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Keys } from '../keys/keys.tsx'
import { StatusBadge } from '../sources/source-list.tsx'
import { Badge, Button, DataTable, Empty, Link, ProblemNotice, Spinner, Time, ViewHeading } from '../ui/index.ts'
import { type OrganizationHealth, readHealth } from './health.ts'
import { NewOrganization } from './new-organization.tsx'

const path = '/operations/organizations'

/** Shows all of it. */
export function OperationsView(): JSX.Element {
  const { api, t } = useApp()
  const [token, setToken] = useState<string | null>(null)
  const [earlier, setEarlier] = useState<readonly OrganizationHealth[]>([])
  const query = token === null ? '' : `?continuationToken=${encodeURIComponent(token)}`
  const { value, problem, reload } = useLoad((signal) => api.get(path + query, readHealth, signal), [query])
  const [shown, setShown] = useState<readonly OrganizationHealth[]>([])
  useEffect(() => {
    if (value) setShown([...earlier, ...value.organizations])
  }, [value, earlier])
  const next = value?.next ?? null
  const more = () => {
    setEarlier(shown)
    setToken(next)
  }
  return (
    <>
      <ViewHeading title={t('operations.title')} />
      <p class="lead">{t('operations.lead')}</p>
      <h2>{t('operations.organizations')}</h2>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('operations.loading')} />}
      {value && shown.length === 0 && (
        <Empty text={t('operations.none')}>
          <p>{t('operations.noneHint')}</p>
        </Empty>
      )}
      {shown.length > 0 && <Organizations organizations={shown} />}
      {next !== null && <Button onClick={more}>{t('operations.more')}</Button>}
      <NewOrganization />
      <h2>{t('operations.serverKeys')}</h2>
      <p class="lead">{t('operations.serverKeysLead')}</p>
      <Keys path="/server-keys" caption={t('operations.serverKeys')} organizations={shown} />
    </>
  )
}

function Organizations({ organizations }: { readonly organizations: readonly OrganizationHealth[] }): JSX.Element {
  const { t } = useApp()
  return (
    <DataTable
      caption={t('operations.organizations')}
      captionHidden
      rows={organizations}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: t('operations.name'),
          cell: ({ id, name, enabled }) => (
            <>
              <span dir="auto" title={id}>
                {name ?? t('operations.unnamed')}
              </span>{' '}
              {enabled === false && <Badge text={t('operations.disabled')} />}
            </>
          ),
        },
        {
          key: 'members',
          header: t('operations.members'),
          numeric: true,
          cell: ({ members }) => members ?? t('operations.unreadable'),
        },
        {
          key: 'last',
          header: t('operations.lastEvent'),
          cell: ({ lastEventAt }) => (lastEventAt ? <Time at={lastEventAt} /> : t('operations.never')),
        },
        { key: 'sources', header: t('operations.sources'), cell: (each) => <SourcesOf organization={each} /> },
      ]}
    />
  )
}

function SourcesOf({
  organization: { id, sources, lastEventAt },
}: {
  readonly organization: OrganizationHealth
}): JSX.Element {
  const { t } = useApp()
  if (sources.length === 0) {
    return (
      <>
        {lastEventAt && `${t('operations.sent')} `}
        <Link to={pathTo(id, 'sources', { edit: 'new' })}>{t('operations.noSource')}</Link>
      </>
    )
  }
  return (
    <>
      {sources.map((source) => (
        <span key={source.id}>
          <Link to={pathTo(id, 'sources', { source: source.id })} dir="auto">
            {source.name}
          </Link>{' '}
          <StatusBadge status={source.status} />{' '}
        </span>
      ))}
    </>
  )
}
