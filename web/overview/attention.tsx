// What needs attention first: open alerts by level, and the most severe of them.
import type { JSX } from 'preact'
import { alertPageOf } from '../alerts/alert.ts'
import { alertsPerPageMax, pathOfAlerts } from '../alerts/filters.ts'
import { levelOf } from '../alerts/levels.ts'
import { Subject } from '../alerts/subject.tsx'
import { pageWithAny } from '../api/pages.ts'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { amountWriter } from '../locale/formats.ts'
import { Badge, Link, ProblemNotice, Time } from '../ui/index.ts'
import { countsByLevel, mostSevere } from './by-severity.ts'

/** How many alerts are listed. */
const namedMax = 5

/** The open alerts of the last year. */
export function Attention(): JSX.Element {
  const { api, organization, t, language, now } = useApp()
  const filters = { tab: 'open', level: '', ruleId: '' } as const
  const loaded = useLoad(
    (signal) =>
      pageWithAny(
        (token) =>
          api.get(
            pathOfAlerts(organization.id, filters, { now: now(), token, limit: alertsPerPageMax }),
            alertPageOf,
            signal,
          ),
        ({ items }) => items,
      ),
    [organization.id],
  )
  const amount = amountWriter(language)
  const { value } = loaded
  const named = value ? mostSevere(value.items, namedMax) : []
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
                <Link class={`level-count ${level}`} to={pathTo(organization.id, 'alerts', { level })}>
                  <b>{value.next === null ? amount(count) : t('overview.attention.atLeast', { amount: count })}</b>{' '}
                  {t(`alerts.level.${level}`)}
                </Link>
              </li>
            ))}
          </ul>
          <ul class="most-severe">
            {named.map((alert) => (
              <li key={alert.id}>
                <Badge tone={levelOf(alert.level)} text={t(`alerts.level.${levelOf(alert.level)}`)} />
                <span>
                  <Link to={pathTo(organization.id, 'alerts', { alert: alert.id })}>{alert.title}</Link>
                  <small>
                    <Subject alert={alert} />
                  </small>
                </span>
                <Time at={alert.to} />
              </li>
            ))}
          </ul>
          <Link to={pathTo(organization.id, 'alerts')}>{t('overview.attention.all')}</Link>
        </>
      )}
    </section>
  )
}
