// The alerts of the list, page by page, with the changes made here meanwhile.
import { type Pages, usePages } from '../api/use-pages.ts'
import { useApp } from '../app/context.ts'
import { type Alert, alertPageOf } from './alert.ts'
import { type Filters, pathOfAlerts } from './filters.ts'

/** `loaded` includes alerts that no longer belong to the tab, `shown` only those that do. */
export type Alerts = Pages<Alert> & { readonly shown: readonly Alert[] }

/** The alerts that fit the filters, newest first. */
export function useAlerts(filters: Filters): Alerts {
  const { api, organization, now } = useApp()
  const { tab, level, ruleId } = filters
  const pages = usePages([organization.id, tab, level, ruleId].join(' '), (token, signal) =>
    api.get(pathOfAlerts(organization.id, filters, { now: now(), token }), alertPageOf, signal),
  )
  return { ...pages, shown: pages.loaded.filter(({ state }) => tab === 'all' || state === tab) }
}
