// The last attempts to deliver, newest first.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { Badge, Button, DataTable, ProblemNotice, Spinner, Time, type Tone } from '../../ui/index.ts'
import { readDeliveries } from '../read-integration.ts'
import type { Outcome } from './deliveries.ts'

const tones: Readonly<Record<Outcome, Tone>> = { delivered: 'good', retry: 'medium', failed: 'high', gone: 'high' }

/** Attempts shown before all are asked for. */
const shownAtFirst = 20

type DeliveryTableProps = {
  /** The integration's path. */
  readonly path: string
  /** A changed number loads again. */
  readonly round: number
  readonly onReload: () => void
}

/** The table, with a button that loads it again. */
export function DeliveryTable({ path, round, onReload }: DeliveryTableProps): JSX.Element {
  const { api, t } = useApp()
  const { value, problem, reload } = useLoad(
    (signal) => api.get(`${path}/deliveries`, readDeliveries, signal),
    [path, round],
  )
  const [all, showAll] = useState(false)
  const shown = all ? value : value?.slice(0, shownAtFirst)
  return (
    <section class="deliveries">
      <header class="section-heading">
        <h2>{t('integrations.deliveries.title')}</h2>
        <Button onClick={onReload}>{t('integrations.deliveries.reload')}</Button>
      </header>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('integrations.loading')} />}
      {value?.length === 0 && <p class="hint">{t('integrations.deliveries.none')}</p>}
      {value && shown && value.length > 0 && (
        <DataTable
          caption={t('integrations.deliveries.caption')}
          captionHidden
          rows={shown.map((delivery, index) => ({ ...delivery, index }))}
          rowKey={({ at, index }) => `${at} ${value.length - index}`}
          columns={[
            { key: 'at', header: t('integrations.deliveries.at'), cell: ({ at }) => <Time at={at} /> },
            {
              key: 'outcome',
              header: t('integrations.deliveries.outcome'),
              cell: ({ outcome }) => <Badge tone={tones[outcome]} text={t(`integrations.deliveries.${outcome}`)} />,
            },
            {
              key: 'took',
              header: t('integrations.deliveries.took'),
              numeric: true,
              cell: ({ latencyMs }) =>
                latencyMs === null ? null : t('integrations.deliveries.ms', { ms: Math.round(latencyMs) }),
            },
            {
              key: 'count',
              header: t('integrations.deliveries.notifications'),
              numeric: true,
              cell: ({ notificationIds }) => notificationIds.length,
            },
            { key: 'error', header: t('integrations.deliveries.error'), cell: ({ error }) => error },
          ]}
        />
      )}
      {value && shown && shown.length < value.length && (
        <Button onClick={() => showAll(true)}>{t('integrations.deliveries.all', { count: value.length })}</Button>
      )}
    </section>
  )
}
