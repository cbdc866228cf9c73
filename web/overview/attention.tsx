// What needs attention first: open incidents by level, and the most severe of them.
import type { JSX } from 'preact'
import { levelOf } from '../alerts/levels.ts'
import { pageWithAny } from '../api/pages.ts'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo, pathToIncident } from '../app/router.ts'
import { incidentsPerPageMax, openIncidents, pathOfIncidents } from '../incidents/filters.ts'
import { addressesIn, incidentPageOf, whoIn } from '../incidents/incident.ts'
import { Names } from '../incidents/names.tsx'
import { amountWriter } from '../locale/formats.ts'
import { Badge, Link, ProblemNotice, Time } from '../ui/index.ts'
import { countsByLevel, mostSevere } from './by-severity.ts'

/** How many incidents are listed. */
const listedMax = 5
/** How many people and addresses of each are named. */
const namesMax = 3

/** The open incidents of the last year. */
export function Attention(): JSX.Element {
  const { api, organization, t, language, now } = useApp()
  const loaded = useLoad(
    (signal) =>
      pageWithAny(
        (token) => {
          const asked = { now: now(), token, limit: incidentsPerPageMax }
          return api.get(pathOfIncidents(organization.id, openIncidents, asked), incidentPageOf, signal)
        },
        ({ items }) => items,
      ),
    [organization.id],
  )
  const amount = amountWriter(language)
  const { value } = loaded
  const listed = value ? mostSevere(value.items, listedMax) : []
  return (
    <section class="card attention" aria-labelledby="attention">
      <h2 id="attention">{t('overview.attention.title')}</h2>
      {loaded.problem && <ProblemNotice problem={loaded.problem} onRetry={loaded.reload} />}
      {value?.items.length === 0 && <p class="quiet">{t('overview.attention.none')}</p>}
      {value && value.items.length > 0 && (
        <>
          <ul class="levels">
            {countsByLevel(value.items).map(({ level, count }) => (
              <li key={level}>
                <Link class={`level-count ${level}`} to={pathTo(organization.id, 'incidents', { level })}>
                  <b>{value.next === null ? amount(count) : t('overview.attention.atLeast', { amount: count })}</b>{' '}
                  {t(`alerts.level.${level}`)}
                </Link>
              </li>
            ))}
          </ul>
          <ul class="most-severe">
            {listed.map((incident) => (
              <li key={incident.id}>
                <Badge tone={levelOf(incident.level)} text={t(`alerts.level.${levelOf(incident.level)}`)} />
                <span>
                  <Link to={pathToIncident(organization.id, incident.id)}>
                    <bdi>{incident.title}</bdi>
                  </Link>
                  <small>
                    <Names names={[...whoIn(incident), ...addressesIn(incident)]} max={namesMax} />
                  </small>
                </span>
                <Time at={incident.to} />
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="attention-links">
        <Link to={pathTo(organization.id, 'incidents')}>{t('overview.attention.all')}</Link>
        <Link to={pathTo(organization.id, 'alerts')}>{t('overview.attention.alerts')}</Link>
      </p>
    </section>
  )
}
