// The timeline of an incident: what happened, and when alerts were raised, in order of time.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Badge, Link, TimeSpan } from '../ui/index.ts'
import type { TimelineEntry } from './story.ts'

/** Shows entries in the order given. What is suspicious is marked by a word. */
export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }): JSX.Element {
  const { t } = useApp()
  if (entries.length === 0) return <p class="quiet">{t('incidents.timeline.none')}</p>
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li
          key={`${entry.kind} ${entry.alertId} ${entry.eventId}`}
          class={entry.isSuspicious ? 'suspicious' : undefined}
        >
          <TimeSpan from={entry.date} to={entry.kind === 'alert' ? entry.date : entry.until} short />
          {entry.kind === 'alert' ? <AlertEntry entry={entry} /> : <EventsEntry entry={entry} />}
        </li>
      ))}
    </ol>
  )
}

type EntryProps = { readonly entry: TimelineEntry }

function AlertEntry({ entry: { alertId, text } }: EntryProps): JSX.Element {
  const { t, organization } = useApp()
  return (
    <p>
      <Badge tone="medium" text={t('incidents.timeline.alert')} />{' '}
      <Link to={pathTo(organization.id, 'alerts', { state: 'all', alert: alertId })}>
        <bdi>{text}</bdi>
      </Link>
    </p>
  )
}

function EventsEntry({ entry: { isSuspicious, text, ipAddress } }: EntryProps): JSX.Element {
  const { t } = useApp()
  return (
    <p>
      {isSuspicious && <Badge tone="high" text={t('incidents.timeline.suspicious')} />} <bdi>{text}</bdi>
      {ipAddress !== null && <small> {ipAddress}</small>}
    </p>
  )
}
