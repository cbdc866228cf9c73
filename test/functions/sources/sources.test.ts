// /organizations/{id}/sources: who may, what is stored, the audit events, and that secrets never come out.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { acme, globex, guid } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'
import { bodyOfSource, everyRoute, sourceCalls, sourcePorts } from '../../support/sources/routes.ts'

const Shown = v.object({ id: v.string() })
const own = { region: 'self-hosted', url: 'https://vault.acme.test' }

async function routes() {
  const ports = await sourcePorts()
  const calls = sourceCalls(ports)
  return {
    ports,
    ...calls,
    calls,
    made: async (more: object = {}) => v.parse(Shown, (await calls.create(bodyOfSource(more), 'alice')).json).id,
    types: () => calls.reported().map(({ type }) => type),
  }
}

describe('who', () => {
  test.each(strangers)('%s gets no route', async (_, token, status) => {
    const { calls, made } = await routes()
    const responses = await Promise.all(
      Object.values(everyRoute(calls, { stays: await made(), goes: await made() }, token)),
    )
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([status]))
  })

  test.each(['alice', 'bob'])('%s, an owner or admin, gets every one', async (token) => {
    const { calls, made } = await routes()
    const responses = await Promise.all(
      Object.values(everyRoute(calls, { stays: await made(), goes: await made() }, token)),
    )
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 201, 200, 200, 204])
  })

  test('an owner of another organization finds no source of this one there', async () => {
    const { calls, made } = await routes()
    const id = await made()
    expect((await calls.read(id, 'erin', globex)).status).toBe(404)
    expect((await calls.put(id, { name: 'Mine' }, 'erin', globex)).status).toBe(404)
    expect((await calls.remove(id, 'erin', globex)).status).toBe(404)
    expect((await calls.read(id, 'alice')).status).toBe(200)
  })
})

describe('a new source', () => {
  test('is shown as it will be listed, without its secret', async () => {
    const { create, list, read } = await routes()
    const created = await create(bodyOfSource(), 'alice')
    expect(created.status).toBe(201)
    expect(created.json).toEqual({
      object: 'source',
      id: expect.any(String),
      kind: 'bitwarden-api',
      name: 'Cloud',
      region: 'us',
      apiUrl: 'https://api.bitwarden.com',
      identityUrl: 'https://identity.bitwarden.com',
      clientId: `organization.${acme}`,
      paused: false,
      createdAt: expect.any(String),
      status: 'new',
      message: expect.any(String),
      lastPullAt: null,
      nextPullAt: expect.any(String),
      lagSeconds: null,
      eventsPulled: 0,
      requestsToday: 0,
      requestsYesterday: 0,
      history: { done: false, reachedBack: null, events: 0 },
      directory: null,
      lastError: null,
    })
    expect((await list('bob')).json).toEqual({ object: 'list', data: [created.json], continuationToken: null })
    expect((await read(v.parse(Shown, created.json).id, 'alice')).json).toEqual(created.json)
  })

  test('has its secret sealed where it is stored, and in no response or event', async () => {
    const { ports, create, list, reported } = await routes()
    const created = await create(bodyOfSource(), 'alice')
    const [stored] = await ports.sources.sourcesOf(acme)
    const seen = JSON.stringify([stored, created.text, created.log, (await list('alice')).text, reported()])
    expect(seen).not.toContain('the-secret-of-the-key')
    expect(created.text).not.toContain('ecret')
    const context = `${acme} ${stored?.id} source`
    expect(ports.box.open(stored?.secret ?? '', context)).toBe('the-secret-of-the-key')
  })

  test.each([
    ['https://vault.acme.test', 'https://vault.acme.test'],
    ['https://vault.acme.test/', 'https://vault.acme.test'],
    [' https://vault.acme.test/api/ ', 'https://vault.acme.test'],
    ['https://acme.test/vault/identity', 'https://acme.test/vault'],
    ['https://vault.acme.test:8443/#/login', 'https://vault.acme.test:8443'],
  ])('of a server at %s has its two addresses', async (url, base) => {
    const { create } = await routes()
    expect((await create(bodyOfSource({ region: 'self-hosted', url }), 'alice')).json).toMatchObject({
      apiUrl: `${base}/api`,
      identityUrl: `${base}/identity`,
    })
  })

  test.each([
    ['another organization’s key', { clientId: `organization.${globex}` }, 'clientId'],
    ['a person’s key', { clientId: `user.${acme}` }, 'clientId'],
    ['no secret', { clientSecret: ' ' }, 'clientSecret'],
    ['a secret with a line end', { clientSecret: 'one\ntwo' }, 'clientSecret'],
    ['no name', { name: '' }, 'name'],
    ['another region', { region: 'mars' }, 'region'],
    ['another kind', { kind: 'other' }, 'kind'],
    ['no address of a server', { region: 'self-hosted' }, 'url'],
    ['an address of a cloud', { url: 'https://vault.acme.test' }, 'url'],
    ['an address that is not secure', { region: 'self-hosted', url: 'http://vault.acme.test' }, 'url'],
    ['a misspelt property', { regoin: 'eu' }, 'regoin'],
  ])('is refused with %s', async (_, more, at) => {
    const { create, reported, ports } = await routes()
    const refused = await create(bodyOfSource(more), 'alice')
    expect(refused.status).toBe(400)
    expect(Object.keys(v.parse(v.object({ errors: v.record(v.string(), v.unknown()) }), refused.json).errors)).toEqual([
      at,
    ])
    expect(reported()).toEqual([])
    expect(await ports.sources.sourcesOf(acme)).toEqual([])
  })

  test('takes a key whose organization is written in capitals', async () => {
    const { create } = await routes()
    const clientId = `organization.${acme.toUpperCase()}`
    expect((await create(bodyOfSource({ clientId }), 'alice')).json).toMatchObject({ clientId: `organization.${acme}` })
  })

  test('is one of ten at most', async () => {
    const { made, create, types } = await routes()
    for (let count = 0; count < 10; count += 1) await made()
    expect((await create(bodyOfSource(), 'alice')).status).toBe(409)
    expect(types()).toHaveLength(10)
  })
})

test('a check of a server that was checked too often is refused with the time to wait', async () => {
  const ports = await sourcePorts()
  const checkApi: typeof ports.checkApi = { ...ports.checkApi, token: async () => ({ kind: 'busy', waitMs: 39_100 }) }
  const response = await sourceCalls({ ...ports, checkApi }).check(bodyOfSource(), 'alice')
  expect(response.status).toBe(429)
  expect(response.headers.get('Retry-After')).toBe('40')
  expect(response.json).toEqual({
    object: 'error',
    message: 'Too many checks of this server; try again in 40 s.',
    errors: null,
  })
})

describe('a change', () => {
  test.each([
    ['its name', { name: 'EU' }, [9041]],
    ['its name to what it is', { name: 'Cloud' }, []],
    ['nothing', {}, []],
    ['a pause', { paused: true }, [9044]],
    ['its key', { clientSecret: 'another' }, [9043]],
    ['its region, with the key', { region: 'eu', clientSecret: 'another' }, [9041, 9043]],
  ])('of %s has the audit events %j', async (_, change, expected) => {
    const { made, put, types } = await routes()
    const id = await made()
    expect((await put(id, change, 'bob')).status).toBe(200)
    expect(types()).toEqual([9040, ...expected])
  })

  test('names who made it and what it is about', async () => {
    const { made, put, reported } = await routes()
    const id = await made()
    await put(id, { name: 'EU' }, 'bob')
    expect(reported().at(-1)).toMatchObject({
      organizationId: acme,
      actingUserId: expect.any(String),
      objectId: id,
      objectName: 'EU',
    })
  })

  test('pauses and resumes', async () => {
    const { made, put, types } = await routes()
    const id = await made()
    expect((await put(id, { paused: true }, 'alice')).json).toMatchObject({ status: 'paused', nextPullAt: null })
    expect((await put(id, { paused: false }, 'alice')).json).toMatchObject({ status: 'new' })
    expect(types()).toEqual([9040, 9044, 9045])
  })

  test('leaves the secret where none is given, and seals a new one', async () => {
    const { ports, made, put } = await routes()
    const id = await made()
    const secret = async () => {
      const [stored] = await ports.sources.sourcesOf(acme)
      return ports.box.open(stored?.secret ?? '', `${acme} ${id} source`)
    }
    await put(id, { name: 'EU' }, 'alice')
    expect(await secret()).toBe('the-secret-of-the-key')
    const changed = await put(id, { clientSecret: 'another-secret' }, 'alice')
    expect(changed.text).not.toContain('another-secret')
    expect(await secret()).toBe('another-secret')
  })

  test.each([[own], [{ region: 'eu' }]])(
    'to %j needs the secret again: the stored one goes to no other server',
    async (to) => {
      const { made, put, types } = await routes()
      const id = await made()
      expect(await put(id, to, 'alice')).toMatchObject({
        status: 400,
        json: { errors: { clientSecret: [expect.any(String)] } },
      })
      expect((await put(id, { ...to, clientSecret: 'again' }, 'alice')).status).toBe(200)
      expect(types()).toEqual([9040, 9041, 9043])
    },
  )

  test('of the address alone stays within the region', async () => {
    const { made, put } = await routes()
    const id = await made(own)
    const moved = { url: 'https://new.acme.test', clientSecret: 'again' }
    expect((await put(id, moved, 'alice')).json).toMatchObject({ apiUrl: 'https://new.acme.test/api' })
    expect((await put(id, { url: 'https://new.acme.test/' }, 'alice')).status).toBe(200)
    expect((await put(id, { region: 'self-hosted' }, 'alice')).status).toBe(400)
    expect((await put(id, { url: null }, 'alice')).status).toBe(400)
    expect((await put(id, { url: 'http://new.acme.test', clientSecret: 'again' }, 'alice')).status).toBe(400)
  })

  test('leaves all else as it was stored', async () => {
    const { ports, made, put } = await routes()
    const id = await made(own)
    const [before] = await ports.sources.sourcesOf(acme)
    await put(id, { ...own, name: 'EU' }, 'alice')
    expect(await ports.sources.sourcesOf(acme)).toEqual([{ ...before, name: 'EU' }])
  })

  test('of a source that is not there is a 404', async () => {
    const { put, remove, read, types } = await routes()
    const id = guid(9, '5')
    expect((await put(id, { name: 'EU' }, 'alice')).status).toBe(404)
    expect((await remove(id, 'alice')).status).toBe(404)
    expect((await read(id, 'alice')).status).toBe(404)
    expect((await read('none', 'alice')).status).toBe(404)
    expect(types()).toEqual([])
  })
})

describe('a removal', () => {
  test('takes the source, and has its audit event', async () => {
    const { made, remove, list, types } = await routes()
    const id = await made()
    expect((await remove(id, 'alice')).status).toBe(204)
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect(types()).toEqual([9040, 9042])
  })
})
