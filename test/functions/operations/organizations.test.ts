// POST /organizations, GET /operations/organizations and one of them: what operators get, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { organizationsPerPageMax } from '../../../src/application/operations/organization-health.ts'
import {
  listOrganizationHealth,
  postOrganization,
  readOrganizationHealth,
} from '../../../src/functions/operations/organizations.ts'
import { Damaged, Unavailable } from '../../../src/ports/errors.ts'
import { eventsIn } from '../../support/alerts/alerts.ts'
import { call } from '../../support/calls.ts'
import { organization } from '../../support/directory.ts'
import { acme, event, globex, guid } from '../../support/events.ts'
import { noOperators, olga, serverKeyRoutes } from '../../support/server-keys.ts'

async function setUp() {
  const { ports: given } = await serverKeyRoutes()
  const ports = { ...given, store: memoryEventStore() }
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ports,
    create: (body: unknown, token?: string) => call(postOrganization(ports), { method: 'POST', body, ...as(token) }),
    read: (of: string, token?: string) => call(readOrganizationHealth(ports), { params: { id: of }, ...as(token) }),
    list: (token?: string, path = '/') => call(listOrganizationHealth(ports), { path, ...as(token) }),
  }
}
const id = guid(77, 'a')

describe('an operator creates an organization', () => {
  test('of a given id, which has nobody in it, and its log says so', async () => {
    const { create, ports } = await setUp()
    expect(await create({ name: ' New ', id: id.toUpperCase() }, 'olga')).toMatchObject({
      status: 201,
      json: { object: 'organization', id, name: 'New' },
    })
    expect(await ports.directory.organization(id)).toMatchObject({ enabled: true, useEvents: true, members: [] })
    const author = { actingUserId: olga, actingUserName: 'Olga Olsen', actingUserEmail: 'olga@keytrail.test' }
    expect(eventsIn(ports.queue.messages)).toMatchObject([
      { type: 9_060, organizationId: id, objectId: id, objectName: 'New', ...author },
    ])
  })

  test('of a new id', async () => {
    const { create } = await setUp()
    const [one, other] = [await create({ name: 'New' }, 'olga'), await create({ name: 'New' }, 'olga')]
    expect([one.status, other.status]).toEqual([201, 201])
    expect(one.json).not.toEqual(other.json)
  })

  test('and never over one that exists, damaged or not', async () => {
    const { create, ports } = await setUp()
    const before = await ports.directory.organization(acme)
    expect((await create({ name: 'Mine', id: acme }, 'olga')).status).toBe(409)
    expect(await ports.directory.organization(acme)).toEqual(before)

    ports.directory = {
      ...ports.directory,
      organization: () => Promise.reject(new Damaged('directory', new Error('x'))),
    }
    expect((await create({ name: 'Mine', id: acme }, 'olga')).status).toBe(409)
    expect(ports.queue.messages).toEqual([])
  })

  test('not while its event cannot be queued', async () => {
    const { create, ports } = await setUp()
    const enqueue = () => Promise.reject(new Unavailable('event queue', new Error('x')))
    ports.queue = { ...ports.queue, enqueue }
    expect((await create({ name: 'New', id }, 'olga')).status).toBe(503)
    expect(await ports.directory.organization(id)).toBeUndefined()
  })

  test.each([{}, { name: ' ' }, { name: 'x'.repeat(101) }, { name: 'x', id: 'x' }, { name: 'x', members: [] }])(
    'not with %j',
    async (body) => {
      const { create } = await setUp()
      expect((await create(body, 'olga')).status).toBe(400)
    },
  )
})

describe('an operator sees all organizations', () => {
  test('by name, with confirmed members, the newest event and sources', async () => {
    const { list, ports } = await setUp()
    await ports.directory.putOrganization(globex, organization(globex, { name: 'abacus', enabled: false }))
    await ports.store.append([event({ organizationId: acme, date: '2026-11-21T10:00:00.000Z' })])
    await ports.store.append([event({ organizationId: acme })])
    const source = { id: guid(1), name: 'Cloud', kind: 'bitwarden-api', status: 'current', lagSeconds: 5 }
    const withSources = { ...ports, sourceHealthOf: async (of: string) => (of === acme ? [source] : []) }

    const none = { object: 'organizationHealth', id: globex, name: 'abacus', enabled: false, members: 0 }
    const expected = [
      { ...none, lastEventAt: null, sources: [] },
      {
        object: 'organizationHealth',
        id: acme,
        name: 'Acme',
        enabled: true,
        members: 5,
        lastEventAt: '2026-11-21T10:00:00.000Z',
        sources: [source],
      },
    ]
    const response = await call(listOrganizationHealth(withSources), { token: 'olga' })
    expect(response.json).toEqual({ object: 'list', data: expected, continuationToken: null })
    expect((await list('olga')).json).toMatchObject({ data: [{}, { sources: [] }] })
  })

  test('a page at a time, each once', async () => {
    const { list, ports } = await setUp()
    const ids = Array.from({ length: organizationsPerPageMax }, (_, index) => guid(index, 'e'))
    for (const each of ids) await ports.directory.putOrganization(each, organization(each, { name: 'Bee' }))
    const first = await list('olga')
    const { continuationToken: token, data } = Object(first.json)
    expect(data).toHaveLength(organizationsPerPageMax)
    const second = Object((await list('olga', `/?continuationToken=${token}`)).json)
    expect(second.continuationToken).toBeNull()
    const found = [...data, ...second.data].map((each: unknown) => Object(each).id)
    expect(found.toSorted()).toEqual([acme, globex, ...ids].toSorted())
  })

  test('also one whose entry is damaged, with its id alone', async () => {
    const { ports } = await setUp()
    const known = ports.directory
    const directory = {
      ...known,
      organization: (of: typeof acme) =>
        of === acme ? Promise.reject(new Damaged('directory', new Error('x'))) : known.organization(of),
    }
    const response = await call(listOrganizationHealth({ ...ports, directory }), { token: 'olga' })
    expect(response.json).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ id: acme, name: null, enabled: null, members: null }),
        expect.objectContaining({ id: globex, enabled: true }),
      ]),
    })
  })

  test('or one of them, if there is one of this id', async () => {
    const { read, list } = await setUp()
    const { data } = Object((await list('olga')).json)
    for (const each of data) expect((await read(Object(each).id, 'olga')).json).toEqual(each)
    expect((await read(id, 'olga')).status).toBe(404)
    expect((await read('none', 'olga')).status).toBe(404)
  })

  test.each(['x', 'WyJhIl0'])('not with the token %s', async (token) => {
    const { list } = await setUp()
    expect((await list('olga', `/?continuationToken=${token}`)).status).toBe(400)
  })

  test('not with a parameter that is not known', async () => {
    const { list } = await setUp()
    expect((await list('olga', '/?limit=1')).status).toBe(400)
  })
})

describe('anybody else', () => {
  test.each(noOperators)('creates and sees none: %s', async (_, token, status) => {
    const { create, list, read, ports } = await setUp()
    expect((await create({ name: 'New', id }, token)).status).toBe(status)
    expect(await ports.directory.organization(id)).toBeUndefined()
    expect((await list(token)).status).toBe(status)
    expect((await read(acme, token)).status).toBe(status)
  })
})
