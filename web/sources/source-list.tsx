// The sources in a table: where from, state, how far behind, how many events.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Badge, DataTable, Link, Time, type Tone } from '../ui/index.ts'
import type { Source, Status } from './source.ts'

const tones: Readonly<Record<Status, Tone>> = {
  new: 'neutral',
  history: 'informational',
  current: 'good',
  failing: 'critical',
  paused: 'neutral',
}

/** Its state as a word. */
export function StatusBadge({ status }: { readonly status: Status }): JSX.Element {
  const { t } = useApp()
  return <Badge tone={tones[status]} text={t(`sources.statuses.${status}`)} />
}

type SourceListProps = {
  readonly sources: readonly Source[]
  /** The path of a source. */
  readonly open: (id: string) => string
}

/** The table. */
export function SourceList({ sources, open }: SourceListProps): JSX.Element {
  const { t } = useApp()
  return (
    <DataTable
      caption={t('sources.title')}
      captionHidden
      rows={sources}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: t('sources.name'),
          cell: ({ id, name }) => (
            <Link to={open(id)} dir="auto">
              {name}
            </Link>
          ),
        },
        { key: 'from', header: t('sources.from'), cell: ({ apiUrl }) => URL.parse(apiUrl)?.host ?? apiUrl },
        { key: 'status', header: t('sources.status'), cell: ({ status }) => <StatusBadge status={status} /> },
        {
          key: 'pull',
          header: t('sources.lastPull'),
          cell: ({ lastPullAt }) => (lastPullAt ? <Time at={lastPullAt} /> : t('sources.never')),
        },
        {
          key: 'events',
          header: t('sources.events'),
          numeric: true,
          cell: ({ eventsPulled }) => t('sources.count', { count: eventsPulled }),
        },
      ]}
    />
  )
}
