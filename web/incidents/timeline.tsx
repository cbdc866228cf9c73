// The timeline of an incident: what happened, and when alerts were raised, in order of time.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Badge, Link, Time } from '../ui/index.ts'
import type { TimelineEntry } from './incident.ts'

/** Shows entries in the order given. */
export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }): JSX.Element {
  const { t } = useApp()
  if (entries.length === 0) return <p class="quiet">{t('incidents.timeline.none')}</p>
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li key={`${entry.alertId} ${entry.eventId}`} class={entry.eventId === null ? 'timeline-alert' : undefined}>
          <Time at={entry.date} short />
          <Entry entry={entry} />
        </li>
      ))}
    </ol>
  )
}

function Entry({ entry }: { readonly entry: TimelineEntry }): JSX.Element {
  const { t, organization } = useApp()
  if (entry.eventId !== null) {
    return (
      <p>
        <bdi>{entry.text}</bdi>
      </p>
    )
  }
  return (
    <p>
      <Badge tone="medium" text={t('incidents.timeline.alert')} />{' '}
      <Link to={pathTo(organization.id, 'alerts', { state: 'all', alert: entry.alertId ?? '' })}>
        <bdi>{entry.text}</bdi>
      </Link>
    </p>
  )
}
