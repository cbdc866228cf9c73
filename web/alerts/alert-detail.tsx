// One alert in full: its subject, times and count, what to do, its sample events, and the ways to handle it.
import type { JSX } from 'preact'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo, pathToIncident } from '../app/router.ts'
import { ExceptThis } from '../exceptions/except-this.tsx'
import { Badge, Copy, Link, Panel, ProblemNotice, Spinner, Time } from '../ui/index.ts'
import { Acknowledge, type AcknowledgeProps } from './acknowledge.tsx'
import { type Alert, type AlertingRule, alertOf } from './alert.ts'
import { AlertStates } from './alert-list.tsx'
import { levelOf } from './levels.ts'
import { MuteForm } from './mutes/mute-form.tsx'
import { CoveringMutes, type MutesProps } from './mutes/mutes.tsx'
import { Samples } from './samples.tsx'
import { actorsOf, fieldName, namesActor, valueName } from './texts.ts'

type AlertDetailProps = Omit<AcknowledgeProps, 'alert'> &
  MutesProps & {
    readonly id: string
    /** Undefined if the list does not have it. */
    readonly alert: Alert | undefined
    /** Takes the alert that was loaded. */
    readonly put: (alert: Alert) => void
    readonly rules: readonly AlertingRule[]
    readonly onClose: () => void
  }

/** Shows the alert beside the list. */
export function AlertDetail({ id, alert, put, onClose, ...rest }: AlertDetailProps): JSX.Element {
  const { t } = useApp()
  return (
    <Panel title={alert?.title ?? t('alerts.one.details')} onClose={onClose} subject={id} class="alert-panel">
      {alert ? <Known {...rest} alert={alert} /> : <Loading key={id} id={id} put={put} />}
    </Panel>
  )
}

/** Loads an alert that the list does not have. */
function Loading({ id, put }: Pick<AlertDetailProps, 'id' | 'put'>): JSX.Element {
  const { api, organization, t } = useApp()
  const { problem, reload } = useLoad(
    async (signal) => {
      const path = `/organizations/${organization.id}/alerts/${encodeURIComponent(id)}`
      put(await api.get(path, alertOf, signal))
    },
    [organization.id, id],
  )
  if (problem?.status === 404) return <p>{t('alerts.one.gone')}</p>
  return problem ? <ProblemNotice problem={problem} onRetry={reload} /> : <Spinner label={t('alerts.loading')} />
}

type KnownProps = AcknowledgeProps & MutesProps & Pick<AlertDetailProps, 'rules'>

function Known({ alert, mutes, rules, nameOf, acknowledging, next }: KnownProps): JSX.Element {
  const { t, organization } = useApp()
  const level = levelOf(alert.level)
  const alwaysOn = rules.some(({ id, alwaysOn }) => id === alert.ruleId && alwaysOn)
  return (
    <>
      <p class="alert-states">
        <Badge tone={level} text={t(`alerts.level.${level}`)} /> <AlertStates alert={alert} mutes={mutes.value ?? []} />
      </p>
      <p>
        <bdi>{alert.summary}</bdi>
      </p>
      <Acknowledge key={alert.id} alert={alert} acknowledging={acknowledging} nameOf={nameOf} next={next} />
      <h3>{t('alerts.one.response')}</h3>
      <p class="response">{alert.response ?? t('alerts.one.responseNone')}</p>
      <Facts alert={alert} />
      <h3>{t('alerts.one.samples')}</h3>
      <Samples events={alert.samples} places={alert.places} />
      <p class="links">
        {alert.incidentId !== null && (
          <Link to={pathToIncident(organization.id, alert.incidentId)}>{t('incidents.ofAlert')}</Link>
        )}
        <Link to={alert.link}>{t('alerts.one.events')}</Link>
        <Link to={pathTo(organization.id, 'alerts', { state: 'all', rule: alert.ruleId })}>
          {t('alerts.one.onlyRule')}
        </Link>
        <Link to={pathTo(organization.id, 'rules', { rule: alert.ruleId })}>{t('alerts.one.ruleLink')}</Link>
        <Copy text={location.href} label={t('alerts.one.link')} caption={t('alerts.one.copyLink')} />
      </p>
      <h3>{t('exceptions.heading')}</h3>
      <p class="quiet">{t(alwaysOn ? 'exceptions.alwaysOn' : 'exceptions.exceptHint')}</p>
      {!alwaysOn && <ExceptThis key={alert.id} alert={alert} acknowledging={acknowledging} />}
      <h3 id="mute-this" tabIndex={-1}>
        {t('alerts.mute.title')}
      </h3>
      <CoveringMutes alert={alert} mutes={mutes} nameOf={nameOf} />
      {alwaysOn ? (
        <p class="quiet">{t('alerts.mute.alwaysOn')}</p>
      ) : (
        <MuteForm key={alert.id} alert={alert} onMuted={mutes.reload} />
      )}
    </>
  )
}

function Facts({ alert }: { readonly alert: Alert }): JSX.Element {
  const { t } = useApp()
  const { count, atLeast, threshold, suppressedCount } = alert
  return (
    <dl class="alert-details">
      {alert.group.map((each) => (
        <div key={each.name} class="alert-detail">
          <dt>{fieldName(each.name, t)}</dt>
          <dd>
            <bdi>{valueName(each)}</bdi>
          </dd>
        </div>
      ))}
      {!namesActor(alert) && (
        <div class="alert-detail">
          <dt>{t('alerts.one.who')}</dt>
          <dd>
            <bdi>{actorsOf(alert).join(', ') || t('alerts.everything')}</bdi>
          </dd>
        </div>
      )}
      <div class="alert-detail">
        <dt>{t('alerts.one.count')}</dt>
        <dd>
          {t(atLeast ? 'alerts.one.countAtLeast' : 'alerts.one.countText', { amount: count, threshold })}
          {suppressedCount > 0 && (
            <small class="alert-detail-note">{t('alerts.one.suppressed', { count: suppressedCount })}</small>
          )}
        </dd>
      </div>
      {alert.tags.length > 0 && (
        <div class="alert-detail">
          <dt>{t('alerts.one.tags')}</dt>
          <dd>{alert.tags.join(', ')}</dd>
        </div>
      )}
      {times(alert).map(([key, at]) => (
        <div key={key} class="alert-detail">
          <dt>{t(`alerts.one.${key}`)}</dt>
          <dd>
            <Time at={at} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The times of an alert: each once, and the end only after it has resolved. */
const times = ({ firstEventAt, from, to, active, endsAt }: Alert) => [
  ...(firstEventAt === from ? [] : [['firstEvent', firstEventAt] as const]),
  ['first', from] as const,
  ...(to === from ? [] : [['last', to] as const]),
  ...(endsAt !== null && !active ? [['resolvedSince', endsAt] as const] : []),
]
