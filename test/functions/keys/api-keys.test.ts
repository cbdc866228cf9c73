// /organizations/{id}/api-keys: what owners and admins get, what everybody else gets, and where secrets are never seen.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { apiKeysMax } from '../../../src/domain/keys/api-keys.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../../src/functions/keys/api-keys.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { eventsIn } from '../../support/alerts/alerts.ts'
import { apiKeyRoutes, ShownKey } from '../../support/api-keys.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, globex, guid, instant } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

const created = '2026-11-22T06:28:00.000Z'

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s makes a key, sees it without its secret, rotates and revokes it', async (who) => {
    const { create, list, rotate, revoke } = await apiKeyRoutes()
    const made = await create(who)
    const { id, clientSecret } = v.parse(ShownKey, made.json)
    const view = { object: 'apiKey', id, name: 'SIEM', createdAt: created }
    const current = { createdAt: created, validUntil: null }
    expect(made.status).toBe(201)
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(made.json).toEqual({ ...view, secrets: [current], clientId: `organization.${acme}`, clientSecret })

    const rotated = await rotate(id, who, { overlapHours: 2 })
    const { clientSecret: next } = v.parse(ShownKey, rotated.json)
    const secrets = [current, { createdAt: created, validUntil: '2026-11-22T08:28:00.000Z' }]
    expect(rotated.status).toBe(200)
    expect(rotated.json).toEqual({ ...view, secrets, clientId: `organization.${acme}`, clientSecret: next })
    expect(next).not.toBe(clientSecret)

    const listed = await list(who)
    expect(listed).toMatchObject({
      status: 200,
      json: { object: 'list', data: [{ ...view, secrets }], continuationToken: null },
    })
    expect(listed.text).not.toMatch(/hash|client/i)

    expect(await revoke(id, who)).toMatchObject({ status: 204, text: '' })
    expect((await list(who)).json).toMatchObject({ data: [] })
    expect((await revoke(id, who)).status).toBe(404)
    expect((await rotate(id, who)).status).toBe(404)
  })

  test('gets a day of overlap by default', async () => {
    for (const body of [undefined, {}]) {
      const { create, rotate } = await apiKeyRoutes()
      const { id } = v.parse(ShownKey, (await create('alice')).json)
      const { json } = await rotate(id, 'alice', body)
      expect(json).toMatchObject({ secrets: [{}, { validUntil: '2026-11-23T06:28:00.000Z' }] })
    }
  })

  test('gets no key beyond the most there may be', async () => {
    const { create } = await apiKeyRoutes()
    for (let made = 0; made < apiKeysMax; made += 1) expect((await create('alice')).status).toBe(201)
    expect((await create('alice')).status).toBe(409)
    expect((await create('erin', globex)).status).toBe(201)
  })

  test.each([
    ['no body', undefined],
    ['no name', {}],
    ['a name with a line end', { name: 'SIEM\n' }],
    ['a name with NUL', { name: 'SI\u0000EM' }],
    ['a name that turns the direction of text', { name: 'SIEM\u202e' }],
    ['a name with an isolate', { name: '\u2066SIEM' }],
    ['an empty name', { name: ' ' }],
    ['a name that is too long', { name: 'x'.repeat(101) }],
    ['more than a name', { name: 'x', secret: 'y' }],
    ['no JSON', '{'],
  ])('gets a 400 for a key with %s', async (_, body) => {
    const { create, list } = await apiKeyRoutes()
    expect((await create('alice', acme, body ?? '')).status).toBe(400)
    expect((await list('alice')).json).toMatchObject({ data: [] })
  })

  test.each([{ overlapHours: 721 }, { overlapHours: -1 }, { overlapHours: '0' }, { overlaphours: 0 }, 'x', 7, []])(
    'gets a 400 for a rotation with %j, and the secret stays',
    async (body) => {
      const { create, rotate, token } = await apiKeyRoutes()
      const { id, clientSecret } = v.parse(ShownKey, (await create('alice')).json)
      expect((await rotate(id, 'alice', body)).status).toBe(400)
      expect((await token(clientSecret)).status).toBe(200)
    },
  )
})

describe('the organization’s log', () => {
  const failing = async () => {
    throw new Unavailable('storage', new Error('x'))
  }
  /** The events that are on their way to it. */
  const reported = ({ ports }: Awaited<ReturnType<typeof apiKeyRoutes>>) => eventsIn(ports.queue.messages)

  test('says who made, rotated and revoked which key', async () => {
    const routes = await apiKeyRoutes()
    const { id } = v.parse(ShownKey, (await routes.create('alice')).json)
    await routes.rotate(id, 'bob')
    await routes.rotate(id, 'bob')
    await routes.revoke(id, 'alice')
    const common = { organizationId: acme, objectId: id, objectName: 'SIEM', date: instant(created) }
    expect(reported(routes)).toMatchObject([
      { ...common, type: 9_020, actingUserId: alice },
      { ...common, type: 9_021, actingUserId: bob },
      { ...common, type: 9_021, actingUserId: bob },
      { ...common, type: 9_022, actingUserId: alice },
    ])
    expect(new Set(reported(routes).map((each) => each.id)).size).toBe(4)
  })

  test('says nothing about what is refused', async () => {
    const routes = await apiKeyRoutes()
    for (let made = 0; made < apiKeysMax; made += 1) await routes.create('alice')
    const before = reported(routes)
    await routes.create('alice')
    await routes.rotate(guid(1), 'alice')
    await routes.revoke(guid(1), 'alice')
    await routes.create('user')
    expect(reported(routes)).toEqual(before)
  })

  test('receives a change before it is made, so that none is made while the queue is unavailable', async () => {
    const { ports, list } = await apiKeyRoutes()
    const queue = { ...ports.queue, enqueue: failing }
    const asked = { method: 'POST', params: { id: acme }, body: { name: 'SIEM' }, token: 'alice' }
    expect((await call(createApiKey({ ...ports, queue }), asked)).status).toBe(503)
    expect((await list('alice')).json).toMatchObject({ data: [] })
  })

  test('has a revocation once that failed and was tried again', async () => {
    const routes = await apiKeyRoutes()
    const { id } = v.parse(ShownKey, (await routes.create('alice')).json)
    const keys = { ...routes.ports.keys, change: failing }
    const asked = { method: 'DELETE', params: { id: acme, keyId: id }, token: 'alice' }
    expect((await call(revokeApiKey({ ...routes.ports, keys }), asked)).status).toBe(503)
    routes.advance(1_000)
    expect((await routes.revoke(id, 'alice')).status).toBe(204)
    const store = memoryEventStore()
    for (const event of reported(routes)) await store.append([event])
    const log = { kind: 'organization', id: acme } as const
    const stored = await store.feed(log, 10, feedStart)
    expect(stored?.events.map(({ type }) => type)).toEqual([9_020, 9_022])
  })
})

describe('anybody else', () => {
  const routes = ['list', 'create', 'rotate', 'revoke'] as const
  type Routes = Awaited<ReturnType<typeof apiKeyRoutes>>
  /** Calls a route on Acme's key. */
  const attempt = (routes: Routes, route: string, id: string, token?: string) => {
    if (route === 'list') return routes.list(token)
    if (route === 'create') return routes.create(token)
    return route === 'rotate' ? routes.rotate(id, token, { overlapHours: 0 }) : routes.revoke(id, token)
  }

  test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const routes = await apiKeyRoutes()
      const { id, clientSecret } = v.parse(ShownKey, (await routes.create('alice')).json)
      const before = await routes.ports.keys.keysOf(acme)
      const response = await attempt(routes, route, id, token)
      expect(response.status).toBe(status)
      expect(response.text).not.toContain(clientSecret)
      expect(await routes.ports.keys.keysOf(acme)).toEqual(before)
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const routes = await apiKeyRoutes()
    const { id } = v.parse(ShownKey, (await routes.create('alice')).json)
    const own = await routes.ports.issuer.issue(acme)
    expect((await attempt(routes, route, id, own)).status).toBe(401)
  })

  test('cannot touch a key of another organization through their own', async () => {
    const { create, rotate, revoke, ports } = await apiKeyRoutes()
    const { id } = v.parse(ShownKey, (await create('alice')).json)
    expect((await rotate(id, 'erin', {}, globex)).status).toBe(404)
    expect((await revoke(id, 'erin', globex)).status).toBe(404)
    expect(await ports.keys.keysOf(acme)).toHaveLength(1)
  })
})

test('an organization that the directory disabled cannot be set up by any caller', async () => {
  const { ports, create } = await apiKeyRoutes()
  const known = await ports.directory.organization(acme)
  if (known) await ports.directory.putOrganization(acme, { ...known, enabled: false })
  for (const who of ['alice', 'bob']) expect((await create(who)).status).toBe(404)
})

test('the directory is asked for what it knows now, not for what a cache holds', async () => {
  const { ports } = await apiKeyRoutes()
  const asked: unknown[] = []
  const directory = {
    ...ports.directory,
    organization: async (...args: unknown[]) => {
      asked.push(args)
      return undefined
    },
  }
  await call(listApiKeys({ ...ports, directory }), { params: { id: acme }, token: 'alice' })
  expect(asked).toEqual([[acme, ports.now()]])
})

test('no secret is ever logged', async () => {
  const { create, rotate, list, token } = await apiKeyRoutes()
  const made = await create('alice')
  const { id, clientSecret } = v.parse(ShownKey, made.json)
  const responses = [made, await rotate(id, 'alice'), await list('alice'), await token(clientSecret), await token('x')]
  expect(responses.flatMap(({ log }) => log)).toEqual([])
})
