// What published connectors count on, a test for each demand: broken, it stops one that runs somewhere.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAll, freePorts, startProcess } from '../local/start/started.ts'
import { ShownKey, signingKey } from '../support/api-keys.ts'
import { userClaims } from '../support/calls.ts'
import { alice, bob, guid } from '../support/events.ts'
import {
  type Ask,
  elastic,
  limaCharlie,
  microseconds,
  type PublicEvent,
  type SplunkCheckpoint,
  sentinel,
  shellScript,
  splunk,
  splunkTime,
  xsoar,
} from '../support/log/connectors.ts'
import { checkedFetch } from '../support/openapi/check.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

let app: RunningApp
let folder: string
let tokens = 0
let organizations = 0
/** The status of every response that a connector got. */
const statuses: number[] = []

beforeAll(async () => {
  app = await startApp({ TOKEN_ISSUER: 'https://keytrail.example', TOKEN_SIGNING_KEY: signingKey('ES256') })
  folder = await mkdtemp(join(tmpdir(), 'keytrail-connectors-'))
})
afterAll(async () => {
  await endAll()
  await app?.stop()
  await rm(folder, { recursive: true })
})

/** A token of its own for an organization, however often asked for. */
const bearerOf = (organization: string) => {
  tokens += 1
  const claims = { client_id: `organization.${organization}`, client_sub: organization, jti: `${tokens}` }
  return app.issuer.sign({ ...claims, scope: ['api.organization'] })
}

/** A new API key of an organization, as its owner makes one once a server has written it to the directory. */
async function keyOf(organization: string, url = app.url) {
  const server = await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })
  const members = [{ id: guid(1, '7'), userId: alice, status: 2, type: 0 }]
  await checkedFetch(`${url}/directory/organizations/${organization}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${server}` },
    body: JSON.stringify({ name: 'Acme', members }),
  })
  const headers = { authorization: `Bearer ${await app.issuer.sign(userClaims(alice, { orgowner: organization }))}` }
  const body = JSON.stringify({ name: 'SIEM' })
  const response = await checkedFetch(`${url}/organizations/${organization}/api-keys`, {
    method: 'POST',
    headers,
    body,
  })
  return v.parse(ShownKey, await response.json())
}
type Key = v.InferOutput<typeof ShownKey>

const Granted = v.object({ access_token: v.string(), expires_in: v.number(), token_type: v.literal('Bearer') })

/** Asks for a token as a connector does: a form, and its own headers. */
async function requestToken(path: string, form: Record<string, string>, headers: object = {}, url = app.url) {
  const response = await checkedFetch(url + path, {
    method: 'POST',
    headers: { ...headers },
    body: new URLSearchParams(form),
  })
  statuses.push(response.status)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return { text, ...v.parse(Granted, JSON.parse(text)) }
}

const formOf = ({ clientId, clientSecret }: Key) => ({
  grant_type: 'client_credentials',
  scope: 'api.organization',
  client_id: clientId,
  client_secret: clientSecret,
})

const get = async (path: string, token: string, url = app.url) => {
  const response = await checkedFetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  statuses.push(response.status)
  return response
}

/** A connector's way to the app, as this organization. */
const asking =
  (token: string, url?: string): Ask =>
  async (path) => {
    const response = await get(path, token, url)
    const text = await response.text()
    expect(response.status, `${path} ${text}`).toBe(200)
    const body: unknown = JSON.parse(text)
    return body
  }

const Ids = v.object({ data: v.array(v.looseObject({ id: v.string() })) })
const dayMs = 86_400_000

/** Reports an event at each of these dates, and waits until all are stored; their ids are guid(place, 'e'). */
async function report(organization: string, dates: readonly string[], { firstPlace = 0, url = app.url } = {}) {
  const body = dates.map((date, index) => ({
    Type: 1600,
    OrganizationId: organization,
    ActingUserId: alice,
    Date: date,
    IdempotencyId: guid(firstPlace + index, 'e'),
  }))
  const headers = {
    authorization: `Bearer ${await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })}`,
  }
  const response = await checkedFetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(await response.json()).toMatchObject({ accepted: dates.length, dropped: [] })

  const times = dates.map((date) => Date.parse(date))
  const dayAround = [Math.min(...times) - dayMs, Math.max(...times) + dayMs].map((ms) => new Date(ms).toISOString())
  const path = `/public/events?pageSize=1000&start=${dayAround[0]}&end=${dayAround[1]}`
  const ask = asking(await bearerOf(organization), url)
  await eventually('all events are stored', async () => {
    const stored = new Set(v.parse(Ids, await ask(path)).data.map(({ id }) => id))
    return body.every(({ IdempotencyId }) => stored.has(IdempotencyId))
  })
}

/** A new organization with an event at each of these dates. */
async function organizationWith(dates: readonly string[]) {
  organizations += 1
  const organization = guid(organizations, 'a')
  if (dates.length > 0) await report(organization, dates)
  return { organization, ask: asking(await bearerOf(organization)) }
}

/** Dates a second apart, oldest first; the last of them is at `end`. */
const secondsUpTo = (end: string, count: number) =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(end) - (count - 1 - index) * 1_000).toISOString())

const idsOf = (events: readonly PublicEvent[]) => events.map(({ id }) => id)
/** Ids of reported events, newest first. */
const newestFirst = (count: number, firstPlace = 0) =>
  Array.from({ length: count }, (_, index) => guid(firstPlace + count - 1 - index, 'e'))

const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()

describe('pages', () => {
  test('are of 50, newest first: a client that reads one page has the newest', async () => {
    const { ask } = await organizationWith(secondsUpTo(anHourAgo, 60))
    const { data } = v.parse(Ids, await ask('/public/events'))
    expect(data.map(({ id }) => id)).toEqual(newestFirst(60).slice(0, 50))
  })

  test('of the newest first let Elastic go on at its first event’s date', async () => {
    const { organization, ask } = await organizationWith(secondsUpTo('2024-02-29T10:00:00.5004567Z', 120))
    const first = await elastic(ask, '2024-02-29T00:00:00Z', '2024-02-29T12:00:00.120Z')
    expect(idsOf(first.events)).toEqual(newestFirst(120))

    await report(organization, secondsUpTo('2024-02-29T12:30:00.000Z', 70), { firstPlace: 120 })
    const second = await elastic(ask, first.cursor, '2024-02-29T13:00:00Z')
    // The event at the cursor comes again, as its millisecond does; Elastic knows it by its content.
    expect(idsOf(second.events)).toEqual([...newestFirst(70, 120), guid(119, 'e')])

    const third = await elastic(ask, second.cursor, '2024-02-29T14:00:00Z')
    expect(idsOf(third.events)).toEqual([guid(189, 'e')])
    expect(third.cursor).toBe(second.cursor)
  })

  test.each([0, 1, 49, 50, 51, 100, 101])('of a log of %i events end with a token that is null', async (count) => {
    const { ask } = await organizationWith(secondsUpTo(anHourAgo, count))
    expect(idsOf(await shellScript(ask))).toEqual(newestFirst(count))
    expect((await limaCharlie(ask, undefined, anHourAgo)).events).toHaveLength(count)
  })
})

describe('the continuation token', () => {
  test('goes into a URL as it is, with any query', async () => {
    const { ask } = await organizationWith(secondsUpTo(anHourAgo, 120))
    const start = new Date(Date.parse(anHourAgo) - dayMs).toISOString().slice(0, 10)
    for (const query of ['', `?actingUserId=${alice}`, `?start=${start}&actingUserId=${alice}`]) {
      expect(idsOf(await shellScript(ask, query)), query).toEqual(newestFirst(120))
    }
    const raw = v.parse(v.object({ continuationToken: v.string() }), await ask('/public/events')).continuationToken
    expect(raw).toMatch(/^[\w-]+$/)
  })

  test('works alone (LimaCharlie), with start and end repeated (Sentinel), and beside empty ones (XSOAR)', async () => {
    const { ask } = await organizationWith(secondsUpTo(anHourAgo, 120))
    const alone = await limaCharlie(ask, undefined, anHourAgo)
    expect(idsOf(alone.events)).toEqual(newestFirst(120))

    const startOfMinutes = new Date(Date.parse(anHourAgo) - 180_000).toISOString().replace(/:\d\d\.\d+Z$/, ':00Z')
    const polled = await sentinel(ask, startOfMinutes, 4)
    expect(new Set(idsOf(polled))).toEqual(new Set(newestFirst(120)))

    const aDayBefore = new Date(Date.parse(anHourAgo) - dayMs).toISOString().replace(/\.\d+Z$/, 'Z')
    const collected = await xsoar(ask, aDayBefore)
    expect(idsOf(collected.events)).toEqual(newestFirst(120))
    expect(collected.lastFetch).toBe(anHourAgo.replace(/\.\d+Z$/, 'Z'))
  })

  test('lets LimaCharlie page through the window from its last end to now', async () => {
    const { ask } = await organizationWith(secondsUpTo('2024-02-29T10:00:00.000Z', 120))
    const { events } = await limaCharlie(ask, '2024-02-29T09:58:30.000Z', '2024-02-29T10:00:00.000Z')
    expect(idsOf(events)).toEqual(newestFirst(91, 29))
  })

  test('outlives the bearer and the process: Splunk goes on with its own after a restart of everything', async () => {
    const ports = await freePorts()
    const url = `http://127.0.0.1:${ports.app}`
    const env = { AUTH_ISSUER: app.issuer.url, TOKEN_ISSUER: '', TOKEN_SIGNING_KEY: '' }
    const start = async () => {
      const started = startProcess(ports, join(folder, 'data'), [], env)
      await started.says('Ctrl-C ends it.')
      return started
    }
    const organization = guid(1, 'a')
    const lastEnd = { kind: 'done', end: microseconds('2024-02-29T00:00:00Z') } as const
    const end = microseconds('2024-02-29T12:00:00.123456Z')

    const before = await start()
    await report(organization, secondsUpTo('2024-02-29T10:00:00.123Z', 120), { url })
    const key = await keyOf(organization, url)
    // Splunk's app is configured with one URL, and requests below /api and /identity.
    const askAnew = async () =>
      asking((await requestToken('/identity/connect/token', formOf(key), {}, url)).access_token, `${url}/api`)
    const interrupted = await splunk(await askAnew(), lastEnd, end, 1)
    expect(idsOf(interrupted.events)).toEqual(newestFirst(120).slice(0, 50))
    expect(await before.end('SIGTERM')).toBe(0)

    const after = await start()
    const resumed = await splunk(await askAnew(), interrupted.checkpoint, end)
    expect(idsOf(resumed.events)).toEqual(newestFirst(120).slice(50))
    expect(resumed.checkpoint).toEqual({ kind: 'done', end })
    expect(await after.end('SIGTERM')).toBe(0)
  })
})

describe('a token for an API key', () => {
  let key: Key
  let organization: string
  beforeAll(async () => {
    organization = (await organizationWith(secondsUpTo(anHourAgo, 3))).organization
    key = await keyOf(organization)
  })

  const basicOf = ({ clientId, clientSecret }: Key) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
  })
  const device = { deviceType: '21', deviceIdentifier: 'keytrail', deviceName: 'script' }

  test.each([
    ['Splunk, below /identity', '/identity/connect/token', () => formOf(key), () => ({})],
    ['Sentinel', '/connect/token', () => formOf(key), () => ({ accept: 'application/json' })],
    [
      'Elastic, with HTTP Basic',
      '/connect/token',
      () => ({ grant_type: 'client_credentials', scope: 'api.organization' }),
      () => basicOf(key),
    ],
    ['a script, with fields of its own', '/connect/token', () => ({ ...formOf(key), ...device }), () => ({})],
  ])('is given as %s asks for it, and opens the log', async (_, path, form, headers) => {
    const { access_token, expires_in, text } = await requestToken(path, form(), headers())
    expect(expires_in).toBeGreaterThan(0)
    // Shell scripts cut it out at the first quotes.
    expect(text.split('"').slice(1, 4)).toEqual(['access_token', ':', access_token])
    // The log says that the key was made, too.
    const reported = idsOf(await shellScript(asking(access_token))).filter((id) =>
      newestFirst(3).some((each) => each === id),
    )
    expect(reported).toEqual(newestFirst(3))
  })
})

test('a window holds both its ends: Splunk, restarting 1 µs after the last, sees each event once', async () => {
  const dates = [
    '2024-02-29T10:00:00.000000Z',
    '2024-02-29T10:00:00.000001Z',
    '2024-02-29T10:00:00.999999Z',
    '2024-02-29T10:00:01.000000Z',
    '2024-02-29T10:00:01.000001Z',
    '2024-02-29T10:00:01.000002Z',
  ]
  const { ask } = await organizationWith(dates)
  const seen: string[] = []
  let checkpoint: SplunkCheckpoint = { kind: 'done', end: microseconds('2024-02-29T09:00:00Z') }
  for (const date of ['2024-02-29T10:00:00.000000Z', '2024-02-29T10:00:00.999999Z', ...dates.slice(3)]) {
    const run = await splunk(ask, checkpoint, microseconds(date))
    expect(run.events[0]?.date).toSatisfy((last: string) => splunkTime(last) === microseconds(date))
    seen.push(...idsOf(run.events).toReversed())
    checkpoint = run.checkpoint
  }
  expect(seen).toEqual(newestFirst(dates.length).toReversed())
})

describe('times', () => {
  const day = '2024-02-29'
  const dates = [
    `${day}T00:00:00Z`,
    `${day}T10:00:00Z`,
    `${day}T10:00:00.5Z`,
    `${day}T10:00:00.123Z`,
    `${day}T10:00:00.1234Z`,
    `${day}T10:00:00.12345Z`,
    `${day}T10:00:00.123456Z`,
    `${day}T10:00:00.7654321Z`,
  ]
  let ask: Ask
  beforeAll(async () => {
    ask = (await organizationWith(dates)).ask
  })

  // As the connector puts it in the URL: '+' is a blank there unless it is written %2B.
  test.each([
    ['Splunk', `${day}+00%3A00%3A00%2B00%3A00`, `${day}T00:00:00Z`],
    ['Splunk, with its microseconds', `${day}+10%3A00%3A00.123456%2B00%3A00`, `${day}T10:00:00.123456Z`],
    ['a script that writes the blank as %20', `${day}%2010:00:00%2B00:00`, `${day}T10:00:00Z`],
    ['a script that does not escape the plus', `${day}T10:00:00+00:00`, `${day}T10:00:00Z`],
    ['the same with a blank for the T', `${day}+10:00:00.123+00:00`, `${day}T10:00:00.123Z`],
    ['Elastic at a whole second', `${day}T10%3A00%3A00Z`, `${day}T10:00:00Z`],
    ['Elastic at a tenth', `${day}T10%3A00%3A00.5Z`, `${day}T10:00:00.5Z`],
    ['Sentinel', `${day}T10:00:00.000000Z`, `${day}T10:00:00Z`],
    ['3 digits', `${day}T10:00:00.123Z`, `${day}T10:00:00.123Z`],
    ['4 digits', `${day}T10:00:00.1234Z`, `${day}T10:00:00.1234Z`],
    ['5 digits', `${day}T10:00:00.12345Z`, `${day}T10:00:00.12345Z`],
    ['6 digits', `${day}T10:00:00.123456Z`, `${day}T10:00:00.123456Z`],
    ['7 digits', `${day}T10:00:00.7654321Z`, `${day}T10:00:00.7654321Z`],
    ['7 digits and an offset', `${day}T10:00:00.7654321%2B00:00`, `${day}T10:00:00.7654321Z`],
    ['no zone', `${day}T10:00:00`, `${day}T10:00:00Z`],
    ['no zone, and a blank for the T', `${day}+10:00:00.5`, `${day}T10:00:00.5Z`],
    ['LimaCharlie in Delhi', `${day}T15%3A30%3A00%2B05%3A30`, `${day}T10:00:00Z`],
    ['Delhi, its plus not escaped', `${day}T15:30:00+05:30`, `${day}T10:00:00Z`],
    ['a zone west of Greenwich', `${day}T03:00:00-07:00`, `${day}T10:00:00Z`],
    ['a date alone', day, `${day}T00:00:00Z`],
  ])('are read as %s writes them', async (_, text, date) => {
    const found = v.parse(Ids, await ask(`/public/events?start=${text}&end=${text}`))
    expect(found.data.map(({ id }) => id)).toEqual([guid(dates.indexOf(date), 'e')])
  })

  test('are written in RFC 3339, in UTC with Z, with a fraction, however they came', async () => {
    const written = [
      [`${day}T10:00:00Z`, `${day}T10:00:00.000Z`],
      [`${day} 10:00:01`, `${day}T10:00:01.000Z`],
      [`${day}T15:30:02+05:30`, `${day}T10:00:02.000Z`],
      [`${day}T10:00:03.1Z`, `${day}T10:00:03.100Z`],
      [`${day}T10:00:04.1234Z`, `${day}T10:00:04.1234Z`],
      [`${day}T10:00:05.1234567Z`, `${day}T10:00:05.1234567Z`],
    ] as const
    const { ask: askFor } = await organizationWith(written.map(([sent]) => sent))
    const { events } = await limaCharlie(askFor, `${day}T00:00:00Z`, `${day}T23:00:00Z`)
    expect(events.map(({ date }) => date)).toEqual(written.map(([, responded]) => responded).toReversed())
    for (const { date } of events) {
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,7}Z$/)
      expect(splunkTime(date)).toBe(microseconds(date))
    }
  })
})

describe('people and structure', () => {
  const group = guid(1, '8')
  const collection = guid(1, '5')
  let organization: string
  let token: string
  beforeAll(async () => {
    organization = (await organizationWith([])).organization
    token = await bearerOf(organization)
    const server = await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })
    const body = {
      name: 'Acme',
      members: [
        { id: guid(1, '7'), userId: alice, status: 2, type: 0, name: 'Alice', email: 'a@acme.test', groups: [group] },
        { id: guid(2, '7'), userId: bob, status: 2, type: 2, email: 'b@acme.test' },
      ],
      groups: [{ id: group, name: 'Engineers', collections: [{ id: collection }] }],
      collections: [{ id: collection, name: 'Servers', groups: [{ id: group }] }],
      policies: [{ id: guid(1, '9'), type: 3, enabled: true }],
    }
    expect((await app.send(`PUT /directory/organizations/${organization}`, { token: server, body })).status).toBe(204)
  })

  test('Splunk finds names for the ids in events', async () => {
    const Members = v.object({ data: v.array(v.object({ id: v.string(), userId: v.string(), email: v.string() })) })
    const Groups = v.object({ data: v.array(v.object({ id: v.string(), name: v.string() })) })
    const members = v.parse(Members, await asking(token)('/public/members')).data
    const groups = v.parse(Groups, await asking(token)('/public/groups')).data
    expect(members.find(({ userId }) => userId === bob)).toEqual({
      id: guid(2, '7'),
      userId: bob,
      email: 'b@acme.test',
    })
    expect(groups).toEqual([{ id: group, name: 'Engineers' }])
  })

  test.each(['members', 'groups', 'collections', 'policies'])(
    'Elastic and Sentinel read /public/%s in one page: it has no token',
    async (what) => {
      const page = await asking(token)(`/public/${what}`)
      expect(page).toMatchObject({
        object: 'list',
        data: [{ id: expect.any(String) }, ...(what === 'members' ? [{}] : [])],
      })
      expect(page).not.toHaveProperty('continuationToken')
    },
  )

  const paths = [
    'events',
    'members',
    `members/${guid(1, '7')}`,
    `members/${guid(1, '7')}/group-ids`,
    'groups',
    `groups/${group}`,
    `groups/${group}/member-ids`,
    'collections',
    `collections/${collection}`,
    'policies',
    `policies/${guid(1, '9')}`,
    'policies/3',
  ]
  test.each(paths)('GET /public/%s takes a slash at its end, and a path below /api', async (path) => {
    const plain = await asking(token)(`/public/${path}`)
    for (const other of [`/public/${path}/`, `/api/public/${path}`, `/api/public/${path}/`]) {
      expect(await asking(token)(other)).toEqual(plain)
    }
  })

  test('a member’s groups and a group’s members are bare arrays', async () => {
    expect(await asking(token)(`/public/members/${guid(1, '7')}/group-ids`)).toEqual([group])
    expect(await asking(token)(`/public/groups/${group}/member-ids`)).toEqual([guid(1, '7')])
  })
})

test('no connector is slowed down: not by the requests above, not by a burst of a hundred', async () => {
  const token = await bearerOf(guid(organizations, 'a'))
  const burst = await Promise.all(Array.from({ length: 100 }, () => get('/public/events', token)))
  expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([200]))
  expect(statuses).not.toContain(429)
})
