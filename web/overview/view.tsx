// The overview: what needs attention first, and an organization's days in numbers.
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { Empty, ProblemNotice, Spinner, Time, ViewHeading } from '../ui/index.ts'
import { Attention } from './attention.tsx'
import { EventsByDay, FailedByDay } from './day-charts.tsx'
import { datesOf, everyDay, rangeOf, ranges } from './days.ts'
import { BusiestAddresses, BusiestUsers, Categories, NotSeen, SecretsByUser } from './people.tsx'
import { type Summary, summaryOf } from './summary.ts'

/** The overview of the organization; `range` of the address is 7, 30 or 90 days up to now. */
export function OverviewView(): JSX.Element {
  const { api, organization, t, query, setQuery, now } = useApp()
  const range = rangeOf(query.get('range'))
  const { start, end } = datesOf(range, now())
  const loaded = useLoad(
    async (signal) => {
      const path = `/organizations/${organization.id}/summary?start=${start}&end=${end}`
      return { start, end, summary: await api.get(path, summaryOf, signal) }
    },
    [organization.id, start, end],
  )
  return (
    <div class="overview">
      <ViewHeading title={t('overview.title')}>
        <fieldset class="segments">
          <legend class="unseen">{t('overview.range')}</legend>
          {ranges.map((days) => (
            <button
              key={days}
              type="button"
              aria-pressed={days === range}
              onClick={() => setQuery({ range: days === 30 ? null : `${days}` })}
            >
              {t('overview.days', { days })}
            </button>
          ))}
        </fieldset>
      </ViewHeading>
      {organization.mayManage && <Attention />}
      {loaded.problem && <ProblemNotice problem={loaded.problem} onRetry={loaded.reload} />}
      {loaded.value ? (
        <Numbers {...loaded.value} />
      ) : (
        loaded.state === 'loading' && <Spinner label={t('overview.loading')} />
      )}
    </div>
  )
}

type NumbersProps = { readonly summary: Summary; readonly start: string; readonly end: string }

function Numbers({ summary, start, end }: NumbersProps): JSX.Element {
  const { t } = useApp()
  const days = useMemo(() => everyDay(summary.days, start, end), [summary, start, end])
  const range = { start: `${start}T00:00:00.000Z`, end: `${end}T23:59:59.999Z` }
  const props = { summary, range, days: days.length }
  if (!days.some(({ events }) => events > 0)) {
    return (
      <>
        <Empty text={t('overview.empty', { days: days.length })}>
          <p class="quiet">{t('overview.emptyHint')}</p>
        </Empty>
        <NotSeen summary={summary} />
      </>
    )
  }
  return (
    <>
      <div class="card wide">
        <EventsByDay days={days} />
      </div>
      <div class="cards">
        <div>
          <div class="card">
            <FailedByDay days={days} />
          </div>
          <SecretsByUser {...props} />
          <BusiestUsers {...props} />
        </div>
        <div>
          <NotSeen summary={summary} />
          <Categories {...props} />
          <BusiestAddresses {...props} />
        </div>
      </div>
      {summary.upTo !== null && (
        <p class="quiet">
          {t('overview.upTo')} <Time at={summary.upTo} />
        </p>
      )}
    </>
  )
}
