// Which incidents the page shows, by its address, and the path of the API for them. Pure.
import { levelChoices } from '../alerts/filters.ts'

export type Filters = {
  /** Levels joined by commas; empty: any. */
  readonly level: string
}

/** How far back incidents are listed: as far as the API allows. */
const incidentDaysMax = 366
/** Incidents of one page of the list. */
const incidentsPerPage = 50

/** Reads the filters from the address; unknown values count as absent. */
export function filtersOf(query: URLSearchParams): Filters {
  const level = query.get('level') ?? ''
  return { level: levelChoices.includes(level) ? level : '' }
}

/** The page of incidents to ask for: the newest, or the one that a token names. */
type Asked = { readonly now: number; readonly token?: string | null; readonly limit?: number }

/** The API's path of a page of incidents, newest first. */
export function pathOfIncidents(
  organizationId: string,
  { level }: Filters,
  { now, token = null, limit = incidentsPerPage }: Asked,
): string {
  const query = new URLSearchParams({ limit: `${limit}` })
  // A token holds its range; a range computed again may have moved on to the next day.
  if (token === null) query.set('start', new Date(now - incidentDaysMax * 86_400_000).toISOString().slice(0, 10))
  else query.set('continuationToken', token)
  if (level) query.set('level', level)
  return `/organizations/${organizationId}/incidents?${query}`
}
