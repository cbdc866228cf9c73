// The incidents of an organization: the list, filtered, or one of them in full.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Pages, usePages } from '../api/use-pages.ts'
import { useApp } from '../app/context.ts'
import { Button, Empty, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { FilterBar } from './filter-bar.tsx'
import { belongs, type Filters, filtersOf, isFiltered, pathOfIncidents } from './filters.ts'
import { type Incident, incidentPageOf } from './incident.ts'
import { IncidentPage } from './incident-detail.tsx'
import { linkIdOf } from './incident-list.tsx'
import { usePeople } from './people.ts'
import { Selectable } from './selectable.tsx'

/** The incidents view; the path names the incident that is shown, and the address has the list's filters. */
export function IncidentsView(): JSX.Element {
  const { api, organization, query, incidentId, now } = useApp()
  const filters = filtersOf(query)
  const incidents = usePages(`${organization.id} ${JSON.stringify(filters)}`, (token, signal) =>
    api.get(pathOfIncidents(organization.id, filters, { now: now(), token }), incidentPageOf, signal),
  )
  useFocus(incidentId)
  if (incidentId === null) return <Incidents incidents={incidents} filters={filters} />
  return <IncidentPage key={incidentId} id={incidentId} listed={incidents.find(incidentId)} put={incidents.put} />
}

/** An incident that opens gives the focus to the heading; back in the list, its link has the focus again. */
function useFocus(incidentId: string | null): void {
  const before = useRef(incidentId)
  useEffect(() => {
    const last = before.current
    before.current = incidentId
    if (last === incidentId) return
    const link = incidentId === null && last !== null ? document.getElementById(linkIdOf(last)) : null
    if (link === null) window.scrollTo(0, 0)
    const target = link ?? document.querySelector<HTMLElement>('main h1')
    target?.focus()
  }, [incidentId])
}

type IncidentsProps = { readonly incidents: Pages<Incident>; readonly filters: Filters }

function Incidents({ incidents, filters }: IncidentsProps): JSX.Element {
  const { t } = useApp()
  const people = usePeople()
  return (
    <div class="alerts-view">
      <ViewHeading title={t('incidents.title')} />
      <FilterBar filters={filters} people={people.value ?? []} />
      <Listed incidents={incidents} filters={filters} />
    </div>
  )
}

/** The list with its count, or the reason why it is empty. */
function Listed({ incidents, filters }: IncidentsProps): JSX.Element {
  const { t } = useApp()
  const { state, known, problem, unfinished, loadingMore } = incidents
  const shown = incidents.loaded.filter((incident) => belongs(incident, filters))
  const reason = isFiltered(filters) ? 'filtered' : filters.tab === 'open' ? 'open' : 'none'
  return (
    <section aria-busy={state === 'loading'} aria-label={t('incidents.list')}>
      {problem && <ProblemNotice problem={problem} onRetry={incidents.reload} />}
      {state === 'loading' && !known && <Spinner label={t('incidents.loading')} />}
      {shown.length > 0 && (
        <p class="quiet" role="status">
          {t(unfinished ? 'incidents.shownMore' : 'incidents.shown', { count: shown.length })}
        </p>
      )}
      {known && <Selectable incidents={shown} put={incidents.put} />}
      {known && shown.length === 0 && !unfinished && (
        <Empty text={t(`incidents.empty.${reason}`)}>
          <p class="quiet">{t(`incidents.empty.${reason}Hint`)}</p>
        </Empty>
      )}
      {unfinished && (
        <Button busy={loadingMore} onClick={incidents.more}>
          {t('incidents.more.button')}
        </Button>
      )}
    </section>
  )
}
