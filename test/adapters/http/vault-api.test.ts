// The API of a vault over a network: each thing that can be wrong with a server, against real ones on this machine, and that no secret comes out.
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { httpVaultApi } from '../../../src/adapters/http/vault-api.ts'
import { certificateFor } from '../../support/servers/certificate.ts'
import { type RawServer, type RawServerOptions, startRawServer } from '../../support/servers/raw-server.ts'

const servers: RawServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const start = async (respond: (socket: Socket) => void, options?: RawServerOptions) => {
  const server = await startRawServer(respond, options)
  servers.push(server)
  return server
}
const startResponding = (text: string) => start((socket) => socket.end(text))

type Options = Partial<Parameters<typeof httpVaultApi>[0]>
const apiWith = (options: Options = {}) => httpVaultApi({ now: () => 0, allowLoopback: true, ...options })
const accessToken = 'access.token'
const get = ({ port }: RawServer, options?: Options) =>
  apiWith(options).get(`http://127.0.0.1:${port}/api/public/events?start=a`, accessToken)
const key = { clientId: 'organization.1', clientSecret: 'p+ss&w=rd' }
const token = ({ port }: RawServer, options?: Options) =>
  apiWith(options).token({ identityUrl: `http://127.0.0.1:${port}/identity`, ...key })

const response = (status: string, body: string, ...headers: readonly string[]) =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n')
const json = (body: unknown, ...headers: readonly string[]) => response('200 OK', JSON.stringify(body), ...headers)
const failed = (reason: string, retryAfterSeconds: number | null = null) => ({
  kind: 'failed',
  reason,
  retryAfterSeconds,
})

describe('a request', () => {
  test('of data carries the access token, and gives the JSON and the server’s time', async () => {
    const server = await startResponding(json({ data: ['Zürich'] }, 'Date: Sun, 22 Nov 2026 06:27:51 GMT'))
    const serverMs = Date.UTC(2026, 10, 22, 6, 27, 51)
    expect(await get(server)).toEqual({ kind: 'json', body: { data: ['Zürich'] }, serverMs })
    expect(server.received[0]).toMatch(/^GET \/api\/public\/events\?start=a HTTP\/1\.1\r\n/)
    expect(server.received[0]).toContain('authorization: Bearer access.token\r\n')
  })

  test('of a token is a form in which the key is as it was entered', async () => {
    const server = await startResponding(json({ access_token: 'a' }))
    expect(await token(server)).toEqual({ kind: 'json', body: { access_token: 'a' }, serverMs: null })
    const [head = '', body = ''] = (server.received[0] ?? '').split('\r\n\r\n')
    expect(head).toMatch(/^POST \/identity\/connect\/token HTTP\/1\.1\r\n/)
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'api.organization',
      client_id: 'organization.1',
      client_secret: 'p+ss&w=rd',
    })
  })

  test('with a token that would begin another header is not sent', async () => {
    const server = await startResponding(json({}))
    const url = `http://127.0.0.1:${server.port}/`
    expect(await apiWith().get(url, 'a\r\nx-other: b')).toEqual(failed('key-refused'))
    expect(server.received).toEqual([])
  })
})

describe('a response', () => {
  const page = '<!doctype html><title>Sign in</title>'
  test.each([
    ['a web page', response('200 OK', page, 'Content-Type: text/html'), failed('not-json')],
    ['a page of an error', response('502 Bad Gateway', page), failed('server-failing')],
    ['another place', response('302 Found', '', 'Location: https://elsewhere.test/'), failed('redirected')],
    ['nothing there', response('404 Not Found', ''), failed('not-found')],
    ['no access', response('403 Forbidden', ''), failed('access-refused')],
    ['a token that ended', response('401 Unauthorized', ''), failed('key-refused')],
    ['a pause', response('429 Too Many Requests', '', 'Retry-After: 120'), failed('rate-limited', 120)],
    ['a pause of no length', response('429 Too Many Requests', ''), failed('rate-limited', 60)],
    ['half of it', 'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"data":[]}', failed('cut-off')],
    ['nothing at all', '', failed('unreachable')],
    ['something else', 'SSH-2.0-OpenSSH_9.6\r\n', failed('unreachable')],
  ])('of %s says so', async (_, text, outcome) => {
    expect(await get(await startResponding(text))).toEqual(outcome)
  })

  test('to a wrong key says so, and an unknown fault of a token request does not', async () => {
    const wrong = response('400 Bad Request', '{"error":"invalid_client"}')
    expect(await token(await startResponding(wrong))).toEqual(failed('key-refused'))
    expect(await token(await startResponding(response('400 Bad Request', 'no')))).toEqual(failed('refused'))
  })

  test('is taken up to the limit, and not one byte beyond', async () => {
    const body = { data: 'x'.repeat(100) }
    const bytes = JSON.stringify(body).length
    const server = await startResponding(json(body))
    expect(await get(server, { bodyBytesMax: bytes })).toEqual({ kind: 'json', body, serverMs: null })
    expect(await get(server, { bodyBytesMax: bytes - 1 })).toEqual(failed('too-large'))
  })

  test('without an end is broken off at the limit', async () => {
    const server = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        if (socket.writable) socket.write('x'.repeat(10_000), more)
      }
      more()
    })
    expect(await get(server, { bodyBytesMax: 100_000 })).toEqual(failed('too-large'))
    await server.idle()
  })
})

describe('a server that does not respond in time', () => {
  const timeLimitMs = 150
  test('after the connection', async () => {
    const server = await start(() => {})
    expect(await get(server, { timeLimitMs })).toEqual(failed('timed-out'))
    await server.idle()
  })

  test('after a part of the response', async () => {
    const server = await start((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a"'))
    const outcome = await get(server, { timeLimitMs })
    expect(outcome).toEqual(failed('timed-out'))
    await server.idle()
  })

  test('is not waited for when its name is not resolved either', async () => {
    const resolve = () => new Promise<readonly string[]>(() => {})
    const outcome = await apiWith({ timeLimitMs, resolve }).get('https://vault.example.test/', accessToken)
    expect(outcome).toEqual(failed('timed-out'))
  })
})

describe('a server that is not to be reached', () => {
  const code = (name: string) => async () => Promise.reject(Object.assign(new Error('look-up'), { code: name }))

  test.each([
    ['no address', 'vault', 'address-invalid'],
    ['without TLS', 'http://vault.example.test', 'not-https'],
    ['a user and password', 'https://a:b@vault.example.test', 'address-invalid'],
    ['this machine', 'https://127.0.0.1', 'address-not-public'],
    ['this machine, written otherwise', 'https://0x7f.1', 'address-not-public'],
    ['this machine by name', 'https://localhost', 'address-not-public'],
    ['a private network', 'https://10.0.0.1', 'address-not-public'],
    ['the cloud’s own data', 'https://169.254.169.254', 'address-not-public'],
  ])('%s', async (_, url, reason) => {
    expect(await apiWith({ allowLoopback: false }).get(url, accessToken)).toEqual(failed(reason))
  })

  test('a name that leads into a private network, also in part', async () => {
    for (const addresses of [['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], []]) {
      const api = apiWith({ allowLoopback: false, resolve: async () => addresses })
      expect(await api.get('https://vault.example.test/', accessToken)).toEqual(failed('address-not-public'))
    }
  })

  test('a name that nobody has', async () => {
    for (const name of ['ENOTFOUND', 'ENODATA']) {
      const api = apiWith({ resolve: code(name) })
      expect(await api.get('https://vault.example.test/', accessToken)).toEqual(failed('name-unknown'))
    }
    const outcome = await apiWith({ resolve: code('EAI_AGAIN') }).get('https://vault.example.test/', accessToken)
    expect(outcome).toEqual(failed('unreachable'))
  })

  test('a port where nothing listens', async () => {
    const server = await startRawServer(() => {})
    await server.stop()
    expect(await get(server)).toEqual(failed('unreachable'))
  })

  test('a certificate that nobody vouches for gets no token', async () => {
    const server = await start(() => {}, { tls: certificateFor('localhost') })
    const outcome = await apiWith({ resolve: async () => ['127.0.0.1'] }).get(
      `https://localhost:${server.port}/`,
      accessToken,
    )
    expect(outcome).toEqual(failed('tls-failed'))
    expect(server.received.join('')).toBe('')
  })
})

test('neither the key nor the token is in what a failure says', async () => {
  const echo = await start((socket) => socket.end(response('400 Bad Request', `{"error":"${key.clientSecret}"}`)))
  const outcomes = [await token(echo), await get(echo), await apiWith().get('vault', accessToken)]
  const said = JSON.stringify(outcomes)
  expect(said).not.toContain(key.clientSecret)
  expect(said).not.toContain(accessToken)
})
