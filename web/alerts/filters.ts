// Which alerts the page shows, by its address, and the path of the API for them. Pure.
import { levelOf, levels } from './levels.ts'

/** Alerts that are not acknowledged, those of them that are muted, those that are acknowledged, or all. */
export const tabs = ['open', 'muted', 'acknowledged', 'all'] as const
type Tab = (typeof tabs)[number]

export type Filters = {
  readonly tab: Tab
  /** Levels joined by commas; empty: any. */
  readonly level: string
  /** The rule's id; empty: any. */
  readonly ruleId: string
}

/** The choices of levels: any, the two most severe, or one. */
export const levelChoices: readonly string[] = ['', 'critical,high', ...levels]

/** The key of the label of a choice of levels. */
export function levelKey(choice: string) {
  if (choice === '') return 'alerts.level.any'
  return choice.includes(',') ? 'alerts.level.severe' : (`alerts.level.${levelOf(choice)}` as const)
}

/** How far back alerts are listed: as far as the API allows. */
const alertDaysMax = 366
/** Alerts of one page of the list. */
const alertsPerPage = 50

/** Reads the filters from the address; unknown values count as absent. */
export function filtersOf(query: URLSearchParams): Filters {
  const [tab, level] = [query.get('state'), query.get('level') ?? '']
  return {
    tab: tabs.find((each) => each === tab) ?? 'open',
    level: levelChoices.includes(level) ? level : '',
    ruleId: query.get('rule') ?? '',
  }
}

/** The page of alerts to ask for: the newest, or the one that a token names. */
type Page = { readonly now: number; readonly token?: string | null }

/** The API's path of a page of alerts, newest first. */
export function pathOfAlerts(
  organizationId: string,
  { tab, level, ruleId }: Filters,
  { now, token = null }: Page,
): string {
  const query = new URLSearchParams({ limit: `${alertsPerPage}` })
  // A token holds its range; a range computed again may have moved on to the next day.
  if (token === null) query.set('start', new Date(now - alertDaysMax * 86_400_000).toISOString().slice(0, 10))
  else query.set('continuationToken', token)
  if (tab !== 'all') query.set('state', tab)
  if (level) query.set('level', level)
  if (ruleId) query.set('ruleId', ruleId)
  return `/organizations/${organizationId}/alerts?${query}`
}
