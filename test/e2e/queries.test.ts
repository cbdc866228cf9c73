// Lists by what an event names, filters together, names, and the feed: on the running app.
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const provider = guid(1, '7')
const [pat, gone] = [guid(6, 'b'), guid(8, 'b')]
const startMs = Date.now() - 3_600_000
const at = (second: number) => new Date(startMs + second * 1_000).toISOString()

const Page = v.looseObject({
  data: v.array(v.looseObject({ id: v.string(), type: v.number(), date: v.string() })),
  continuationToken: v.optional(v.nullable(v.string())),
  cursor: v.optional(v.string()),
  more: v.optional(v.boolean()),
})
type Event = v.InferOutput<typeof Page>['data'][number]

let app: RunningApp
const tokens: Record<string, string> = {}

const member = (number: number, userId: string, name: string, more: object = {}) => ({
  id: guid(number, '6'),
  userId,
  status: 2,
  type: 0,
  name,
  email: `${name.toLowerCase()}@acme.test`,
  ...more,
})
const organization = {
  name: 'Acme',
  providerId: provider,
  members: [member(1, alice, 'Alice'), member(2, bob, 'Bob'), member(3, gone, 'Gone')],
  groups: [{ id: guid(1, '8'), name: 'Engineers' }],
  collections: [{ id: guid(2, '8'), name: 'Servers' }],
  policies: [{ id: guid(3, '8'), name: 'Two-step login', type: 0 }],
}

async function page(path: string, token = tokens.alice ?? '') {
  const response = await app.send(`GET ${path}`, { token })
  expect(response.status, response.text).toBe(200)
  return v.parse(Page, response.json)
}

/** The types of every event of a list, by pages of this size. */
async function typesOf(path: string, token = tokens.alice ?? '', pageSize = 2): Promise<number[]> {
  const types: number[] = []
  let query = `${path}${path.includes('?') ? '&' : '?'}pageSize=${pageSize}`
  const first = query
  for (;;) {
    const { data, continuationToken } = await page(query, token)
    types.push(...data.map(({ type }) => type))
    if (continuationToken === null) return types
    expect(data.length).toBeGreaterThan(0)
    query = `${first}&continuationToken=${continuationToken}`
  }
}

const write = async (events: readonly object[]) => {
  const response = await app.send('POST /events', { token: tokens.server ?? '', body: events })
  expect(response).toMatchObject({ status: 200, json: { accepted: events.length, dropped: [] } })
}
const listed = (count: number, path = `/organizations/${acme}/events?pageSize=1000`, token?: string) =>
  eventually(`${count} events at ${path}`, async () => (await page(path, token)).data.length >= count)

beforeAll(async () => {
  app = await startApp()
  const { sign } = app.issuer
  Object.assign(tokens, {
    alice: await sign(userClaims(alice, { orgowner: acme })),
    pat: await sign(userClaims(pat, { providerprovideradmin: provider })),
    key: await sign({ client_id: `organization.${acme}`, client_sub: acme, scope: 'api.organization' }),
    otherKey: await sign({ client_id: `organization.${globex}`, client_sub: globex, scope: 'api.organization' }),
    server: await sign({ client_id: 'server', scope: 'api.events.write' }),
  })
  const put = (path: string, body: unknown) => app.send(`PUT ${path}`, { token: tokens.server ?? '', body })
  const users = [{ id: guid(1, '4'), userId: pat, type: 0, status: 2, name: 'Pat', email: 'pat@provider.test' }]
  await put(`/directory/providers/${provider}`, { name: 'Provider', users })
  await put(`/directory/organizations/${acme}`, organization)
})
afterAll(() => app?.stop())

describe('lists by what an event names', () => {
  const [send, secret, project, account] = [guid(1, '9'), guid(2, '9'), guid(3, '9'), guid(4, '9')]

  test('sends, secrets, projects and machine accounts each have theirs, every event once, newest first', async () => {
    const named = [
      { type: 2500, sendId: send },
      { type: 2100, secretId: secret, projectId: project, serviceAccountId: account },
      { type: 2101, secretId: secret },
      { type: 2200, projectId: project },
      { type: 2300, serviceAccountId: account },
      { type: 2301, grantedServiceAccountId: account },
      { type: 2302, serviceAccountId: account, grantedServiceAccountId: account },
      { type: 2303, grantedServiceAccountId: account },
    ]
    await write(named.map((each, second) => ({ ...each, organizationId: acme, date: at(second) })))
    await listed(8)
    expect(await typesOf(`/organizations/${acme}/sends/${send}/events`)).toEqual([2500])
    expect(await typesOf(`/organization/${acme}/secrets/${secret}/events`)).toEqual([2101, 2100])
    expect(await typesOf(`/organization/${acme}/projects/${project}/events`)).toEqual([2200, 2100])
    const ofAccount = `/organization/${acme}/service-account/${account}/events`
    for (const pageSize of [1, 2, 50]) {
      expect(await typesOf(ofAccount, tokens.alice, pageSize)).toEqual([2303, 2302, 2301, 2300, 2100])
    }
  })

  test('a provider’s user has what the user did in the provider’s log', async () => {
    await write([
      { type: 1800, providerId: provider, actingUserId: pat, date: at(20) },
      { type: 1801, providerId: provider, actingUserId: alice, date: at(21) },
    ])
    await listed(2, `/providers/${provider}/events`, tokens.pat)
    expect(await typesOf(`/providers/${provider}/users/${guid(1, '4')}/events`, tokens.pat)).toEqual([1800])
    const unknown = await app.send(`GET /providers/${provider}/users/${guid(9, '4')}/events`, {
      token: tokens.pat ?? '',
    })
    expect(unknown.status).toBe(404)
  })
})

describe('filters', () => {
  test('by type, person, address and device are met together, on both lists', async () => {
    const events = Array.from({ length: 24 }, (_, index) => ({
      type: 1600 + (index % 3),
      organizationId: acme,
      actingUserId: index % 2 ? alice : bob,
      ipAddress: `203.0.113.${index % 4}`,
      deviceType: index % 2 ? 9 : 25,
      date: at(100 + index),
    }))
    await write(events)
    await listed(32)
    const wanted = (keep: (event: (typeof events)[number]) => boolean) =>
      events
        .filter(keep)
        .map(({ type }) => type)
        .toReversed()
    for (const [path, token] of [
      [`/organizations/${acme}/events`, tokens.alice],
      ['/public/events', tokens.key],
    ] as const) {
      expect(await typesOf(`${path}?type=1601`, token)).toEqual(wanted(({ type }) => type === 1601))
      const several = wanted(({ type }) => type !== 1600)
      expect(await typesOf(`${path}?type=1601,1602&ipAddress=203.0.113.2&device=25`, token)).toEqual(
        events
          .filter((each) => each.type !== 1600 && each.ipAddress.endsWith('2') && each.deviceType === 25)
          .map(({ type }) => type)
          .toReversed(),
      )
      expect(await typesOf(`${path}?type=1601&type=1602`, token)).toEqual(several)
      expect(await typesOf(`${path}?actingUserId=${bob}&type=1600&ipAddress=203.0.113.0`, token)).toEqual(
        wanted((each) => each.actingUserId === bob && each.type === 1600 && each.ipAddress.endsWith('0')),
      )
      expect(await typesOf(`${path}?ipAddress=198.51.100.1`, token)).toEqual([])
    }
  })

  test('by address take every spelling, networks and several, however the events spelled them', async () => {
    const spelled = [
      '203.0.113.166',
      '::ffff:203.0.113.166',
      '::FFFF:CB00:71A6',
      '203.0.113.166:50000',
      '2001:DB8::AB',
      '2001:db8:0:0::ab',
      '[2001:0db8::00ab]:443',
      'unknown, 10.0.0.1',
    ]
    const events = spelled.map((IpAddress, index) => ({
      type: 1700 + index,
      organizationId: acme,
      actingUserId: bob,
      IpAddress,
      date: at(300 + index),
    }))
    await write(events)
    await eventually('the events', async () => (await typesOf(`/organizations/${acme}/events?type=1700`)).length > 0)
    const [four, six] = [
      [1703, 1702, 1701, 1700],
      [1706, 1705, 1704],
    ]
    for (const [path, token] of [
      [`/organizations/${acme}/events`, tokens.alice],
      ['/public/events', tokens.key],
    ] as const) {
      for (const asked of ['203.0.113.166', '::ffff:203.0.113.166', '203.0.113.164/30', '::ffff:203.0.113.160/123']) {
        expect(await typesOf(`${path}?ipAddress=${asked}`, token)).toEqual(four)
      }
      for (const asked of ['2001:db8::ab', '2001:DB8:0::00AB', '2001:db8::/32']) {
        expect(await typesOf(`${path}?ipAddress=${asked}`, token)).toEqual(six)
      }
      expect(await typesOf(`${path}?ipAddress=2001:db8::ab,203.0.113.166`, token)).toEqual([...six, ...(four ?? [])])
      expect(await typesOf(`${path}?ipAddress=2001:db8::ab&ipAddress=10.9.0.0/16`, token)).toEqual(six)
      const { data } = await page(`${path}?type=1700,1702,1706,1707`, token)
      expect(data.map(({ ipAddress }) => ipAddress)).toEqual([
        'unknown, 10.0.0.1',
        '2001:db8::ab',
        '203.0.113.166',
        '203.0.113.166',
      ])
    }
  })

  test.each([
    ['ipAddress=unknown', 'ipAddress'],
    ['ipAddress=203.0.113', 'ipAddress'],
    ['ipAddress=203.0.113.7&ipAddress=10.0.0.1/8', 'ipAddress'],
    ['ipAddress=203.0.113.7,', 'ipAddress'],
    ['type=login', 'type'],
    ['type=1000,,1001', 'type'],
    ['device=web', 'device'],
    ['expand=all', 'expand'],
  ])('%s is a 400 that names the parameter', async (query, parameter) => {
    for (const [path, token] of [
      [`/organizations/${acme}/events`, tokens.alice],
      ['/public/events', tokens.key],
      [`/organizations/${acme}/events/export`, tokens.alice],
    ] as const) {
      const response = await app.send(`GET ${path}?${path.endsWith('export') ? 'format=csv&' : ''}${query}`, {
        token: token ?? '',
      })
      expect(response).toMatchObject({ status: 400, json: { errors: { [parameter]: [expect.any(String)] } } })
    }
  })
})

describe('names', () => {
  const find = async (path: string, type: number, token = tokens.alice ?? '') =>
    (await page(`${path}${path.includes('?') ? '&' : '?'}type=${type}`, token)).data[0]

  test('of people and things are added from the directory, and stay when those are gone', async () => {
    const ids = {
      organizationUserId: guid(2, '6'),
      groupId: guid(1, '8'),
      collectionId: guid(2, '8'),
      policyId: guid(3, '8'),
    }
    await write([
      { type: 1504, organizationId: acme, actingUserId: gone, ...ids, date: at(200) },
      { type: 1603, organizationId: acme, actingUserId: pat, date: at(201) },
    ])
    const path = `/organizations/${acme}/events`
    await eventually('the event of a provider’s user', async () => (await find(path, 1603)) !== undefined)
    const names = {
      actingUserName: 'Gone',
      actingUserEmail: 'gone@acme.test',
      memberName: 'Bob',
      groupName: 'Engineers',
      collectionName: 'Servers',
      policyName: 'Two-step login',
    }
    expect(await find(path, 1504)).toMatchObject(names)
    expect(await find(path, 1603)).toMatchObject({ actingUserName: 'Pat', actingUserEmail: 'pat@provider.test' })

    const replaced = {
      ...organization,
      members: organization.members.slice(0, 1),
      groups: [],
      collections: [],
      policies: [],
    }
    await app.send(`PUT /directory/organizations/${acme}`, { token: tokens.server ?? '', body: replaced })
    expect(await find(path, 1504)).toMatchObject(names)
    expect(await find('/public/events?expand=names', 1504, tokens.key)).toMatchObject(names)
    const { data: fed } = await page('/public/events/feed?expand=names', tokens.key)
    expect(fed.find(({ type }) => type === 1504)).toMatchObject(names)
    const byDefault = await find('/public/events', 1504, tokens.key)
    expect(byDefault).toMatchObject({ actingUserName: 'Gone', actingUserEmail: 'gone@acme.test' })
    expect(byDefault).not.toHaveProperty('memberName')
  })

  test('are omitted with expand=none', async () => {
    const event = await find(`/organizations/${acme}/events?expand=none`, 1504)
    expect(event).toMatchObject({ id: expect.any(String), actingUserId: gone })
    expect(Object.keys(event ?? {}).filter((member) => /Name$|Email$/.test(member))).toEqual([
      'domainName',
      'objectName',
    ])
  })
})

describe('the feed', () => {
  /** Follows a feed from a cursor until nothing more is there. */
  async function follow(
    path: string,
    cursor: string,
    token?: string,
    limit = 7,
  ): Promise<{ events: Event[]; cursor: string }> {
    const events: Event[] = []
    let place = cursor
    for (;;) {
      const { data, cursor: next, more } = await page(`${path}?limit=${limit}&cursor=${place}`, token)
      events.push(...data)
      if (next === undefined) throw new Error('a feed page without a cursor')
      place = next
      if (!more) return { events, cursor: place }
    }
  }

  test('gives everything in order of arrival, and goes on where it was', async () => {
    const count = (await page(`/organizations/${acme}/events?pageSize=1000`)).data.length
    for (const [path, token] of [
      [`/organizations/${acme}/events/feed`, tokens.alice],
      ['/public/events/feed', tokens.key],
    ] as const) {
      const { events, cursor } = await eventually('the feed has everything', async () => {
        const all = await follow(path, 'begin', token)
        return all.events.length === count && all
      })
      expect(new Set(events.map(({ id }) => id)).size).toBe(count)
      expect(await follow(path, cursor, token)).toEqual({ events: [], cursor })
      expect((await page(`${path}?cursor=end`, token)).data).toEqual([])
      expect((await follow(path, '2026-01-01', token)).events).toEqual(events)
      expect((await page(path, token)).data.length).toBeGreaterThan(7)
    }
  })

  test('shows nothing of another organization, and refuses its cursors', async () => {
    const { cursor } = await page('/public/events/feed', tokens.key)
    expect((await page('/public/events/feed', tokens.otherKey)).data).toEqual([])
    const stolen = await app.send(`GET /public/events/feed?cursor=${cursor}`, { token: tokens.otherKey ?? '' })
    expect(stolen).toMatchObject({ status: 400, json: { errors: { cursor: [expect.any(String)] } } })
  })

  test.each([
    ['cursor=yesterday', 'cursor'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['expand=all', 'expand'],
  ])('%s is a 400 that names the parameter', async (query, parameter) => {
    const response = await app.send(`GET /public/events/feed?${query}`, { token: tokens.key ?? '' })
    expect(response).toMatchObject({ status: 400, json: { errors: { [parameter]: [expect.any(String)] } } })
  })
})
