// The list of alerts: each in a few lines, with a link to its details.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Badge, Link, Time } from '../ui/index.ts'
import type { Alert, Mute } from './alert.ts'
import { levelOf } from './levels.ts'
import { covers } from './mutes/muting.ts'
import { Subject } from './subject.tsx'

type AlertListProps = {
  readonly alerts: readonly Alert[]
  readonly mutes: readonly Mute[]
  /** The alert whose details are shown. */
  readonly chosen: string | null
  /** The page's path of an alert's details. */
  readonly pathOf: (alertId: string) => string
}

/** Shows alerts in the order given. */
export function AlertList({ alerts, mutes, chosen, pathOf }: AlertListProps): JSX.Element {
  const { t } = useApp()
  return (
    <ul class="alert-list" aria-label={t('alerts.list')}>
      {alerts.map((alert) => (
        <li key={alert.id} class={`alert-row ${levelOf(alert.level)}${alert.id === chosen ? ' chosen' : ''}`}>
          <div class="alert-title">
            <Badge tone={levelOf(alert.level)} text={t(`alerts.level.${levelOf(alert.level)}`)} />
            <Link to={pathOf(alert.id)} aria-current={alert.id === chosen ? 'true' : undefined}>
              {alert.title}
            </Link>
          </div>
          <p class="alert-summary">
            <bdi>{alert.summary}</bdi>
          </p>
          <p class="alert-facts">
            <Time at={alert.from} reachable={false} />
            <Subject alert={alert} />
            <AlertStates alert={alert} mutes={mutes} />
          </p>
        </li>
      ))}
    </ul>
  )
}

/** Shows whether an alert is active, muted, acknowledged. */
export function AlertStates({ alert, mutes }: { readonly alert: Alert; readonly mutes: readonly Mute[] }): JSX.Element {
  const { t, now } = useApp()
  return (
    <span class="alert-states">
      <Badge text={t(alert.active ? 'alerts.active' : 'alerts.resolved')} />
      {alert.state === 'acknowledged' && <Badge tone="good" text={t('alerts.acknowledged')} />}
      {mutes.some((mute) => covers(mute, alert, now())) && <Badge text={t('alerts.muted')} />}
    </span>
  )
}
