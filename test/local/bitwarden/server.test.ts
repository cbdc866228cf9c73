// The simulated server: tokens, limits, lists and what goes wrong on request.
import { describe, expect, test } from 'vitest'
import { type Fault, randomFaults } from '../../../local/bitwarden/faults.ts'
import { randomFrom } from '../../../local/demo/random.ts'
import { arrival, organizationId, start, world } from './world.ts'

describe('tokens', () => {
  test('are given for the key of an organization, under both forms of address', () => {
    const { tokenFor } = world()
    const expected = { expires_in: 3_600, token_type: 'Bearer', scope: 'api.organization' }
    expect(tokenFor().json).toMatchObject(expected)
    expect(tokenFor({}, '/connect/token').json).toMatchObject(expected)
  })

  test.each([
    ['another secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['another organization', { client_id: 'organization.b0000000-0007-4000-8000-000000000001' }, 'invalid_client'],
    ['another scope', { scope: 'api' }, 'invalid_scope'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('are refused for %s', (_, form, error) => {
    expect(world().tokenFor(form)).toMatchObject({ status: 400, json: { error } })
  })

  test('are refused while the organization is disabled', () => {
    const { tokenFor, organization } = world()
    organization.enabled = false
    expect(tokenFor().json).toEqual({ error: 'invalid_client' })
  })

  test('are valid for an hour, or until the server forgets them', () => {
    const { tokenFor, get, clock, server } = world()
    const token = tokenFor().json.access_token
    clock.now = start + 3_600_000 - 1
    expect(get('/api/public/policies', {}, token).status).toBe(200)
    clock.now = start + 3_600_000
    expect(get('/api/public/policies', {}, token).status).toBe(401)

    const second = tokenFor().json.access_token
    server.expireTokens()
    expect(get('/api/public/policies', {}, second).status).toBe(401)
  })
})

describe('limits', () => {
  test('ten tokens a minute, counted from the first', () => {
    const { tokenFor, clock } = world()
    for (let count = 0; count < 10; count += 1) expect(tokenFor().status).toBe(200)
    clock.now = start + 40_000
    expect(tokenFor()).toMatchObject({ status: 429, headers: { 'retry-after': '20' } })
    clock.now = start + 60_000
    expect(tokenFor().status).toBe(200)
  })

  test('200 reads a minute of an address', () => {
    const { tokenFor, get, ask, server } = world()
    const token = tokenFor().json.access_token
    for (let count = 0; count < 200; count += 1) expect(get('/public/policies', {}, token).status).toBe(200)
    expect(get('/public/policies', {}, token)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
    const headers = { authorization: `Bearer ${token}` }
    expect(ask({ path: '/public/policies', headers, address: '192.0.2.1' }).status).toBe(200)
    expect(server.counts).toEqual({ gets: 202, tokens: 1, tooMany: 1 })
  })
})

describe('lists', () => {
  test('of people and structure have the shape of the Public API', () => {
    const { get } = world()
    const member = { object: 'member', id: 'd1', userId: 'c1', email: 'alice@demo.test', type: 0, status: 2 }
    expect(get('/api/public/members').json).toMatchObject({ object: 'list', data: [member] })
    expect(get('/api/public/members').body).not.toContain('groups')
    expect(get('/api/public/members/d1').json).toMatchObject(member)
    expect(get('/api/public/members/d1/group-ids').json).toEqual(['e1'])
    expect(get('/api/public/groups').json.data).toMatchObject([{ object: 'group', name: 'Everyone' }])
    expect(get('/api/public/groups/e1/member-ids').json).toEqual(['d1'])
    expect(get('/api/public/collections').json.data).toMatchObject([{ object: 'collection', id: 'f' }])
    expect(get('/api/public/policies').json.data).toEqual([
      { object: 'policy', id: '31', type: 0, enabled: true, data: null },
    ])
  })

  test.each(['/api/public/members/other', '/api/public/groups/e1/other', '/api/public/other', '/api/other'])(
    'there is no %s',
    (path) => {
      expect(world().get(path).status).toBe(404)
    },
  )

  test('of events are of the last 30 days unless both ends are given', () => {
    const { get, organization } = world()
    organization.events.append([arrival('2026-10-22T00:00:00Z', 1), arrival('2026-10-24T00:00:00Z', 2)])
    const types = (query: Record<string, string>) =>
      get('/api/public/events', query).json.data.map(({ type }: { type: number }) => type)
    expect(types({})).toEqual([2])
    expect(types({ start: '2026-01-01' })).toEqual([2])
    expect(types({ end: '2026-01-01' })).toEqual([2])
    expect(types({ start: '2026-10-01', end: '2026-11-22' })).toEqual([2, 1])
    expect(types({ start: '2026-11-22', end: '2026-10-01' })).toEqual([2, 1])
  })

  test('of events have no id and null where a member does not apply', () => {
    const { get, organization } = world()
    organization.events.append([arrival('2026-11-20T00:00:00.5Z')])
    const [event] = get('/api/public/events').json.data
    expect(event).toMatchObject({ object: 'event', type: 1000, date: '2026-11-20T00:00:00.5Z', itemId: null })
    expect(Object.keys(event)).toHaveLength(15)
  })

  test('of events span 367 days at most', () => {
    const { get } = world()
    expect(get('/api/public/events', { start: '2025-11-20', end: '2026-11-22' }).status).toBe(200)
    expect(get('/api/public/events', { start: '2025-11-20', end: '2026-11-22T00:00:00.001Z' })).toMatchObject({
      status: 400,
      json: { object: 'error', message: 'Date range must be < 367 days.' },
    })
    expect(get('/api/public/events', { start: 'yesterday', end: '2026-11-22' }).status).toBe(400)
  })

  test('of events are empty where the plan has none', () => {
    const { get, organization } = world()
    organization.events.append([arrival('2026-11-20T00:00:00Z')])
    organization.useEvents = false
    expect(get('/api/public/events').json).toEqual({ object: 'list', data: [], continuationToken: null })
  })
})

describe('faults', () => {
  const responseWith = (fault: Fault) => {
    const { server, conditions, tokenFor } = world()
    const token = tokenFor().json.access_token
    conditions.faultOf = () => fault
    const headers = { authorization: `Bearer ${token}` }
    return server.respond({
      method: 'GET',
      path: '/api/public/policies',
      query: new URLSearchParams(),
      headers,
      body: '',
    })
  }

  test('come as asked for', () => {
    expect(responseWith({ kind: 'too-many', retryAfter: '3600' })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3600' },
    })
    expect(responseWith({ kind: 'status', status: 500 })).toMatchObject({ kind: 'response', status: 500 })
    expect(responseWith({ kind: 'html', status: 200 })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html' },
    })
    expect(responseWith({ kind: 'redirect', location: 'https://elsewhere.test/' })).toMatchObject({ status: 302 })
    expect(responseWith({ kind: 'expired' })).toMatchObject({ status: 401 })
    expect(responseWith({ kind: 'reset' })).toEqual({ kind: 'reset' })
    expect(responseWith({ kind: 'lost' })).toEqual({ kind: 'reset' })
    expect(responseWith({ kind: 'silence' })).toEqual({ kind: 'silence' })
    expect(responseWith({ kind: 'rewrite', body: () => '{}' })).toMatchObject({ status: 200, body: '{}' })
    const cut = responseWith({ kind: 'cut' })
    expect(cut.kind === 'cut' && cut.body.length).toBeGreaterThan(0)
    expect(() => cut.kind === 'cut' && JSON.parse(cut.body)).toThrow()
  })

  test('at random are all of kinds that pass, in the share asked for', () => {
    const faultOf = randomFaults(randomFrom(1).next, 0.5)
    const request = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, body: '' }
    const faults = Array.from({ length: 1_000 }, () => faultOf(request))
    const count = faults.filter((fault) => fault !== undefined).length
    expect(count).toBeGreaterThan(400)
    expect(count).toBeLessThan(600)
  })

  test('a clock that is wrong shows in every response', () => {
    const { get, conditions } = world()
    conditions.clockAheadMs = 3_600_000
    expect(get('/api/public/policies').headers.date).toBe(new Date(start + 3_600_000).toUTCString())
    expect(organizationId).toContain('0007')
  })
})
