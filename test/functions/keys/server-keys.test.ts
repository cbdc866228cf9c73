// /server-keys: what operators get, what their keys may do, and what everybody else gets.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { tokenFailureLimits } from '../../../src/domain/keys/failure-limits.ts'
import { organizationsPerKeyMax, serverKeysMax } from '../../../src/domain/keys/server-keys.ts'
import * as writes from '../../../src/functions/directory/write-directory.ts'
import { serverEvents } from '../../../src/functions/ingest/server-events.ts'
import { makeServerKey } from '../../../src/functions/keys/server-keys.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { eventsIn } from '../../support/alerts/alerts.ts'
import { ShownKey } from '../../support/api-keys.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, globex, guid } from '../../support/events.ts'
import { noOperators, olga, serverKeyRoutes } from '../../support/server-keys.ts'

const created = '2026-11-22T06:28:00.000Z'
const agency = guid(1, '9')
type Routes = Awaited<ReturnType<typeof serverKeyRoutes>>

describe('an operator', () => {
  test('makes a key, sees it without its secret, rotates and revokes it', async () => {
    const { create, list, rotate, revoke } = await serverKeyRoutes()
    const made = await create('olga', { name: 'Vaultwarden', organizations: [acme.toUpperCase(), acme, globex] })
    const { id, clientId, clientSecret } = v.parse(ShownKey, made.json)
    const organizations = [acme, globex]
    const view = { object: 'serverKey', id, name: 'Vaultwarden', createdAt: created, organizations, clientId }
    const current = { createdAt: created, validUntil: null }
    expect(made.status).toBe(201)
    expect(clientId).toBe(`server.${id}`)
    expect(made.json).toEqual({ ...view, secrets: [current], clientSecret })

    const rotated = await rotate(id, 'olga', { overlapHours: 2 })
    const { clientSecret: next } = v.parse(ShownKey, rotated.json)
    const secrets = [current, { createdAt: created, validUntil: '2026-11-22T08:28:00.000Z' }]
    expect(rotated.json).toEqual({ ...view, secrets, clientSecret: next })
    expect(next).not.toBe(clientSecret)

    const listed = await list('olga')
    expect(listed.json).toEqual({ object: 'list', data: [{ ...view, secrets }], continuationToken: null })
    expect((await revoke(id, 'olga')).status).toBe(204)
    expect((await list('olga')).json).toMatchObject({ data: [] })
    expect((await revoke(id, 'olga')).status).toBe(404)
    expect((await rotate(id, 'olga')).status).toBe(404)
  })

  test.each([[{ name: 'x' }], [{ name: 'x', organizations: null }]])('makes a key for all with %j', async (body) => {
    const { create } = await serverKeyRoutes()
    expect((await create('olga', body)).json).toMatchObject({ organizations: null })
  })

  test('gets no key beyond the most there may be', async () => {
    const { create } = await serverKeyRoutes()
    for (let made = 0; made < serverKeysMax; made += 1) expect((await create('olga')).status).toBe(201)
    expect((await create('olga')).status).toBe(409)
  })

  const many = Array.from({ length: organizationsPerKeyMax + 1 }, (_, index) => guid(index, 'e'))
  test.each([
    ['no name', {}],
    ['no organization', { name: 'x', organizations: [] }],
    ['an organization that is no GUID', { name: 'x', organizations: ['acme'] }],
    ['too many organizations', { name: 'x', organizations: many }],
    ['a misspelt property', { name: 'x', organisations: [acme] }],
  ])('gets a 400 for a key with %s', async (_, body) => {
    const { create, list } = await serverKeyRoutes()
    expect((await create('olga', body)).status).toBe(400)
    expect((await list('olga')).json).toMatchObject({ data: [] })
  })

  test('may name as many organizations as a key has', async () => {
    const { create } = await serverKeyRoutes()
    expect((await create('olga', { name: 'x', organizations: many.slice(1) })).status).toBe(201)
  })
})

describe('the logs of a key’s organizations', () => {
  const reported = ({ ports }: Routes) => eventsIn(ports.queue.messages)

  test('say who made, rotated and revoked it: of each named one, or of all', async () => {
    for (const [organizations, informed] of [
      [[globex], [globex]],
      [null, [acme, globex]],
    ] as const) {
      const routes = await serverKeyRoutes()
      const { id } = v.parse(ShownKey, (await routes.create('olga', { name: 'Agent', organizations })).json)
      await routes.rotate(id, 'olga')
      await routes.revoke(id, 'olga')
      const found = reported(routes)
      const common = { objectId: id, objectName: 'Agent', actingUserId: olga }
      expect(found).toMatchObject(
        [9_023, 9_024, 9_025].flatMap((type) =>
          informed.map((organizationId) => ({ ...common, type, organizationId })),
        ),
      )
      expect(new Set(found.map((each) => each.id)).size).toBe(found.length)
    }
  })

  test('say nothing about what is refused', async () => {
    const routes = await serverKeyRoutes()
    await routes.rotate(guid(1), 'olga')
    await routes.revoke(guid(1), 'olga')
    await routes.create('alice')
    expect(reported(routes)).toEqual([])
  })

  test('receive a change before it is made, so that none is made while the queue is unavailable', async () => {
    const { ports, list } = await serverKeyRoutes()
    const enqueue = () => Promise.reject(new Unavailable('event queue', new Error('x')))
    const asked = { method: 'POST', body: { name: 'x' }, token: 'olga' }
    expect((await call(makeServerKey({ ...ports, queue: { ...ports.queue, enqueue } }), asked)).status).toBe(503)
    expect((await list('olga')).json).toMatchObject({ data: [] })
  })
})

describe('anybody else', () => {
  const routes = ['list', 'create', 'rotate', 'revoke'] as const
  test.each(routes.flatMap((route) => noOperators.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const routes = await serverKeyRoutes()
      const { id } = v.parse(ShownKey, (await routes.create('olga')).json)
      const before = await routes.ports.serverKeys.list()
      const call = route === 'list' || route === 'create' ? routes[route](token) : routes[route](id, token)
      expect((await call).status).toBe(status)
      expect(await routes.ports.serverKeys.list()).toEqual(before)
    },
  )

  test.each(routes)('cannot %s with a server key', async (route) => {
    const routes = await serverKeyRoutes()
    const token = await routes.tokenFor(null)
    const id = guid(1)
    const call = route === 'list' || route === 'create' ? routes[route](token) : routes[route](id, token)
    expect((await call).status).toBe(401)
  })
})

describe('a secret', () => {
  const keyOf = async ({ create }: Routes) => v.parse(ShownKey, (await create('olga')).json)

  test('gives a token for its scope alone; a revoked one none', async () => {
    const routes = await serverKeyRoutes()
    const { id, clientId, clientSecret } = await keyOf(routes)
    const granted = await routes.token(clientId, clientSecret)
    expect(granted.json).toMatchObject({ expires_in: 3_600, token_type: 'Bearer', scope: 'api.events.write' })
    const { access_token } = v.parse(v.object({ access_token: v.string() }), granted.json)
    const headers = new Headers({ authorization: `Bearer ${access_token}` })
    expect(await routes.ports.authenticate(headers, 'api.events.write')).toEqual({
      kind: 'server',
      clientId,
      organizations: 'all',
    })
    for (const scope of ['api', 'api.organization'] as const) {
      expect(await routes.ports.authenticate(headers, scope)).toMatchObject({ reason: 'scope-missing' })
    }
    await routes.revoke(id, 'olga')
    expect((await routes.token(clientId, clientSecret)).status).toBe(401)
  })

  test('is good for its own key alone', async () => {
    const routes = await serverKeyRoutes()
    const [one, other] = [await keyOf(routes), await keyOf(routes)]
    expect((await routes.token(one.clientId, other.clientSecret)).status).toBe(401)
    expect((await routes.token(`server.${guid(9)}`, one.clientSecret)).status).toBe(401)
    expect((await routes.token(`organization.${one.id}`, one.clientSecret)).status).toBe(400)
  })

  test('that is wrong too often holds up that key from that address, and no other', async () => {
    const routes = await serverKeyRoutes()
    const [one, other] = [await keyOf(routes), await keyOf(routes)]
    for (let tries = 0; tries < tokenFailureLimits.clientAndAddress.failuresMax; tries += 1) {
      expect((await routes.token(one.clientId, 'x')).status).toBe(401)
    }
    expect((await routes.token(one.clientId, one.clientSecret)).status).toBe(429)
    expect((await routes.token(one.clientId, one.clientSecret, '203.0.113.8')).status).toBe(200)
    expect((await routes.token(other.clientId, other.clientSecret)).status).toBe(200)
  })

  test('may be that of a damaged key: then it is an outage', async () => {
    const routes = await serverKeyRoutes()
    routes.ports.serverKeys = { ...routes.ports.serverKeys, hasDamaged: async () => true }
    expect((await routes.token(`server.${guid(9)}`, 'x')).status).toBe(503)
  })
})

describe('POST /events', () => {
  const events = [
    { type: 1000, organizationId: acme },
    { type: 1000, organizationId: globex },
    { type: 1000, providerId: agency },
    { type: 1000, userId: alice },
    { type: 9000, organizationId: acme },
  ]
  const post = (routes: Routes, token: string) =>
    call(serverEvents(routes.ports), { method: 'POST', token, body: events })

  test('takes what is of the key’s organizations, and drops the rest by index', async () => {
    const routes = await serverKeyRoutes()
    const reason = 'organization-not-allowed'
    const dropped = [...[1, 2, 3].map((index) => ({ index, reason })), { index: 4, reason: 'type-reserved' }]
    const response = await post(routes, await routes.tokenFor([acme]))
    expect(response.json).toEqual({ accepted: 1, dropped })
    expect(eventsIn(routes.ports.queue.messages)).toMatchObject([{ organizationId: acme }])
  })

  test.each(['a key for all', 'a vault’s token'])('takes all with %s', async (what) => {
    const routes = await serverKeyRoutes()
    const response = await post(routes, what === 'a key for all' ? await routes.tokenFor(null) : 'server')
    expect(response.json).toEqual({ accepted: 4, dropped: [{ index: 4, reason: 'type-reserved' }] })
  })
})

describe('/directory', () => {
  const item = guid(7, 'd')
  const body = { name: 'Renamed' }
  const member = { id: guid(50, '7'), status: 2, type: 0 }
  const calls = {
    'replaces an organization': (id: string) => ({ method: 'PUT', params: { id }, body }),
    'adds members': (id: string) => ({ method: 'PUT', params: { id }, body: [member] }),
    'removes a member': (id: string) => ({ method: 'DELETE', params: { id, memberId: member.id } }),
    'adds items': (id: string) => ({ method: 'PUT', params: { id }, body: [{ id: item }] }),
    'removes an item': (id: string) => ({ method: 'DELETE', params: { id, itemId: item } }),
  } as const
  const handlers = {
    'replaces an organization': writes.putOrganization,
    'adds members': writes.putMembers,
    'removes a member': writes.deleteMember,
    'adds items': writes.putItems,
    'removes an item': writes.deleteItem,
  } as const
  const names = [
    'replaces an organization',
    'adds members',
    'removes a member',
    'adds items',
    'removes an item',
  ] as const

  test.each(names)('%s with a key of it, or of all, and is a 404 with a key of another', async (name) => {
    const { ports, tokenFor } = await serverKeyRoutes()
    const before = await ports.directory.organization(acme)
    const write = async (token: string) => (await call(handlers[name](ports), { ...calls[name](acme), token })).status
    expect(await write(await tokenFor([globex]))).toBe(404)
    expect(await ports.directory.organization(acme)).toEqual(before)
    expect(await ports.directory.items([item])).toEqual([])
    expect(await write(await tokenFor([globex, acme]))).toBe(204)
    expect(await write(await tokenFor(null))).toBe(204)
    expect(await write('server')).toBe(204)
  })

  test('replaces a provider with a key of all alone', async () => {
    const { ports, tokenFor } = await serverKeyRoutes()
    const put = async (token: string, id: string) =>
      (await call(writes.putProvider(ports), { method: 'PUT', params: { id }, body, token })).status
    expect(await put(await tokenFor([acme]), agency)).toBe(404)
    // An organization's id gives no right to a provider of the same id.
    expect(await put(await tokenFor([acme]), acme)).toBe(404)
    expect(await put(await tokenFor(null), agency)).toBe(204)
  })

  test('gives no item of another organization to the key’s own', async () => {
    const { ports, tokenFor } = await serverKeyRoutes()
    await ports.directory.putItems(globex, [{ id: item, collections: [] }])
    const token = await tokenFor([acme])
    const take = async (handler: typeof writes.putItems, taking: unknown) =>
      (await call(handler(ports), { method: 'PUT', params: { id: acme }, body: taking, token })).status
    expect(await take(writes.putItems, [{ id: item }])).toBe(404)
    expect(await take(writes.putOrganization, { name: 'Acme', items: [{ id: item }] })).toBe(404)
    expect((await ports.directory.items([item]))[0]?.organizationId).toBe(globex)
    expect(await take(writes.putItems, [{ id: guid(8, 'd') }])).toBe(204)
  })
})
