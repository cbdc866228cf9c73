// The integrations in a table: kind, destination, state and health.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import type { TextKey } from '../locale/i18n.ts'
import { Badge, DataTable, Link, Time, type Tone } from '../ui/index.ts'
import type { HealthStatus, Integration } from './integration.ts'
import { destinationOf } from './targets.ts'

const tones: Readonly<Record<HealthStatus, Tone>> = {
  healthy: 'good',
  untried: 'neutral',
  failing: 'medium',
  unhealthy: 'critical',
}

/** Whether it sends, and if not, why. */
export function StateBadge({ integration: { disabled } }: { readonly integration: Integration }): JSX.Element {
  const { t } = useApp()
  if (disabled === null) return <Badge tone="good" text={t('integrations.active')} />
  const isGone = disabled.reason === 'gone'
  return (
    <Badge tone={isGone ? 'high' : 'neutral'} text={t(isGone ? 'integrations.gone' : 'integrations.switchedOff')} />
  )
}

/** Its health. */
export function HealthBadge({ status }: { readonly status: HealthStatus }): JSX.Element {
  const { t } = useApp()
  const key: TextKey = `integrations.${status}`
  return <Badge tone={tones[status]} text={t(key)} />
}

type IntegrationListProps = {
  readonly integrations: readonly Integration[]
  /** The path of an integration. */
  readonly open: (id: string) => string
}

/** The table. */
export function IntegrationList({ integrations, open }: IntegrationListProps): JSX.Element {
  const { t } = useApp()
  return (
    <DataTable
      caption={t('integrations.title')}
      captionHidden
      rows={integrations}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: t('integrations.name'),
          cell: ({ id, name }) => (
            <Link to={open(id)} dir="auto">
              {name}
            </Link>
          ),
        },
        { key: 'kind', header: t('integrations.kind'), cell: ({ target }) => t(`integrations.kinds.${target.kind}`) },
        {
          key: 'target',
          header: t('integrations.target'),
          cell: ({ target }) => destinationOf(target),
        },
        { key: 'state', header: t('integrations.state'), cell: (each) => <StateBadge integration={each} /> },
        {
          key: 'health',
          header: t('integrations.health'),
          cell: ({ health }) => <HealthBadge status={health.status} />,
        },
        {
          key: 'success',
          header: t('integrations.lastSuccess'),
          cell: ({ health: { lastSuccessAt } }) =>
            lastSuccessAt ? <Time at={lastSuccessAt} /> : t('integrations.never'),
        },
      ]}
    />
  )
}
