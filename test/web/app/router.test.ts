// Addresses of the page: what they name, and how they change.
import { describe, expect, test } from 'vitest'
import {
  type Browser,
  changed,
  createRouter,
  localPath,
  pathTo,
  pathToIncident,
  pathToSubject,
  routeOf,
} from '../../../web/app/router.ts'

const id = 'a0000000-0000-4000-8000-000000000001'

describe('a path', () => {
  test.each(['/', '/app', '/app/'])('%s is home', (path) => expect(routeOf(path)).toEqual({ kind: 'home' }))

  test('names an organization, in any case of letters, and a view', () => {
    expect(routeOf(`/app/organizations/${id.toUpperCase()}/events`)).toEqual({
      kind: 'view',
      organizationId: id,
      view: 'events',
      incidentId: null,
      subject: null,
    })
    expect(routeOf(`/app/organizations/${id}/events/`)).toMatchObject({ view: 'events' })
  })

  test.each([`/app/organizations/${id}`, `/app/organizations/${id}/nothing`, '/app/organizations/x/events', '/else'])(
    '%s is unknown',
    (path) => expect(routeOf(path)).toEqual({ kind: 'unknown' }),
  )

  test('of a view is read back as what it was made of', () => {
    const path = pathTo(id, 'alerts', { level: 'high', nothing: null, empty: '' })
    expect(path).toBe(`/app/organizations/${id}/alerts?level=high`)
    expect(routeOf(path.split('?')[0] ?? '')).toEqual({
      kind: 'view',
      organizationId: id,
      view: 'alerts',
      incidentId: null,
      subject: null,
    })
  })

  test('names an incident below the incidents, and nothing below another view', () => {
    const path = pathToIncident(id, id, new URLSearchParams('level=high'))
    expect(path).toBe(`/app/organizations/${id}/incidents/${id}?level=high`)
    expect(routeOf(path.split('?')[0] ?? '')).toMatchObject({ view: 'incidents', incidentId: id })
    expect(routeOf(pathToIncident(id, id).replace('incidents', 'alerts'))).toEqual({ kind: 'unknown' })
    expect(routeOf(pathToIncident(id, 'x'))).toEqual({ kind: 'unknown' })
  })

  test.each([
    ['person', id],
    ['item', id],
    ['address', '2001:db8::1'],
    ['address', 'fe80::1%eth0/x?#'],
  ] as const)('names a %s below the people: %s', (kind, of) => {
    const path = pathToSubject(id, { kind, id: of })
    expect(routeOf(path)).toEqual({
      kind: 'view',
      organizationId: id,
      view: 'people',
      incidentId: null,
      subject: { kind, id: of },
    })
  })

  test.each(['planet/1', 'person', 'person/%E0%A4%A'])('names nothing at people/%s', (rest) => {
    expect(routeOf(`/app/organizations/${id}/people/${rest}`)).toEqual({ kind: 'unknown' })
  })
})

test('parameters are set, and taken away by null and by nothing', () => {
  const query = new URLSearchParams('a=1&b=2&c=3')
  expect(`${changed(query, { a: null, b: '', c: 'x y', d: '4' })}`).toBe('c=x+y&d=4')
  expect(`${query}`).toBe('a=1&b=2&c=3')
})

test('only paths of this page are allowed to come back to', () => {
  const own = ['/', '/app', '/app?x=1', `/app/organizations/${id}/events?a=b`]
  for (const path of own) expect(localPath(path)).toBe(path)
  const foreign = [
    '//evil.example',
    '/app//evil.example',
    'https://evil.example/app',
    '/application',
    '/app/\\evil',
    null,
  ]
  for (const path of foreign) expect(localPath(path)).toBe('/app')
})

describe('a router', () => {
  test('notifies of each change of address, but not of going to the current one', () => {
    const { browser, entries } = fakeBrowser('/app?a=1')
    const router = createRouter(browser)
    let notified = 0
    const end = router.subscribe(() => notified++)
    router.setQuery({ a: '1' })
    expect(notified).toBe(0)
    router.setQuery({ a: '2' })
    router.setQuery({ b: '3' }, 'replace')
    router.go('/app/organizations')
    expect(notified).toBe(3)
    expect(entries).toEqual(['/app?a=1', '/app?a=2&b=3', '/app/organizations'])
    end()
    router.go('/app')
    expect(notified).toBe(3)
  })

  test('notifies when the person goes back', () => {
    const { browser, goBack } = fakeBrowser('/app')
    const router = createRouter(browser)
    router.go('/app?a=1')
    const seen: string[] = []
    router.subscribe(() => seen.push(`${router.address().path}?${router.address().query}`))
    goBack()
    expect(seen).toEqual(['/app?'])
  })
})

function fakeBrowser(first: string) {
  const entries = [first]
  const listeners: (() => void)[] = []
  const url = () => new URL(entries.at(-1) ?? '', 'http://here')
  const browser: Browser = {
    location: {
      get pathname() {
        return url().pathname
      },
      get search() {
        return url().search
      },
    },
    history: {
      pushState: (_data, _unused, path) => entries.push(path),
      replaceState: (_data, _unused, path) => entries.splice(-1, 1, path),
    },
    addEventListener: (_type, listener) => listeners.push(listener),
  }
  const goBack = () => {
    entries.pop()
    for (const listener of listeners) listener()
  }
  return { browser, entries, goBack }
}
