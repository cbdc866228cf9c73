// What is known of an item or a secret, and of an address: who had to do with it.
import type { ComponentChildren, JSX } from 'preact'
import { type Loaded, useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Copy, DataTable, Empty, Fact, Link, ProblemNotice, Spinner, Time, ViewHeading } from '../ui/index.ts'
import { columnsOfUse, presenceColumns } from './columns.tsx'
import { addressOf, itemOf, type KnownItem } from './known.ts'
import { ItemMarks, SubjectLink } from './names.tsx'

type ItemPageProps = { readonly kind: 'item' | 'secret'; readonly id: string }

/** The page of an item or a secret. */
export function ItemPage({ kind, id }: ItemPageProps): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/${kind}s/${id}`
  const loaded = useLoad((signal) => api.get(path, itemOf, signal), [path])
  const { value } = loaded
  return (
    <Thing
      title={value?.name ?? t(`people.${kind}`)}
      loaded={loaded}
      events={{ [kind === 'item' ? 'itemId' : 'secretId']: id }}
    >
      {value && <ItemFacts item={value} id={id} />}
      {value && (
        <section class="card" aria-labelledby="known-actors">
          <h2 id="known-actors">{t('people.actors.title')}</h2>
          {value.actors.length === 0 ? (
            <p class="quiet">{t('people.actors.none')}</p>
          ) : (
            <DataTable
              caption={t('people.actors.title')}
              captionHidden
              rows={value.actors}
              rowKey={({ subject }) => subject.id}
              columns={[
                { key: 'who', header: t('people.actors.column'), cell: (actor) => <SubjectLink {...actor} /> },
                ...columnsOfUse(t),
              ]}
            />
          )}
        </section>
      )}
    </Thing>
  )
}

function ItemFacts({ item, id }: { readonly item: KnownItem; readonly id: string }): JSX.Element {
  const { t } = useApp()
  return (
    <>
      {(item.isCritical || item.isDeleted) && (
        <p>
          <ItemMarks {...item} />
        </p>
      )}
      <dl class="facts">
        {item.collections.length > 0 && <Fact name={t('people.collections')}>{item.collections.join(', ')}</Fact>}
        {item.edited && (
          <Fact name={t('people.edited')}>
            <Time at={item.edited.lastAt} />
          </Fact>
        )}
        {item.deleted && (
          <Fact name={t('people.deletedAt')}>
            <Time at={item.deleted.lastAt} />
          </Fact>
        )}
        <Fact name={t('people.id')}>
          <span class="id">{id}</span> <Copy text={id} label={t('people.id')} />
        </Fact>
      </dl>
    </>
  )
}

/** The page of an address. */
export function AddressPage({ address }: { readonly address: string }): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/addresses/${encodeURIComponent(address)}`
  const loaded = useLoad((signal) => api.get(path, addressOf, signal), [path])
  const { value } = loaded
  return (
    <Thing title={value?.address ?? address} loaded={loaded} events={{ ipAddress: value?.address ?? address }}>
      {value && (
        <section class="card" aria-labelledby="known-actors">
          <h2 id="known-actors">{t('people.actors.title')}</h2>
          <DataTable
            caption={t('people.actors.title')}
            captionHidden
            rows={value.actors}
            rowKey={({ subject }) => subject.id}
            columns={[
              { key: 'who', header: t('people.actors.column'), cell: (actor) => <SubjectLink {...actor} /> },
              ...presenceColumns(t),
            ]}
          />
        </section>
      )}
    </Thing>
  )
}

type ThingProps = {
  readonly title: string
  readonly loaded: Loaded<unknown>
  /** The filters of the events view that name it. */
  readonly events: Readonly<Record<string, string>>
  readonly children: ComponentChildren
}

function Thing({ title, loaded: { value, problem, reload }, events, children }: ThingProps): JSX.Element {
  const { t, organization } = useApp()
  const isUnknown = problem?.status === 404
  return (
    <>
      <ViewHeading title={title}>
        {value !== undefined && (
          <Link class="button plain" to={pathTo(organization.id, 'events', { ...events, range: '90d' })}>
            {t('people.allEvents')}
          </Link>
        )}
      </ViewHeading>
      {isUnknown && <Empty text={t('people.unknown')} />}
      {problem && !isUnknown && <ProblemNotice problem={problem} onRetry={reload} />}
      {value === undefined && !problem && <Spinner label={t('people.loading')} />}
      {children}
    </>
  )
}
