// The export route: who may, what it responds with, and how several responses make up the whole.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memberType, OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { forBrowsers } from '../../../src/functions/http/cors.ts'
import { exportEvents, exportLimits } from '../../../src/functions/log/export-events.ts'
import { readOrganizationEvents } from '../../../src/functions/log/read-events.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member } from '../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../support/events.ts'

const nowMs = Date.UTC(2026, 10, 22, 12)
const events = Array.from({ length: 25 }, (_, index) =>
  event({ date: new Date(Date.UTC(2026, 10, 20, 10, 0, index)).toISOString(), actingUserId: index % 5 ? alice : bob }),
)

async function setUp(limits = {}, now = () => nowMs, name = '=Alice') {
  const [store, directory] = [memoryEventStore(), memoryDirectory()]
  await store.append(events)
  const members = [member(alice, { type: memberType.owner, name, email: 'alice@acme.test' })]
  await directory.putOrganization(acme, v.parse(OrganizationEntry, { name: 'Acme', members }))
  const verifier = tokensOf({ alice: userClaims(alice, { orgowner: acme }), bob: userClaims(bob, { orguser: acme }) })
  const ports = { store, directory, authenticate: authenticateWith(verifier), now }
  const handler = forBrowsers(['https://vault.example'], exportEvents(ports, { ...exportLimits, ...limits }))
  const get = (query: string, token = 'alice', headers = {}) =>
    call(handler, { path: `/export?${query}`, params: { id: acme }, token, headers })
  return { ports, get }
}

type Get = Awaited<ReturnType<typeof setUp>>['get']

/** The query of the next response; undefined on the last. */
const nextOf = (link: string | null) => (link === null ? undefined : /^<\?([^>]+)>; rel="next"$/.exec(link)?.[1])

/** The text of every response, each found by the link of the one before. */
async function follow(get: Get, query: string): Promise<string[]> {
  const texts: string[] = []
  for (let next: string | undefined = query; next !== undefined; ) {
    const { status, text, headers } = await get(next)
    expect(status, text).toBe(200)
    texts.push(text)
    next = nextOf(headers.get('link'))
  }
  return texts
}
const idsIn = (text: string) => [...text.matchAll(/"object":"event","id":"([^"]+)"/g)].map(([, id]) => id)
const newestFirst = events.map(({ id }) => id).toReversed()

describe('an export', () => {
  test.each([
    ['csv', 'text/csv; charset=utf-8; header=present', 'events.csv', 26],
    ['ndjson', 'application/x-ndjson', 'events.ndjson', 25],
    ['ocsf', 'application/x-ndjson', 'events.ocsf.ndjson', 25],
  ])('as %s says what it is, and is one file', async (format, contentType, fileName, lines) => {
    const { get } = await setUp()
    const { status, headers, text } = await get(`format=${format}`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe(contentType)
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${fileName}"`)
    expect(headers.get('link')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text.split('\n')).toHaveLength(lines + 1)
    expect(text).toContain('=Alice')
    expect(text).not.toContain(',=Alice')
  })

  test.each(['＝1+1', '＋1', '－1', '＠SUM(1)', '\u2060=1', '\u00a0=1', '−1', '﹦1'])(
    'as CSV marks a name that begins as %j as text',
    async (name) => {
      const { get } = await setUp({}, () => nowMs, name)
      expect((await get('format=csv')).text).toContain(`,'${name},alice@acme.test,`)
    },
  )

  test('shows what the list shows, with its filters and range, names or none', async () => {
    const { get, ports } = await setUp()
    for (const query of ['', `actingUserId=${bob}`, 'type=1107&end=2026-11-20T10:00:09Z', 'type=1', 'expand=none']) {
      const path = `/?pageSize=1000&${query}`
      const listed = await call(readOrganizationEvents(ports), { path, params: { id: acme }, token: 'alice' })
      const { text } = await get(`format=ndjson&${query}`)
      const exported = text
        .split('\n')
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line))
      expect({ object: 'list', data: exported, continuationToken: null }).toEqual(listed.json)
    }
  })

  test('of an empty range is a header alone', async () => {
    const { get } = await setUp()
    expect((await get('format=ndjson&start=2026-01-01&end=2026-01-02')).text).toBe('')
    expect((await get('format=csv&start=2026-01-01&end=2026-01-02')).text).toMatch(/^message,.*\r\n$/)
  })

  test('lets a page of a configured origin read what it is called and where it goes on', async () => {
    const { get } = await setUp()
    const { headers } = await get('format=csv', 'alice', { origin: 'https://vault.example' })
    expect(headers.get('access-control-allow-origin')).toBe('https://vault.example')
    expect(headers.get('access-control-expose-headers')).toBe('Content-Disposition, Link')
  })
})

describe('several responses', () => {
  test.each([
    ['events', { eventsMax: 10 }, [10, 10, 5]],
    ['as many as there are events', { eventsMax: 25 }, [25]],
    ['one event less', { eventsMax: 24 }, [24, 1]],
  ])('hold every event once, newest first, when bounded by %s', async (_, limits, counts) => {
    const { get } = await setUp(limits)
    const texts = await follow(get, `format=ndjson&start=2026-11-20&expand=none`)
    expect(texts.map((text) => idsIn(text).length)).toEqual(counts)
    expect(texts.flatMap(idsIn)).toEqual(newestFirst)
  })

  test('end early at so many bytes, or after so long', async () => {
    const pages = { eventsMax: 10 }
    const { ports } = await setUp()
    const twoAPage = {
      ...ports.store,
      list: (...[query, , after]: Parameters<typeof ports.store.list>) => ports.store.list(query, 2, after),
    }
    const countOf = async (limits: object, now: () => number) => {
      const handler = exportEvents({ ...ports, store: twoAPage, now }, { ...exportLimits, ...pages, ...limits })
      return idsIn((await call(handler, { path: '/?format=ndjson', params: { id: acme }, token: 'alice' })).text).length
    }
    expect(await countOf({}, () => nowMs)).toBe(10)
    expect(await countOf({ bytesMax: 1 }, () => nowMs)).toBe(2)
    let clock = nowMs
    const ticking = () => (clock += 1_000)
    expect(await countOf({ readingMsMax: 2_000 }, ticking)).toBe(4)
  })

  test('each have the header of a CSV', async () => {
    const { get } = await setUp({ eventsMax: 20 })
    const texts = await follow(get, 'format=csv')
    expect(texts.map((text) => text.split('\r\n').length - 2)).toEqual([20, 5])
    expect(texts.every((text) => text.startsWith('message,appIcon,'))).toBe(true)
  })

  test('stay within their format, filters and range', async () => {
    const { get, ports } = await setUp({ eventsMax: 10 })
    const token = new URLSearchParams(nextOf((await get('format=csv')).headers.get('link'))).get('continuationToken')
    const refused = { status: 400, json: { errors: { continuationToken: [expect.any(String)] } } }
    expect(await get(`format=csv&continuationToken=${token}`)).toMatchObject({ status: 200 })
    expect(await get(`format=ocsf&continuationToken=${token}`)).toMatchObject(refused)
    expect(await get(`format=csv&type=1107&continuationToken=${token}`)).toMatchObject(refused)
    expect(await get(`format=csv&start=2026-11-01&continuationToken=${token}`)).toMatchObject(refused)
    expect(await get(`format=csv&continuationToken=${token}x`)).toMatchObject(refused)
    const path = `/?continuationToken=${token}`
    expect(await call(readOrganizationEvents(ports), { path, params: { id: acme }, token: 'alice' })).toMatchObject(
      refused,
    )
  })
})

describe('refusals', () => {
  test.each([
    ['', 'format'],
    ['format=xml', 'format'],
    ['format=CSV', 'format'],
    ['format=csv&pageSize=10', 'pageSize'],
    ['format=csv&actingUser=x', 'actingUser'],
    ['format=csv&actingUserId=x', 'actingUserId'],
    ['format=csv&start=yesterday', 'start'],
    ['format=csv&start=2024-01-01&end=2026-01-01', 'end'],
    ['format=csv&expand=all', 'expand'],
  ])('%j is a 400 that names what is wrong', async (query, parameter) => {
    const { get } = await setUp()
    expect(await get(query)).toMatchObject({ status: 400, json: { errors: { [parameter]: [expect.any(String)] } } })
  })

  test('a caller who may not read the log gets a 404, an unknown one a 401', async () => {
    const { get } = await setUp()
    expect(await get('format=csv', 'bob')).toMatchObject({ status: 404 })
    expect(await get('format=csv', 'mallory')).toMatchObject({ status: 401 })
    expect(await get('format=nonsense', 'bob')).toMatchObject({ status: 404 })
  })

  test('an outage between two pages is a 503, and no part of a file', async () => {
    const { ports } = await setUp()
    let calls = 0
    const failing: typeof ports.store.list = async (query, _limit, after) => {
      calls += 1
      if (calls > 1) throw new Unavailable('event store', new Error('gone'))
      return ports.store.list(query, 5, after)
    }
    const handler = exportEvents({ ...ports, store: { ...ports.store, list: failing } })
    const response = await call(handler, { path: '/?format=ndjson', params: { id: acme }, token: 'alice' })
    expect(response).toMatchObject({ status: 503, json: { object: 'error' } })
    expect(idsIn(response.text)).toEqual([])
  })

  test('another organization’s log is a 404', async () => {
    const { ports } = await setUp()
    const params = { id: guid(2, 'a') }
    expect(await call(exportEvents(ports), { path: '/?format=csv', params, token: 'alice' })).toMatchObject({
      status: 404,
    })
  })
})
