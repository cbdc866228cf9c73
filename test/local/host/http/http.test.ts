// HTTP as the host of Azure has it: routes, methods, bodies, headers, responses, and the host's own endpoints.
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Fixture, startFixture } from '../fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture({ FIXTURE_SETTING: 'from the settings' })
})
afterAll(() => fixture.close())

const send = (path: string, init?: RequestInit) => fetch(`${fixture.host.url}${path}`, init)
const json = async (path: string, init?: RequestInit) => (await send(path, init)).json()

/** Sends bytes as they are, which no HTTP client does, and reads until the host closes. */
async function sendRaw(lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(fixture.host.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(lines.join('\r\n'))
  return text(socket)
}

describe('routes', () => {
  const guid = '5F6D2D9A-8B7C-4D3E-9F10-112233445566'

  test.each([
    ['/api/echo', 'GET', 200],
    ['/API/ECHO/', 'GET', 200],
    ['/echo', 'GET', 404],
    ['/api/echo/more', 'GET', 404],
    ['/api/echo', 'PUT', 404],
    ['/api/echo', 'OPTIONS', 404],
    ['/api/echo', 'HEAD', 404],
    ['/api/head', 'HEAD', 200],
    ['/api/head', 'OPTIONS', 200],
    ['/api/bad', 'GET', 404],
    ['/api/administration', 'GET', 404],
    ['/api/status/abc', 'GET', 404],
    ['/', 'GET', 404],
    ['//', 'GET', 404],
    ['//api/echo', 'GET', 404],
    ['/api//echo', 'GET', 404],
    ['/api/echo//', 'GET', 404],
    ['/api/pages//', 'GET', 404],
    ['/api/files//', 'GET', 404],
  ])('%s %s gets %i', async (path, method, status) => {
    const response = await send(path, { method })
    expect(response.status).toBe(status)
    if (status === 404) expect(await response.text()).toBe('')
  })

  test('gives a path to the first function by name, not to the most specific', async () => {
    expect(await json(`/api/items/${guid}`)).toEqual({ by: 'items-by-id', params: { id: guid } })
    expect(await json('/api/items/latest')).toEqual({ by: 'items-latest', params: { name: 'latest' } })
  })

  test.each([
    ['/api/echo', 200],
    ['/api/echo\\', 404],
    ['/\\api/echo', 404],
    ['/api\\echo', 404],
    ['/api/files/%00', 400],
    ['//', 404],
  ])('the target %s, which clients would rewrite, gets %i', async (target, status) => {
    const received = await sendRaw([`GET ${target} HTTP/1.1`, 'Host: vault.test', 'Connection: close', '', ''])
    expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  test.each([
    guid.replaceAll('-', ''),
    `{${guid}}`,
    `(${guid})`,
    ` ${guid}\u00a0`,
    '{0x5f6d2d9a,0x8b7c,0x4d3e,{0x9f,0x10,0x11,0x22,0x33,0x44,0x55,0x66}}',
  ])('%j is a GUID, and comes as it is', async (id) => {
    expect(await json(`/api/items/${encodeURIComponent(id)}`)).toEqual({ by: 'items-by-id', params: { id } })
  })

  test('takes optional, catch-all and decoded parameters, and names a route after its function', async () => {
    expect(await json('/api/pages')).toEqual({ by: 'page', params: {} })
    expect(await json('/api/pages/a%20b')).toEqual({ by: 'page', params: { number: 'a b' } })
    expect(await json('/api/files/a/b%2Fc/d')).toEqual({ by: 'files', params: { rest: 'a/b%2Fc/d' } })
    expect(await json('/api/named-by-function')).toMatchObject({ by: 'named-by-function' })
  })

  test('drops the second function of a route and method, by name, and keeps one of another method', async () => {
    expect(await json('/api/echo', { method: 'DELETE' })).toMatchObject({ by: 'echo-delete' })
    expect(fixture.host.functions).not.toContain('echo-again')
    expect(fixture.entries).toContainEqual({
      level: 'error',
      category: 'Host.Startup',
      message: expect.stringContaining(`'echo-again' is in error and was dropped: the route specified conflicts`),
    })
  })
})

describe('requests', () => {
  test('passes method, url, query, headers and body', async () => {
    const response = await json('/api/echo?a=1&b=x%20y&A=2', {
      method: 'POST',
      body: 'the body ✓',
      headers: { 'X-Some': 'one' },
    })
    expect(response).toMatchObject({
      method: 'POST',
      url: `${fixture.host.url}/api/echo?a=1&b=x%20y&A=2`,
      query: { a: '1,2', b: 'x y' },
      body: 'the body ✓',
      headers: { 'x-some': 'one', 'x-forwarded-for': '127.0.0.1' },
    })
  })

  test('joins repeated headers, appends the peer to X-Forwarded-For, and takes the url from Host', async () => {
    const lines = ['GET /api/echo HTTP/1.1', 'Host: vault.test:8080', 'X-Some: one', 'x-some: two']
    const received = await sendRaw([...lines, 'X-Forwarded-For: 203.0.113.9', 'Connection: close', '', ''])
    expect(JSON.parse(received.slice(received.indexOf('{'), received.lastIndexOf('}') + 1))).toMatchObject({
      url: 'http://vault.test:8080/api/echo',
      headers: { 'x-some': 'one,two', 'x-forwarded-for': '203.0.113.9, 127.0.0.1' },
    })
  })

  test('lets a chunked body arrive empty', async () => {
    const chunked = httpRequest(`${fixture.host.url}/api/echo`, { method: 'POST' })
    chunked.write('some of it')
    chunked.end('the rest')
    const [response] = await once(chunked, 'response')
    expect(JSON.parse(await text(response))).toMatchObject({ method: 'POST', body: '' })
  })

  test('drops the body of a GET', async () => {
    const lines = ['GET /api/echo HTTP/1.1', 'Host: vault.test', 'Content-Length: 3', 'Connection: close', '', 'abc']
    expect(await sendRaw(lines)).toContain('"body":""')
  })

  test('responds with 413 to a body one byte over 100 MiB', async () => {
    const lines = ['POST /api/echo HTTP/1.1', 'Host: vault.test', `Content-Length: ${104_857_600 + 1}`, '', '']
    expect(await sendRaw(lines)).toMatch(/^HTTP\/1\.1 413 /)
  })

  test.each(['it is all there', 'it stops in the middle of a chunk'])(
    'responds with 413 to a chunked body over 100 MiB when %s, and ends the connection',
    async (form) => {
      const socket = connect(Number(new URL(fixture.host.url).port), '127.0.0.1')
      const received = text(socket)
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1_048_576), Buffer.from('\r\n')])
      socket.write(['POST /api/echo HTTP/1.1', 'Host: vault.test', 'Transfer-Encoding: chunked', '', ''].join('\r\n'))
      for (let sent = 0; sent < 100; sent++) socket.write(chunk)
      socket.write(form === 'it is all there' ? '1\r\nx\r\n0\r\n\r\n' : '100\r\nx')
      expect(await received).toMatch(/^HTTP\/1\.1 413 /)
      expect(fixture.entries.filter(({ message }) => message.includes('got no response'))).toEqual([])
    },
  )

  test('takes a chunked body of 100 MiB', async () => {
    const chunked = httpRequest(`${fixture.host.url}/api/echo`, { method: 'POST' })
    for (let sent = 0; sent < 100; sent++) chunked.write(Buffer.alloc(1_048_576))
    chunked.end()
    const [response] = await once(chunked, 'response')
    expect(JSON.parse(await text(response))).toMatchObject({ body: '' })
  })

  test('responds with 400 to a Host header that is no host', async () => {
    expect(await sendRaw(['GET /api/echo HTTP/1.1', 'Host: a b', 'Connection: close', '', ''])).toMatch(/ 400 /)
  })

  test('passes the settings and runs the hooks', async () => {
    const response = await send('/api/setting')
    expect(await response.text()).toBe('from the settings')
    expect(response.headers.get('x-hook')).toBe('start, pre, post')
    expect(fixture.entries).toContainEqual({ level: 'warning', category: 'Function.setting.User', message: 'QUIET' })
  })
})

describe('responses', () => {
  test('are a 500 without a body when the handler throws, and the error is logged', async () => {
    const response = await send('/api/throws')
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('')
    expect(fixture.entries).toContainEqual({
      level: 'error',
      category: 'Function.throws',
      message: expect.stringMatching(/Executed 'Functions\.throws' \(Failed, .*\n.*thrown by the fixture/),
    })
  })

  test.each([
    ['GET', '/api/echo', 'chunked', null],
    ['GET', '/api/cookies', 'chunked', null],
    ['GET', '/api/status/418', 'chunked', null],
    ['HEAD', '/api/head', null, null],
    ['GET', '/api/status/204', null, null],
    ['GET', '/api/status/304', null, null],
    ['GET', '/api/none', null, '0'],
    ['GET', '/api/throws', null, '0'],
  ])('%s %s has the transfer encoding %s and the length %s', async (method, path, encoding, length) => {
    const { headers } = await send(path, { method })
    expect([headers.get('transfer-encoding'), headers.get('content-length')]).toEqual([encoding, length])
  })

  test('are a 204 when the handler returns nothing', async () => {
    const response = await send('/api/nothing')
    expect(response.status).toBe(204)
    expect(response.headers.get('content-length')).toBeNull()
  })

  test.each([204, 205, 304])('drops the body of a %i', async (status) => {
    const response = await send(`/api/status/${status}`)
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
  })

  test.each([200, 404, 418, 599])('passes the body of a %i', async (status) => {
    const response = await send(`/api/status/${status}`)
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('a body')
  })

  test('are a 500 when the status is none', async () => {
    expect((await send('/api/status/99')).status).toBe(500)
  })

  test('writes each cookie, and bytes as they are', async () => {
    const response = await send('/api/cookies')
    expect(response.headers.getSetCookie()).toEqual([
      'first=a%20b%3Bc; max-age=60; path=/; secure; samesite=lax; httponly',
      'second=2; expires=Thu, 01 Jan 1970 00:00:01 GMT; domain=keytrail.test; samesite=none',
    ])
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255])
  })
})

describe('the host', () => {
  test('says that it runs', async () => {
    expect(await json('/admin/host/status')).toMatchObject({ state: 'Running' })
  })

  test('runs a timer at its start if asked to, and by hand', async () => {
    const run = { isPastDue: false, schedule: { adjustForDST: true } }
    await eventually(() => expect(fixture.seen('startup')).toMatchObject([run]))

    const response = await send('/admin/functions/Startup', { method: 'POST', body: '{"input":""}' })

    expect(response.status).toBe(202)
    await eventually(() => expect(fixture.seen('startup')).toMatchObject([run, run]))
  })

  test.each([
    ['/admin/functions/unknown', '{"input":""}', 404],
    ['/admin/functions/switched-off', '{"input":""}', 404],
    ['/admin/functions/echo', '{"input":""}', 400],
    ['/admin/functions/startup', 'no json', 400],
  ])('%s with %s gets %i', async (path, body, status) => {
    expect((await send(path, { method: 'POST', body })).status).toBe(status)
  })

  test('drops functions whose settings are unset, and skips disabled ones', () => {
    const dropped = fixture.entries
      .filter((entry) => entry.message.includes('was dropped'))
      .map((entry) => entry.message)
    expect(dropped.filter((message) => message.includes(`'%FIXTURE_QUEUE%'`))).toHaveLength(2)
    expect(dropped).toContainEqual(expect.stringContaining('FixtureStorage holds no connection string'))
    expect(dropped).toContainEqual(expect.stringContaining(`'0bad' is not a valid function name`))
    expect(dropped).toContainEqual(expect.stringContaining('conflicts with one or more built in routes'))
    expect(fixture.host.functions).not.toContain('switched-off')
    expect(fixture.seen('switched-off')).toEqual([])
  })
})
