import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { openapiText } from '../support/openapi/document.ts'
import { eventually, type RequestOptions, type RunningApp, startApp } from '../support/servers/running-app.ts'

const provider = guid(1, '7')
const collection = guid(1, '5')
const [carol, dave, erin, pat] = [guid(3, 'b'), guid(4, 'b'), guid(5, 'b'), guid(6, 'b')]
const member = (number: number, userId: string, type: number, more: object = {}) => ({
  id: guid(number, '6'),
  userId,
  status: 2,
  type,
  name: `Member ${number}`,
  email: `m${number}@acme.test`,
  ...more,
})
const organization = {
  name: 'Acme',
  enabled: true,
  useEvents: true,
  usePhishingBlocker: false,
  providerId: provider,
  members: [
    member(1, alice, 0),
    member(2, bob, 2, { groups: [guid(1, '8')] }),
    member(3, carol, 4, { permissions: { accessEventLogs: true } }),
    member(4, dave, 2),
  ],
  groups: [{ id: guid(1, '8'), name: 'Engineers', collections: [{ id: collection }] }],
  collections: [{ id: collection, name: 'Servers' }],
  policies: [],
}
const items = Array.from({ length: 30 }, (_, index) => ({ id: guid(index, 'd'), collections: [collection] }))

const List = v.object({
  object: v.literal('list'),
  data: v.array(v.looseObject({ object: v.literal('event'), id: v.string(), type: v.number(), date: v.string() })),
  continuationToken: v.nullable(v.pipe(v.string(), v.regex(/^[\w-]+$/))),
})
type Listed = v.InferOutput<typeof List>['data'][number]

let app: RunningApp
const tokens: Record<string, string> = {}

/** Every event of a list, and how many each page held. */
async function listAll(path: string, token = tokens.alice ?? ''): Promise<{ events: Listed[]; pages: number[] }> {
  const events: Listed[] = []
  const pages: number[] = []
  let query = path
  for (;;) {
    const response = await app.send(`GET ${query}`, { token })
    expect(response.status, response.text).toBe(200)
    const { data, continuationToken } = v.parse(List, response.json)
    events.push(...data)
    pages.push(data.length)
    if (continuationToken === null) return { events, pages }
    query = `${path}${path.includes('?') ? '&' : '?'}continuationToken=${continuationToken}`
  }
}

const listed = (path: string, count: number, token?: string) =>
  eventually(`${count} events at ${path}`, async () => {
    const { events } = await listAll(path, token)
    return events.length >= count && events
  })

beforeAll(async () => {
  app = await startApp({ SECRET_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` })
  const { sign } = app.issuer
  Object.assign(tokens, {
    alice: await sign(userClaims(alice, { orgowner: acme })),
    bob: await sign(userClaims(bob, { orguser: acme, devicetype: 'LinuxCLI' })),
    carol: await sign(userClaims(carol, { orgcustom: [acme, globex], accesseventlogs: acme })),
    dave: await sign(userClaims(dave, { orguser: [acme] })),
    erin: await sign(userClaims(erin, { orgowner: globex })),
    pat: await sign(userClaims(pat, { providerprovideradmin: provider })),
    serviceUser: await sign(userClaims(guid(7, 'b'), { providerserviceuser: [provider] })),
    acmeKey: await sign({ client_id: `organization.${acme}`, client_sub: acme, scope: ['api.organization'] }),
    globexKey: await sign({ client_id: `organization.${globex}`, client_sub: globex, scope: 'api.organization' }),
    server: await sign({ client_id: 'server', scope: ['api.events.write'] }),
    forged: await app.issuer.forge(userClaims(alice, { orgowner: acme })),
    expired: await sign(userClaims(alice, { orgowner: acme, exp: Math.floor(Date.now() / 1_000) - 301 })),
    otherIssuer: await sign(userClaims(alice, { orgowner: acme, iss: 'https://elsewhere.example' })),
  })
  const server = { token: tokens.server ?? '' }
  const put = async (path: string, body: unknown) =>
    expect((await app.send(`PUT ${path}`, { ...server, body })).status).toBe(204)
  await put(`/directory/organizations/${acme}`, organization)
  await put(`/directory/organizations/${acme}/items`, items)
  await put(`/directory/organizations/${globex}`, { name: 'Globex', members: [member(9, erin, 0)] })
  await put(`/directory/providers/${provider}`, {
    name: 'Provider',
    users: [
      { id: guid(1, '4'), userId: pat, type: 0, status: 2, name: 'Pat', email: 'pat@provider.test' },
      { id: guid(2, '4'), userId: guid(7, 'b'), type: 1, status: 2 },
    ],
  })
})
afterAll(() => app?.stop())

describe('from upload to list', () => {
  const startMs = Date.now() - 3_600_000
  const viewed = (index: number) => ({
    type: 1107,
    cipherId: guid(index % 30, 'd'),
    organizationId: acme,
    date: new Date(startMs + index * 1_000).toISOString(),
  })

  test('a member’s upload is listed newest first, over several pages, through every route', async () => {
    const batch = Array.from({ length: 60 }, (_, index) => viewed(index))
    for (const path of ['/collect', '/events/collect']) {
      const response = await app.send(`POST ${path}`, { token: tokens.bob ?? '', body: batch })
      expect(response).toMatchObject({ status: 200, json: { accepted: 60, dropped: [] } })
    }

    const path = `/organizations/${acme}/events?pageSize=25`
    await listed(path, 60)
    const { events, pages } = await listAll(path)
    expect(pages).toEqual([25, 25, 10])
    expect(events.map(({ date }) => date)).toEqual(batch.map(({ date }) => date).toReversed())
    expect(events[0]).toMatchObject({
      object: 'event',
      type: 1107,
      organizationId: acme,
      cipherId: guid(29, 'd'),
      actingUserId: bob,
      userId: null,
      deviceType: 25,
      ipAddress: '127.0.0.1',
    })

    for (const token of ['alice', 'carol', 'pat', 'serviceUser']) {
      expect((await listAll(path, tokens[token])).events).toEqual(events)
    }
    const ofItem = events.filter(({ cipherId }) => cipherId === guid(3, 'd'))
    expect(ofItem).toHaveLength(2)
    expect((await listAll(`/ciphers/${guid(3, 'd')}/events?pageSize=1`)).events).toEqual(ofItem)
    expect((await listAll(`/organizations/${acme}/users/${guid(2, '6')}/events?pageSize=30`)).events).toEqual(events)
    expect((await listAll(`/organizations/${acme}/users/${guid(4, '6')}/events`)).events).toEqual([])
    const first = await app.send(`GET /organizations/${acme}/events`, { token: tokens.alice ?? '' })
    expect(v.parse(List, first.json).data).toHaveLength(50)
  })

  test('an organization’s key sees the same through the public API, with all its filters', async () => {
    const { events } = await listAll('/public/events?pageSize=40', tokens.acmeKey)
    expect(events).toHaveLength(60)
    expect(events[0]).toEqual({
      object: 'event',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 1107,
      itemId: guid(29, 'd'),
      actingUserId: bob,
      date: new Date(startMs + 59_000).toISOString(),
      device: 25,
      ipAddress: '127.0.0.1',
      collectionId: null,
      groupId: null,
      policyId: null,
      memberId: null,
      installationId: null,
      secretId: null,
      projectId: null,
      serviceAccountId: null,
      actingUserName: 'Member 2',
      actingUserEmail: 'm2@acme.test',
    })
    const counts = async (query: string) => (await listAll(`/public/events?${query}`, tokens.acmeKey)).events.length
    expect(await counts(`itemId=${guid(3, 'd')}`)).toBe(2)
    expect(await counts(`actingUserId=${bob}`)).toBe(60)
    expect(await counts(`actingUserId=${bob}&itemId=${guid(3, 'd')}`)).toBe(2)
    expect(await counts(`actingUserId=${alice}`)).toBe(0)
    expect(await counts(`start=${encodeURIComponent(viewed(10).date)}&end=${viewed(19).date}`)).toBe(10)
    expect((await listAll('/public/events/', tokens.acmeKey)).events).toHaveLength(60)
  })

  test('what a server writes is found by every id it names', async () => {
    const named = { GroupId: guid(1, '8'), CollectionId: collection, PolicyId: guid(2, '8'), SecretId: guid(3, '8') }
    const more = { ProjectId: guid(4, '8'), OrganizationUserId: guid(2, '6') }
    const body = Object.entries({ ...named, ...more }).map(([name, id], index) => ({
      type: 1600 + index,
      organizationId: acme,
      actingUserId: alice,
      [name]: id,
      date: new Date(startMs + index).toISOString(),
    }))
    const response = await app.send('POST /events', { token: tokens.server ?? '', body: [...body, { Type: 'x' }] })
    expect(response).toMatchObject({ json: { accepted: 6, dropped: [{ index: 6, reason: 'malformed' }] } })
    await listed(`/public/events?actingUserId=${alice}`, 6, tokens.acmeKey)

    const parameters = ['groupId', 'collectionId', 'policyId', 'secretId', 'projectId', 'memberId']
    for (const [index, id] of Object.values({ ...named, ...more }).entries()) {
      for (const query of [`${parameters[index]}=${id}`, `itemId=${id}`]) {
        const { events } = await listAll(`/public/events?${query}`, tokens.acmeKey)
        expect(events.map(({ type }) => type)).toEqual([1600 + index])
      }
    }
  })

  test('a vault export is in the log of the user, the organization and the provider', async () => {
    const body = [{ type: 1007, cipherId: null, organizationId: null, date: new Date(startMs).toISOString() }]
    await app.send('POST /collect', { token: tokens.bob ?? '', body })
    await app.send('POST /collect', { token: tokens.pat ?? '', body })
    expect(await listed('/events', 1, tokens.bob)).toMatchObject([{ type: 1007, userId: bob, organizationId: null }])
    const ofProvider = await listed(`/providers/${provider}/events`, 1, tokens.pat)
    expect(ofProvider).toMatchObject([{ type: 1007, userId: pat, providerId: provider, organizationId: null }])
    const { events } = await listAll(`/organizations/${acme}/events?actingUserId=${bob}&pageSize=1000`)
    expect(events.filter(({ type }) => type === 1007)).toMatchObject([{ userId: bob, organizationId: acme }])
  })

  test('an item that is deleted still takes what was done with it; an unknown one does not', async () => {
    const server = { token: tokens.server ?? '' }
    const path = `/directory/organizations/${acme}/items/${guid(29, 'd')}`
    expect((await app.send(`DELETE ${path}`, server)).status).toBe(204)
    const body = [viewed(29), { ...viewed(1), cipherId: guid(999, 'd') }]
    const response = await app.send('POST /collect', { token: tokens.bob ?? '', body })
    expect(response.json).toEqual({ accepted: 1, dropped: [{ index: 1, reason: 'item-unreachable' }] })
  })
})

describe('messages of the reference’s servers, straight on the queue', () => {
  const send = async (text: string) => app.queue('event').sendMessage(text)
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
  const poisoned = (text: string) =>
    eventually(`${text.slice(0, 100)} dead-lettered`, async () => {
      const queue = app.queue('event-poison')
      if (!(await queue.exists())) return undefined
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 1 })
      return receivedMessageItems.find(({ messageText }) => messageText === text)
    })

  test('are stored with dates to the last digit, an array as well as a single object, and read back so', async () => {
    const today = new Date().toISOString().slice(0, 10)
    const written = (second: number, id: number) => ({
      Type: 1500,
      UserId: null,
      OrganizationId: globex,
      OrganizationUserId: guid(9, '6'),
      ActingUserId: erin,
      Date: `${today}T00:00:0${second}.7566667Z`,
      DeviceType: 9,
      IpAddress: '203.0.113.9',
      SystemUser: null,
      IdempotencyId: guid(id, 'f'),
    })
    await send(encoded([written(1, 1), written(2, 2)]))
    await send(encoded(written(3, 3)))
    await send(encoded(written(3, 3)))
    const events = await listed(`/organizations/${globex}/events`, 3, tokens.erin)
    expect(events.map(({ id, date }) => [id, date])).toEqual([
      [guid(3, 'f'), `${today}T00:00:03.7566667Z`],
      [guid(2, 'f'), `${today}T00:00:02.7566667Z`],
      [guid(1, 'f'), `${today}T00:00:01.7566667Z`],
    ])
  })

  test('are understood with a byte-order mark', async () => {
    const message = { Type: 1501, OrganizationId: globex, ActingUserId: erin, IdempotencyId: guid(4, 'f') }
    await send(Buffer.from(`\ufeff${JSON.stringify(message)}`).toString('base64'))
    const events = await listed(`/organizations/${globex}/events?actingUserId=${erin}`, 4, tokens.erin)
    expect(events.map(({ id }) => id)).toContain(guid(4, 'f'))
  })

  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  test.each([
    ['nested 20,000 deep', Buffer.from(deep).toString('base64')],
    [
      'objects in one another, 8,000 deep',
      Buffer.from('{"a":'.repeat(8_000) + 1 + '}'.repeat(8_000)).toString('base64'),
    ],
    ['dated 20,000 deep', Buffer.from(`{"Type":1500,"OrganizationId":"${globex}","Date":${deep}}`).toString('base64')],
    ['no JSON', Buffer.from('hush-hush {').toString('base64')],
    ['JSON, but no events', encoded([1, 2])],
    ['no base64', '<hush-hush>'],
  ])('end in event-poison, text intact, when they are %s', async (_, text) => {
    await send(text)
    await poisoned(text)
    expect(app.log.join('\n')).not.toContain('hush-hush')
  })
})

test.each(['evaluation', 'notification'])(
  'a message of the queue %s that nests 20,000 deep is dropped at once',
  async (name) => {
    const deep = `{"organizationId":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const queue = app.queue(name)
    await queue.createIfNotExists()
    await queue.sendMessage(Buffer.from(deep).toString('base64'))
    await eventually('dropped', async () => (await queue.getProperties()).approximateMessagesCount === 0)
    expect(app.log.filter((line) => line.includes('RangeError'))).toEqual([])
  },
)

describe('refusals', () => {
  type Route = { request: string; allowed: string; refused: readonly string[]; body?: unknown; good?: number }
  const organizationReaders = { allowed: 'alice', refused: ['dave', 'erin'] }
  const routes: Route[] = [
    { request: 'POST /collect', allowed: 'dave', refused: [], body: [] },
    { request: 'POST /events/collect', allowed: 'dave', refused: [], body: [] },
    { request: 'GET /events', allowed: 'dave', refused: [] },
    { request: `GET /organizations/${acme}/events`, ...organizationReaders },
    { request: `GET /organizations/${acme}/users/${guid(2, '6')}/events`, ...organizationReaders },
    { request: `GET /ciphers/${guid(3, 'd')}/events`, ...organizationReaders },
    { request: `GET /organizations/${acme}/sends/${guid(1)}/events`, ...organizationReaders },
    { request: `GET /organization/${acme}/secrets/${guid(1)}/events`, ...organizationReaders },
    { request: `GET /organization/${acme}/projects/${guid(1)}/events`, ...organizationReaders },
    { request: `GET /organization/${acme}/service-account/${guid(1)}/events`, ...organizationReaders },
    { request: `GET /organizations/${acme}/events/feed`, ...organizationReaders },
    { request: 'GET /public/events/feed', allowed: 'acmeKey', refused: [] },
    {
      request: `GET /providers/${provider}/users/${guid(1, '4')}/events`,
      allowed: 'pat',
      refused: ['serviceUser', 'alice', 'erin'],
    },
    { request: `GET /providers/${provider}/events`, allowed: 'pat', refused: ['serviceUser', 'alice', 'erin'] },
    { request: 'GET /public/events', allowed: 'acmeKey', refused: [] },
    { request: 'POST /events', allowed: 'server', refused: [], body: [] },
    {
      request: `PUT /directory/organizations/${guid(3, 'a')}`,
      allowed: 'server',
      refused: [],
      body: { name: 'x' },
      good: 204,
    },
    {
      request: `PUT /directory/organizations/${guid(3, 'a')}/items`,
      allowed: 'server',
      refused: [],
      body: [],
      good: 204,
    },
    {
      request: `DELETE /directory/organizations/${guid(3, 'a')}/items/${guid(1, 'd')}`,
      allowed: 'server',
      refused: [],
      good: 204,
    },
    {
      request: `PUT /directory/providers/${guid(3, 'a')}`,
      allowed: 'server',
      refused: [],
      body: { name: 'x' },
      good: 204,
    },
  ]
  /** Tokens of the scopes that a route does not take. */
  const otherScopes = (allowed: string) =>
    ['dave', 'globexKey', 'server'].filter((token) => {
      const scope = (name: string) => (name.endsWith('Key') ? 'key' : name === 'server' ? 'server' : 'user')
      return scope(token) !== scope(allowed)
    })

  test.each(routes)('$request', async ({ request, allowed, refused, body, good = 200 }) => {
    const ask = (token?: string, headers?: Record<string, string>) => {
      const options: RequestOptions = { ...(body !== undefined && { body }), ...(headers && { headers }) }
      return app.send(request, token === undefined ? options : { ...options, token: tokens[token] ?? '' })
    }
    expect((await ask(allowed)).status).toBe(good)

    const denied = [
      ask(),
      ask(undefined, { authorization: 'Basic YTpi' }),
      ask(undefined, { authorization: 'Bearer x.y.z' }),
    ]
    const bad = ['forged', 'expired', 'otherIssuer', ...otherScopes(allowed)].map((token) => ask(token))
    for (const response of await Promise.all([...denied, ...bad])) {
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="keytrail"/)
      expect(response.json).toMatchObject({ object: 'error', errors: null })
    }
    for (const token of refused) expect((await ask(token)).status, token).toBe(404)
  })

  test('one organization’s key never sees another’s log', async () => {
    const { events } = await listAll('/public/events', tokens.globexKey)
    expect(events.length).toBeGreaterThan(0)
    expect(events.map(({ actingUserId }) => actingUserId)).not.toContain(bob)
    const { json } = await app.send('GET /public/events?pageSize=5', { token: tokens.acmeKey ?? '' })
    const { continuationToken } = v.parse(List, json)
    const stolen = await app.send(`GET /public/events?continuationToken=${continuationToken}`, {
      token: tokens.globexKey ?? '',
    })
    expect(stolen).toMatchObject({ status: 400, json: { errors: { continuationToken: [expect.any(String)] } } })
  })

  test.each([
    ['start=yesterday', 'start'],
    ['end=2026-02-30', 'end'],
    ['start=2025-01-01&end=2026-06-01', 'end'],
    ['pageSize=0', 'pageSize'],
    ['pageSize=1001', 'pageSize'],
    ['actingUserId=me', 'actingUserId'],
    ['continuationToken=abc', 'continuationToken'],
  ])('a list with %s is a 400 that names the parameter', async (query, parameter) => {
    for (const [path, token] of [
      [`/organizations/${acme}/events`, 'alice'],
      ['/public/events', 'acmeKey'],
    ] as const) {
      const response = await app.send(`GET ${path}?${query}`, { token: tokens[token] ?? '' })
      expect(response).toMatchObject({
        status: 400,
        json: { object: 'error', errors: { [parameter]: [expect.any(String)] } },
      })
    }
  })

  test('a token of another query, range or filter is a 400; the same query’s works alone and with its range repeated', async () => {
    const token = tokens.acmeKey ?? ''
    const range = 'start=2026-01-01T00:00:00Z&end=2026-12-31T00:00:00Z'
    const first = await app.send(`GET /public/events?pageSize=5&${range}`, { token })
    const { continuationToken } = v.parse(List, first.json)
    const next = async (query: string) =>
      (await app.send(`GET /public/events?continuationToken=${continuationToken}&${query}`, { token })).status
    expect(await next('')).toBe(200)
    expect(await next(range)).toBe(200)
    expect(await next('start=2026-02-01')).toBe(400)
    expect(await next(`actingUserId=${bob}`)).toBe(400)
    expect(await next(`itemId=${guid(3, 'd')}`)).toBe(400)
  })

  test.each([
    'GET /organizations/not-a-guid/events',
    `GET /organizations/${acme}/users/7/events`,
    'GET /ciphers/1/events',
    'GET /providers/x/events',
    `GET /ciphers/${guid(998, 'd')}/events`,
    `GET /organizations/${acme}/users/${guid(99, '6')}/events`,
    `GET /organizations/${guid(99, 'a')}/events`,
    `GET /providers/${guid(99, '7')}/events`,
    'DELETE /collect',
    'GET /no/such/route',
  ])('%s is a 404', async (request) => {
    expect((await app.send(request, { token: tokens.alice ?? '' })).status).toBe(404)
  })

  test.each([
    [`PUT /directory/organizations/${acme}`, { members: [] }, 'name'],
    [`PUT /directory/organizations/${acme}`, { name: 'x', members: [{ id: 'x', status: 2, type: 2 }] }, 'members.0.id'],
    [
      `PUT /directory/organizations/${acme}/items`,
      Array.from({ length: 1_001 }, (_, index) => ({ id: guid(index) })),
      'body',
    ],
    [`PUT /directory/providers/${provider}`, '{', 'body'],
    ['POST /events', '{', 'body'],
    ['POST /events', '"text"', 'body'],
  ])('%s with a bad body is a 400 that names what is wrong', async (request, body, member) => {
    const response = await app.send(request, { token: tokens.server ?? '', body })
    expect(response).toMatchObject({
      status: 400,
      json: { object: 'error', errors: { [member]: [expect.any(String)] } },
    })
  })
})

describe('status', () => {
  test('/alive, /version and /health need no token', async () => {
    expect(await app.send('GET /alive')).toMatchObject({ status: 200, json: { status: 'alive' } })
    expect(await app.send('GET /version')).toMatchObject({ status: 200, json: { version: expect.any(String) } })
    const parts = ['queue', 'table', 'directory', 'evaluation', 'alerts', 'rules']
    const checks = Object.fromEntries(parts.map((part) => [part, 'ok']))
    await app.queue('event-poison').createIfNotExists()
    await app.queue('event-poison').sendMessage('x')
    const deadLetters = (await app.queue('event-poison').getProperties()).approximateMessagesCount
    expect(deadLetters).toBeGreaterThan(0)
    expect(await app.send('GET /health')).toMatchObject({
      status: 503,
      json: { status: 'unhealthy', checks, deadLetters },
    })
    await app.queue('event-poison').clearMessages()
    expect(await app.send('GET /health')).toMatchObject({
      status: 200,
      json: { status: 'healthy', checks, deadLetters: 0, damagedRows: { count: 0, rows: [] } },
    })
  })

  test.each(['/', '/alive', '/version', '/health', '/openapi.yaml', '/app', '/app/config.json', '/app/assets/none.js'])(
    'HEAD %s responds as GET does, without a body',
    async (path) => {
      const ask = async (method: string) => {
        const response = await fetch(app.url + path, { method })
        const headers = [...response.headers].filter(
          ([name]) => !/^(date|content-length|transfer-encoding|connection|keep-alive)$/.test(name),
        )
        return { status: response.status, headers, bytes: (await response.arrayBuffer()).byteLength }
      }
      const [get, head] = [await ask('GET'), await ask('HEAD')]
      expect(get.bytes).toBeGreaterThan(0)
      expect(head).toEqual({ ...get, bytes: 0 })
    },
  )

  const otherForms = [
    (id: string) => id.replaceAll('-', ''),
    (id: string) => `{${id}}`,
    (id: string) => `(${id})`,
    (id: string) => ` ${id} `,
    (id: string) =>
      id
        .replace(/^(.{8})-(.{4})-(.{4})-(..)(..)-(.*)$/, '{0x$1,0x$2,0x$3,{0x$4,0x$5,$6}}')
        .replace(/(?<=,)\w{12}(?=})/, (rest) => (rest.match(/../g) ?? []).map((byte) => `0x${byte}`).join(',')),
  ]
  test.each([
    ['GET', (id: string) => `/organizations/${id}/events`, acme, 'alice'],
    ['GET', (id: string) => `/organizations/${acme}/users/${id}/events`, guid(2, '6'), 'alice'],
    ['GET', (id: string) => `/organizations/${id}/alert-rules`, acme, 'alice'],
    ['PUT', (id: string) => `/directory/organizations/${id}`, acme, 'server'],
  ] as const)(
    '%s %s is a 404 for the id in another form that the host takes for a GUID',
    async (method, path, id, who) => {
      const ask = (form: string) =>
        app.send(`${method} ${path(encodeURIComponent(form))}`, {
          token: tokens[who] ?? '',
          ...(method === 'PUT' && { body: organization }),
        })
      expect((await ask(id)).status).toBeLessThan(300)
      for (const form of otherForms) {
        const response = await ask(form(id))
        expect(response, form(id)).toMatchObject({
          status: 404,
          json: { object: 'error', message: 'Resource not found.', errors: null },
        })
      }
    },
  )

  test('/openapi.yaml is the document of this repository', async () => {
    const { status, headers, text } = await app.send('GET /openapi.yaml')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/yaml'])
    expect(text).toBe(openapiText)
  })

  test('a browser of a configured origin may ask', async () => {
    const headers = { origin: 'https://vault.example', 'access-control-request-method': 'POST' }
    for (const path of ['/collect', `/organizations/${acme}/events`]) {
      const response = await app.send(`OPTIONS ${path}`, { headers })
      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-origin')).toBe('https://vault.example')
    }
  })
})
