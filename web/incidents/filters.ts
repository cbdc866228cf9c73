// Which incidents the page shows, by its address, and the path of the API for them. Pure.
import { parseNetwork } from '../../src/domain/addresses.ts'
import { levelChoices } from '../alerts/filters.ts'
import type { Incident } from './incident.ts'

/** Incidents in one of the states, or all. */
export const tabs = ['open', 'muted', 'acknowledged', 'closed', 'all'] as const
type Tab = (typeof tabs)[number]

/** The parameters of the address that filter, other than the state; each is one of the API, too. */
export const filterNames = ['text', 'level', 'assignee', 'person', 'address', 'item'] as const
export type FilterName = (typeof filterNames)[number]

/** Empty: any. Of `level`, several are joined by commas; `assignee` is a user, `me` or `none`. */
export type Filters = { readonly tab: Tab } & { readonly [name in FilterName]: string }

/** How far back incidents are listed: as far as the API allows. */
const incidentDaysMax = 366
/** Incidents of one page of the list. */
const incidentsPerPage = 50
/** The most incidents in one response of the API. */
export const incidentsPerPageMax = 200
/** Longest text to search for, in UTF-16 units. */
export const textCharsMax = 200

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether the API takes this value for a filter. */
export function isFilter(name: FilterName, value: string): boolean {
  if (name === 'text') return value.length <= textCharsMax
  if (name === 'level') return levelChoices.includes(value)
  if (name === 'address') return parseNetwork(value) !== undefined
  return guid.test(value) || (name === 'assignee' && (value === 'me' || value === 'none'))
}

/** Reads the filters from the address; what the API would refuse counts as absent. */
export function filtersOf(query: URLSearchParams): Filters {
  const state = query.get('state')
  const given = (name: FilterName) => {
    const value = query.get(name)?.trim() ?? ''
    return value !== '' && isFilter(name, value) ? value : ''
  }
  return {
    tab: tabs.find((each) => each === state) ?? 'open',
    text: given('text'),
    level: given('level'),
    assignee: given('assignee'),
    person: given('person'),
    address: given('address'),
    item: given('item'),
  }
}

/** The filters of the view when nothing is chosen. */
export const openIncidents: Filters = filtersOf(new URLSearchParams())

/** Whether any filter other than the state is set. */
export const isFiltered = (filters: Filters): boolean => filterNames.some((name) => filters[name] !== '')

/** Whether an incident that has changed meanwhile still belongs to the list. */
export const belongs = ({ state, assignee }: Pick<Incident, 'state' | 'assignee'>, filters: Filters): boolean =>
  (filters.tab === 'all' || state === filters.tab) &&
  (filters.assignee !== 'none' || assignee === null) &&
  (!guid.test(filters.assignee) || assignee?.id === filters.assignee.toLowerCase())

/** The page of incidents to ask for: the newest, or the one that a token names. */
type Asked = { readonly now: number; readonly token?: string | null; readonly limit?: number }

/** The API's path of a page of incidents, newest first. */
export function pathOfIncidents(
  organizationId: string,
  filters: Filters,
  { now, token = null, limit = incidentsPerPage }: Asked,
): string {
  const query = new URLSearchParams({ limit: `${limit}` })
  // A token holds its range; a range computed again may have moved on to the next day.
  if (token === null) query.set('start', new Date(now - incidentDaysMax * 86_400_000).toISOString().slice(0, 10))
  else query.set('continuationToken', token)
  if (filters.tab !== 'all') query.set('state', filters.tab)
  for (const name of filterNames) if (filters[name] !== '') query.set(name, filters[name])
  return `/organizations/${organizationId}/incidents?${query}`
}
