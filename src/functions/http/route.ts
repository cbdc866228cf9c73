// A route is data: who may call it and how often, and what it does. `registrationsOf` makes of all routes what the host registers.
import type { RateKind, RateLimiter } from '../../ports/rate-limits.ts'
import { type Authenticate, limitedTo } from './authenticate.ts'
import type { AddressSettings } from './client-context.ts'
import { forBrowsers } from './cors.ts'
import { endpoint, type Handler } from './endpoint.ts'
import { notFound } from './responses.ts'

/** A route for callers with these ports. */
export type Route<Ports> = {
  /** The function's name, which openapi.yaml has as `operationId`. */
  readonly name: string
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE')[]
  /** The path's template, without a slash at its start. */
  readonly route: string
  /** The kind of request by which callers are limited; null: no limit. */
  readonly rate: RateKind | null
  /** Whether pages of other origins may call it; its preflight follows from that. */
  readonly browser: boolean
  /** Whether the reference has the route below /api, where clients of a whole server ask; so it has every public one. */
  readonly belowApi?: true
  readonly handler: (ports: Ports) => Handler
}

/** A route with its ports: ready to be registered. */
type BoundRoute = Pick<Route<never>, 'name' | 'methods' | 'route' | 'browser' | 'belowApi'> & {
  readonly handler: Handler
}

/** A function as the host takes it. */
type Registration = {
  readonly name: string
  readonly methods: readonly (Route<never>['methods'][number] | 'OPTIONS')[]
  readonly route: string
  readonly handler: Handler
}

/** What routes share at the edge: the origins whose pages may call, and how callers are counted. */
type Edge = {
  readonly origins: readonly string[]
  readonly limiter: RateLimiter
  readonly address: AddressSettings
}

const switchedOff = endpoint(async () => notFound())

/** The routes of a capability with its ports; without ports the capability is switched off, and all its routes respond 404. */
export const bind = <Ports extends { readonly authenticate: Authenticate }>(
  routes: readonly Route<Ports>[],
  ports: Ports | undefined,
  edge: Edge,
): BoundRoute[] =>
  routes.map(({ rate, handler, ...route }) => {
    const origins = ports ? edge.origins : []
    const bound = ports ? handler(rate ? limited(ports, rate, edge) : ports) : switchedOff
    return { ...route, handler: route.browser ? forBrowsers(origins, bound) : bound }
  })

const limited = <Ports extends { readonly authenticate: Authenticate }>(ports: Ports, rate: RateKind, edge: Edge) => ({
  ...ports,
  authenticate: limitedTo(rate, ports.authenticate, edge),
})

/**
 * Every function of these routes. Of the routes of a path that browsers may call, the first also takes OPTIONS, so that no
 * two functions do. Self-hosted reference servers have their public API and the web vault's below /api, and connectors and
 * web vaults of such a server ask there: these routes are registered there too.
 */
export function registrationsOf(routes: readonly BoundRoute[]): Registration[] {
  const withPreflight = new Set<string>()
  return routes.flatMap(({ browser, belowApi, ...each }) => {
    const path = pathOf(each.route)
    const takesOptions = browser && !withPreflight.has(path)
    if (takesOptions) withPreflight.add(path)
    const methods = takesOptions ? ([...each.methods, 'OPTIONS'] as const) : each.methods
    const registration = { ...each, methods }
    if (!belowApi && !each.route.startsWith('public/')) return registration
    return [registration, { ...registration, name: `${each.name}BelowApi`, route: `api/${each.route}` }]
  })
}

/** A template that is equal for routes of the same paths: the names of parameters make no difference. */
const pathOf = (route: string): string => route.toLowerCase().replaceAll(/\{\w+/g, '{')
