// The alerts of an organization: open and past, filtered, with the details of one, and the mutes.
import type { JSX } from 'preact'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Button, Empty, ProblemNotice, Select, Spinner, ViewHeading } from '../ui/index.ts'
import { type Alert, type AlertingRule, alertingRulesOf, mutesOf } from './alert.ts'
import { AlertDetail } from './alert-detail.tsx'
import { AlertList } from './alert-list.tsx'
import { type Filters, filtersOf, levelChoices, levelKey, tabs } from './filters.ts'
import { Mutes } from './mutes/mutes.tsx'
import { useUserNames } from './people.ts'
import { useAcknowledge } from './use-acknowledge.ts'
import { type Alerts, useAlerts } from './use-alerts.ts'

/** The alerts view; the address has `state`, `level`, `rule`, and `alert`, whose details are shown. */
export function AlertsView(): JSX.Element {
  const { api, organization, t, query, setQuery } = useApp()
  const filters = filtersOf(query)
  const chosen = query.get('alert')
  const alerts = useAlerts(filters)
  const acknowledging = useAcknowledge(alerts.put)
  const nameOf = useUserNames()
  const mutes = useLoad(
    (signal) => api.get(`/organizations/${organization.id}/alert-mutes`, mutesOf, signal),
    [organization.id],
  )
  const rules = useLoad(
    (signal) => api.get(`/organizations/${organization.id}/alert-rules`, alertingRulesOf, signal),
    [organization.id],
  )
  const pathOf = (alert: string) => {
    const { tab, level, ruleId } = filters
    return pathTo(organization.id, 'alerts', { state: tab === 'open' ? null : tab, level, rule: ruleId, alert })
  }
  const next = chosen === null ? undefined : nextOpen(alerts.loaded, chosen)
  return (
    <div class={`alerts-view${chosen === null ? '' : ' with-panel'}`}>
      <div>
        <ViewHeading title={t('alerts.title')} />
        <FilterBar filters={filters} rules={rules.value ?? []} />
        <Listed alerts={alerts} filters={filters}>
          <AlertList alerts={alerts.shown} mutes={mutes.value ?? []} chosen={chosen} pathOf={pathOf} />
        </Listed>
        <Mutes mutes={mutes} nameOf={nameOf} />
      </div>
      {chosen !== null && (
        <AlertDetail
          id={chosen}
          alert={alerts.find(chosen)}
          put={alerts.put}
          acknowledging={acknowledging}
          mutes={mutes}
          rules={rules.value ?? []}
          nameOf={nameOf}
          next={next ? pathOf(next.id) : null}
          onClose={() => setQuery({ alert: null })}
        />
      )}
    </div>
  )
}

/** The open alert after this one in the list, else the first. */
function nextOpen(alerts: readonly Alert[], id: string): Alert | undefined {
  const index = alerts.findIndex((alert) => alert.id === id)
  const open = (alert: Alert) => alert.state === 'open' && alert.id !== id
  return alerts.slice(index + 1).find(open) ?? alerts.find(open)
}

type FilterBarProps = { readonly filters: Filters; readonly rules: readonly AlertingRule[] }

function FilterBar({ filters, rules }: FilterBarProps): JSX.Element {
  const { t, setQuery } = useApp()
  const { tab, level, ruleId } = filters
  const gone = ruleId !== '' && !rules.some(({ id }) => id === ruleId) ? [{ id: ruleId, title: ruleId }] : []
  return (
    <div class="alert-filters">
      <fieldset class="segments">
        <legend class="unseen">{t('alerts.tabs')}</legend>
        {tabs.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === tab}
            onClick={() => setQuery({ state: each === 'open' ? null : each, alert: null })}
          >
            {t(`alerts.tab.${each}`)}
          </button>
        ))}
      </fieldset>
      <Select
        label={t('alerts.levelLabel')}
        value={level}
        onChoose={(chosen) => setQuery({ level: chosen, alert: null })}
        options={levelChoices.map((value) => ({ value, label: t(levelKey(value)) }))}
      />
      <Select
        label={t('alerts.rule')}
        value={ruleId}
        onChoose={(chosen) => setQuery({ rule: chosen, alert: null })}
        options={[
          { value: '', label: t('alerts.ruleAny') },
          ...[...gone, ...rules].map(({ id, title }) => ({ value: id, label: title })),
        ]}
      />
      {(level !== '' || ruleId !== '') && (
        <Button look="quiet" onClick={() => setQuery({ level: null, rule: null })}>
          {t('alerts.clear')}
        </Button>
      )}
    </div>
  )
}

type ListedProps = { readonly alerts: Alerts; readonly filters: Filters; readonly children: JSX.Element }

/** The list with its count, or the reason why it is empty. */
function Listed({ alerts, filters, children }: ListedProps): JSX.Element {
  const { t } = useApp()
  const { state, known, problem, shown, unfinished, loadingMore } = alerts
  const empty = known && shown.length === 0 && !unfinished
  return (
    <section aria-busy={state === 'loading'} aria-label={t('alerts.list')}>
      {problem && <ProblemNotice problem={problem} onRetry={alerts.reload} />}
      {state === 'loading' && !known && <Spinner label={t('alerts.loading')} />}
      {empty && <NoAlerts filters={filters} />}
      {shown.length > 0 && (
        <p class="quiet" role="status">
          {t(unfinished ? 'alerts.shownMore' : 'alerts.shown', { count: shown.length })}
        </p>
      )}
      {shown.length > 0 && children}
      {unfinished && (
        <Button busy={loadingMore} onClick={alerts.more}>
          {t('alerts.more')}
        </Button>
      )}
    </section>
  )
}

function NoAlerts({ filters: { tab, level, ruleId } }: { readonly filters: Filters }): JSX.Element {
  const { t } = useApp()
  const filtered = level !== '' || ruleId !== ''
  const reason = filtered ? 'filtered' : tab === 'open' ? 'open' : 'none'
  return (
    <Empty text={t(`alerts.empty.${reason}`)}>
      <p class="quiet">{t(`alerts.empty.${reason}Hint`)}</p>
    </Empty>
  )
}
