// Routes as data: preflights follow from who may call, no two functions compete for a request, and a capability can be off.
import { describe, expect, test } from 'vitest'
import { parseRouteTemplate } from '../../../local/host/routes/template.ts'
import { memoryRateLimits, rateLimitsDefault } from '../../../src/adapters/in-process/rate-limits.ts'
import { authenticateWith, unauthorized } from '../../../src/functions/http/authenticate.ts'
import { endpoint } from '../../../src/functions/http/endpoint.ts'
import { bind, type Route, registrationsOf } from '../../../src/functions/http/route.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { alice, guid } from '../../support/events.ts'
import { apiRoutes, registrations } from '../../support/routes.ts'

const origin = 'https://vault.example'
const edge = {
  origins: [origin],
  limiter: memoryRateLimits({ ...rateLimitsDefault, export: 1 }),
  address: { trustedProxies: 0 },
}
type Ports = { readonly authenticate: ReturnType<typeof authenticateWith> }
const route: Route<Ports> = {
  name: 'exportThings',
  methods: ['GET'],
  route: 'things/{id:guid}',
  rate: 'export',
  browser: true,
  handler: ({ authenticate }) =>
    endpoint(async ({ headers }) => {
      const caller = await authenticate(headers, 'api')
      return caller.kind === 'refused' ? unauthorized(caller) : { status: 200 }
    }),
}
const ports = { authenticate: authenticateWith(tokensOf({ alice: userClaims(alice) })) }
const optionsOf = (routes: readonly Route<Ports>[]) =>
  registrationsOf(bind(routes, ports, edge)).filter(({ methods }) => methods.includes('OPTIONS'))

describe('a preflight', () => {
  test('is taken by the first route of a path that browsers may call, and by no other', () => {
    const other: Route<Ports> = { ...route, name: 'putThing', methods: ['PUT'], route: 'Things/{thingId:guid}' }
    const closed: Route<Ports> = { ...route, name: 'postThing', methods: ['POST'], browser: false }
    expect(optionsOf([closed, route, other]).map(({ name }) => name)).toEqual(['exportThings'])
    expect(optionsOf([closed])).toEqual([])
  })

  test('is taken once for each path of the app that browsers may call', () => {
    const browsers = apiRoutes.filter(({ browser }) => browser)
    const below = browsers.filter((each) => 'belowApi' in each).map((each) => `api/${each.route}`)
    const open = new Set([...browsers.map((each) => each.route), ...below])
    const registered = registrations.filter(({ methods }) => methods.includes('OPTIONS')).map((each) => each.route)
    expect(registered.toSorted()).toEqual([...open].toSorted())
    expect(open.size).toBeGreaterThan(30)
  })
})

test('routes of the public API and of the web vault’s event logs stand below /api too, with their preflights', () => {
  const routesOf = (prefix: string) => registrations.filter((each) => each.route.startsWith(prefix))
  const below = new Map(routesOf('api/').map((each) => [each.route, each]))
  for (const each of routesOf('public/')) {
    expect(below.get(`api/${each.route}`)?.methods).toEqual(each.methods)
  }
  for (const path of [
    'events',
    'organizations/{id:guid}/events',
    'organizations/{orgId:guid}/users/{memberId:guid}/events',
    'ciphers/{id:guid}/events',
    'providers/{id:guid}/events',
    'providers/{id:guid}/users/{providerUserId:guid}/events',
  ]) {
    expect(below.get(`api/${path}`)).toMatchObject({ methods: ['GET', 'OPTIONS'] })
  }
  expect(below.has('api/organizations/{id:guid}/events/feed')).toBe(false)
  expect(below.has('api/events/collect')).toBe(false)
})

test('no two functions take the same request', () => {
  const [pathOf, names] = [(template: string) => `/${template.replaceAll(/\{\w+(:guid)?\}/g, guid(1))}`, new Set()]
  for (const { name, methods, route: template } of registrations) {
    const taking = registrations.filter((each) => {
      const parsed = parseRouteTemplate(each.route)
      const matches = parsed.kind === 'template' && parsed.template.match(pathOf(template)) !== undefined
      return matches && each.methods.some((method) => methods.includes(method))
    })
    if (!template.includes('{*') && !template.includes('?}')) expect(taking.map((each) => each.name)).toEqual([name])
    names.add(name.toLowerCase())
  }
  expect(names.size).toBe(registrations.length)
})

test('callers are limited by the kind of request that a route names', async () => {
  const [bound] = bind([route], ports, edge)
  const statuses = [1, 2].map(async () => bound && (await call(bound.handler, { token: 'alice' })).status)
  expect(await Promise.all(statuses)).toEqual([200, 429])
})

test('routes of a capability that is switched off respond 404, and allow no origin', async () => {
  const [bound] = bind([route], undefined, edge)
  if (!bound) throw new Error('not bound')
  const preflight = await call(bound.handler, { method: 'OPTIONS', headers: { origin } })
  expect((await call(bound.handler, { token: 'alice', headers: { origin } })).status).toBe(404)
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, null])
})
