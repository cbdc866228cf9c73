// The page's addresses: what a path means, and the only code that changes it. The query string holds a view's filters.

/** The views of an organization, in the order of the navigation. */
export const viewNames = [
  'overview',
  'events',
  'people',
  'incidents',
  'alerts',
  'rules',
  'integrations',
  'sources',
  'keys',
] as const
export type ViewName = (typeof viewNames)[number]

/** A view of an organization, or the one for those who run the app. */
export type Place = ViewName | 'operations'

/** What a path names. */
type Route =
  | { readonly kind: 'home' }
  | {
      readonly kind: 'view'
      readonly organizationId: string
      readonly view: ViewName
      /** The incident whose details the view shows. */
      readonly incidentId: string | null
      /** Whom or what the view of people shows. */
      readonly subject: Subject | null
    }
  | { readonly kind: 'operations' }
  | { readonly kind: 'unknown' }

export const subjectKinds = ['person', 'machine', 'item', 'secret', 'address'] as const

/** A person, a machine account, an item, a secret or an address; by its id, or as it is written. */
export type Subject = { readonly kind: (typeof subjectKinds)[number]; readonly id: string }

const guid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const viewPath = new RegExp(`^/app/organizations/(${guid})/([a-z]+)(?:/(${guid}))?/?$`)

const subjectPath = new RegExp(`^/app/organizations/(${guid})/people/([a-z]+)/([^/]+)/?$`)

/** The path of the view for those who run the app. */
export const operationsPath = '/app/operations'

/** Reads a path; `/`, `/app`, and an organization without a view are home. */
export function routeOf(path: string): Route {
  if (/^\/(app\/?)?$/.test(path)) return { kind: 'home' }
  if (/^\/app\/operations\/?$/.test(path)) return { kind: 'operations' }
  const ofSubject = subjectRoute(path)
  if (ofSubject) return ofSubject
  const [, organizationId, name, incidentId = null] = viewPath.exec(path) ?? []
  const view = viewNames.find((each) => each === name)
  if (organizationId === undefined || view === undefined) return { kind: 'unknown' }
  if (incidentId !== null && view !== 'incidents') return { kind: 'unknown' }
  return { kind: 'view', organizationId: organizationId.toLowerCase(), view, incidentId, subject: null }
}

function subjectRoute(path: string): Route | undefined {
  const [, organizationId, name, escaped] = subjectPath.exec(path) ?? []
  const kind = subjectKinds.find((each) => each === name)
  const id = escaped === undefined ? undefined : unescaped(escaped)
  if (organizationId === undefined || kind === undefined || id === undefined) return undefined
  const subject = { kind, id }
  return { kind: 'view', organizationId: organizationId.toLowerCase(), view: 'people', incidentId: null, subject }
}

/** A part of a path as it was before it was percent-encoded; undefined if it never was one. */
function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** The path of the page about a person or a thing. */
export const pathToSubject = (organizationId: string, { kind, id }: Subject): string =>
  `/app/organizations/${organizationId}/people/${kind}/${encodeURIComponent(id)}`

/** The path of a view with its filters; empty values are skipped. */
export function pathTo(
  organizationId: string,
  view: ViewName,
  query: Readonly<Record<string, string | null>> = {},
): string {
  return withQuery(`/app/organizations/${organizationId}/${view}`, changed(new URLSearchParams(), query))
}

/** The path of an incident's details; the filters of its list stay in the address. */
export const pathToIncident = (
  organizationId: string,
  incidentId: string,
  query: URLSearchParams = new URLSearchParams(),
): string => withQuery(`/app/organizations/${organizationId}/incidents/${incidentId}`, query)

/** The path of a view of this organization with these parameters, some changed. */
export const pathWith = (
  { organization, query }: { readonly organization: { readonly id: string }; readonly query: URLSearchParams },
  view: ViewName,
  changes: Readonly<Record<string, string | null>>,
): string => withQuery(`/app/organizations/${organization.id}/${view}`, changed(query, changes))

/** These parameters with some changed: null and empty remove one. */
export function changed(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): URLSearchParams {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
  }
  return next
}

/** A path of this page to come back to; `/app` for anything else, so that no link leads to another site. */
export const localPath = (path: string | null): string =>
  path !== null && /^\/(app(\/[^\\]*|\?[^\\]*)?)?$/.test(path) && !path.includes('//') ? path : '/app'

const withQuery = (path: string, query: URLSearchParams) => (query.size === 0 ? path : `${path}?${query}`)

/** The page's address. */
export type PageAddress = { readonly path: string; readonly query: URLSearchParams }

export type Router = {
  address(): PageAddress
  /** Goes to a path of this page. */
  go(path: string, how?: 'push' | 'replace'): void
  setQuery(changes: Readonly<Record<string, string | null>>, how?: 'push' | 'replace'): void
  /** Calls on every change of address; returns the function that ends that. */
  subscribe(listener: () => void): () => void
}

/** As much of a window as the router needs. */
export type Browser = {
  readonly location: { readonly pathname: string; readonly search: string }
  readonly history: {
    pushState(data: null, unused: '', path: string): void
    replaceState(data: null, unused: '', path: string): void
  }
  addEventListener(type: 'popstate', listener: () => void): void
}

/** The router of a window. Going to the current address changes nothing. */
export function createRouter(browser: Browser): Router {
  const listeners = new Set<() => void>()
  const notify = () => {
    for (const listener of listeners) listener()
  }
  browser.addEventListener('popstate', notify)
  const address = (): PageAddress => ({
    path: browser.location.pathname,
    query: new URLSearchParams(browser.location.search),
  })
  const go = (path: string, how: 'push' | 'replace' = 'push') => {
    if (path === browser.location.pathname + browser.location.search) return
    if (how === 'push') browser.history.pushState(null, '', path)
    else browser.history.replaceState(null, '', path)
    notify()
  }
  return {
    address,
    go,
    setQuery: (changes, how) => go(withQuery(address().path, changed(address().query, changes)), how),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
