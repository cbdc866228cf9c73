// One incident in full: a sentence, who, from where, what was taken and what to do; then what happened, and its alerts.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { AlertList } from '../alerts/alert-list.tsx'
import { levelOf } from '../alerts/levels.ts'
import { useLoad } from '../api/use-load.ts'
import { useRefresh } from '../api/use-pages.ts'
import { useApp } from '../app/context.ts'
import { pathTo, pathToIncident, pathWith } from '../app/router.ts'
import { Badge, Copy, Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { type Incident, type IncidentDetail, incidentDetailOf } from './incident.ts'
import { IncidentStates } from './incident-states.tsx'
import { StoryFacts } from './story-facts.tsx'
import { Timeline } from './timeline.tsx'
import { Comments } from './triage/comments.tsx'
import { TriagePanel } from './triage/triage-panel.tsx'
import { type Act, useTriage } from './triage/use-triage.ts'

type IncidentPageProps = {
  readonly id: string
  /** As the list has it; undefined if it does not. */
  readonly listed: Incident | undefined
  /** Takes the incident as it is after an action. */
  readonly put: (incident: Incident) => void
}

/** The page of an incident. Of one that was merged into another, it shows the other, and says so. */
export function IncidentPage({ id, listed, put }: IncidentPageProps): JSX.Element {
  const app = useApp()
  const { api, organization, t } = app
  const path = `/organizations/${organization.id}/incidents/${id}`
  const { value, problem, reload } = useLoad((signal) => api.get(path, incidentDetailOf, signal), [path])
  useRefresh(true, reload)
  // As it is after an action, until it is loaded again.
  const [acted, setActed] = useState<Incident | null>(null)
  useEffect(() => setActed(null), [value])
  const act = useTriage((incident) => {
    put(incident)
    setActed(incident)
    reload()
  })
  const gone = problem?.status === 404
  return (
    <div class="alerts-view incident">
      <p>
        <Link to={pathWith(app, 'incidents', {})}>{t('incidents.back')}</Link>
      </p>
      <ViewHeading title={(value ?? listed)?.title ?? t('incidents.one.title')}>
        {value && <Copy text={location.href} label={t('incidents.one.link')} caption={t('incidents.one.copyLink')} />}
      </ViewHeading>
      {gone && <Empty text={t('incidents.one.gone')} />}
      {problem && !gone && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('incidents.loading')} />}
      {value && value.id !== id && (
        <p class="quiet">
          {t('incidents.one.merged')}{' '}
          <Link to={pathToIncident(organization.id, value.id)}>{t('incidents.one.mergedLink')}</Link>
        </p>
      )}
      {value && <Known incident={acted ? { ...value, ...acted } : value} act={act} />}
    </div>
  )
}

type KnownProps = { readonly incident: IncidentDetail; readonly act: Act }

function Known({ incident, act }: KnownProps): JSX.Element {
  const { t, organization } = useApp()
  const { level, alerts, alertCount, story, timeline, comments } = incident
  return (
    <>
      <p class="alert-states">
        <Badge tone={levelOf(level)} text={t(`alerts.level.${levelOf(level)}`)} />{' '}
        <IncidentStates incident={incident} />
      </p>
      <p class="incident-sentence">
        <bdi>{story.sentence}</bdi>
      </p>
      <TriagePanel incident={incident} act={act} />
      <div class="incident-story">
        <section class="card" aria-labelledby="incident-facts">
          <h2 id="incident-facts">{t('incidents.one.facts')}</h2>
          <StoryFacts incident={incident} />
        </section>
        <section class="card" aria-labelledby="incident-response">
          <h2 id="incident-response">{t('alerts.one.response')}</h2>
          <Response responses={story.whatToDo} />
        </section>
      </div>
      <section class="card" aria-labelledby="incident-timeline">
        <h2 id="incident-timeline">{t('incidents.timeline.title')}</h2>
        {story.isPartial && <p class="quiet">{t('incidents.one.partial')}</p>}
        <Timeline entries={timeline} />
      </section>
      <Comments comments={comments} send={(action) => act([incident.id], action)} />
      <section aria-labelledby="incident-alerts">
        <h2 id="incident-alerts">{t('alerts.title')}</h2>
        {alerts.length < alertCount && (
          <p class="quiet">{t('incidents.one.alertsOf', { shown: alerts.length, all: alertCount })}</p>
        )}
        <AlertList
          alerts={alerts}
          mutes={[]}
          chosen={null}
          pathOf={(alert) => pathTo(organization.id, 'alerts', { state: 'all', alert })}
        />
      </section>
    </>
  )
}

function Response({ responses }: { readonly responses: readonly string[] }): JSX.Element {
  const { t } = useApp()
  if (responses.length === 0) return <p class="response">{t('alerts.one.responseNone')}</p>
  return (
    <ul class="responses">
      {responses.map((each) => (
        <li key={each} class="response">
          <bdi>{each}</bdi>
        </li>
      ))}
    </ul>
  )
}
