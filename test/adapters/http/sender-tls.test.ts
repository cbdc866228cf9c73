// Sending as in production: https to public addresses alone. The connection to one is led to a server on this machine at the last moment.
import type { LookupAddress } from 'node:dns'
import { Socket } from 'node:net'
import tls from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { httpSender } from '../../../src/adapters/http/sender.ts'
import { certificateFor } from '../../support/servers/certificate.ts'
import { type RawServer, startRawServer } from '../../support/servers/raw-server.ts'
import { until } from '../../support/waiting.ts'

const trusted = certificateFor('hooks.example.test')
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const servers: RawServer[] = []
/** The addresses that each connection was about to be made to. */
const connections: (readonly string[])[] = []
const connect = Socket.prototype.connect
const authorities = tls.getCACertificates()

beforeEach(() => {
  connections.length = 0
  tls.setDefaultCACertificates([trusted.cert])
  Reflect.set(Socket.prototype, 'connect', function (this: Socket, options: unknown, ...rest: unknown[]) {
    return Reflect.apply(connect, this, [ledHere(options), ...rest])
  })
})
afterEach(async () => {
  Reflect.set(Socket.prototype, 'connect', connect)
  tls.setDefaultCACertificates(authorities)
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

/** The same options of a connection, but for a look-up that notes the addresses and gives this machine's address instead. */
function ledHere(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || !('lookup' in options)) return options
  const { lookup } = options
  if (typeof lookup !== 'function') throw new Error('no look-up')
  const led = (name: string, how: unknown, done: (error: null, addresses: readonly LookupAddress[]) => void) =>
    lookup(name, how, (_error: null, addresses: readonly LookupAddress[]) => {
      connections.push(addresses.map(({ address }) => address))
      done(null, [{ address: '127.0.0.1', family: 4 }])
    })
  return { ...options, lookup: led }
}

const start = async (options: tls.TlsOptions = trusted) => {
  const server = await startRawServer((socket) => socket.end(ok), { tls: options })
  servers.push(server)
  return server
}
const post = (host: string, { port }: RawServer) =>
  ({ method: 'POST', url: `https://${host}:${port}/hook`, headers: {}, body: '{}' }) as const
const resolve = async () => ['8.8.8.8', '2606:4700::1111']

test('a name is reached at the public addresses it had when it was checked, even if it has others later', async () => {
  const server = await start()
  const resolved = [['8.8.8.8', '2606:4700::1111'], ['10.0.0.1'], ['169.254.169.254']]
  const sender = httpSender({ resolve: async () => resolved.shift() ?? [], now: () => 0 })
  const request = post('hooks.example.test', server)

  expect(await sender.send(request)).toEqual({
    kind: 'response',
    status: 200,
    retryAfter: null,
    body: 'ok',
    latencyMs: 0,
  })
  expect(connections).toEqual([['8.8.8.8', '2606:4700::1111']])
  expect(resolved).toHaveLength(2)

  expect(await sender.send(request)).toEqual({ kind: 'refused-address', reason: 'address-not-public' })
  expect(connections).toHaveLength(1)
  expect(server.received).toHaveLength(1)
})

describe('a target that cannot prove who it is gets nothing', () => {
  test.each<[string, string, string, tls.TlsOptions]>([
    ['signed by itself', 'hooks.example.test', 'DEPTH_ZERO_SELF_SIGNED_CERT', certificateFor('hooks.example.test')],
    ['for another name', 'other.example.test', 'ERR_TLS_CERT_ALTNAME_INVALID', trusted],
  ])('%s', async (_how, host, code, options) => {
    const server = await start(options)
    expect(await httpSender({ resolve }).send(post(host, server))).toEqual({ kind: 'network', code })
    expect(connections).toHaveLength(1)
    expect(server.received.join('')).toBe('')
  })

  test('also where the environment would let it pass', async () => {
    const server = await start(certificateFor('hooks.example.test'))
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const outcome = await httpSender({ resolve }).send(post('hooks.example.test', server))
      expect(outcome).toEqual({ kind: 'network', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
    expect(server.received.join('')).toBe('')
  })
})

describe('TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is used', async (version) => {
    const server = await start({ ...trusted, minVersion: version, maxVersion: version })
    expect(await httpSender({ resolve }).send(post('hooks.example.test', server))).toMatchObject({ status: 200 })
  })

  test('1.1 is not, also where the process would', async () => {
    const server = await start({
      ...trusted,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const { DEFAULT_MIN_VERSION: usual, DEFAULT_CIPHERS: usualCiphers } = tls
    tls.DEFAULT_MIN_VERSION = 'TLSv1'
    tls.DEFAULT_CIPHERS = 'DEFAULT@SECLEVEL=0'
    try {
      const outcome = await httpSender({ resolve }).send(post('hooks.example.test', server))
      expect(outcome).toEqual({ kind: 'network', code: 'EPROTO' })
    } finally {
      tls.DEFAULT_MIN_VERSION = usual
      tls.DEFAULT_CIPHERS = usualCiphers
    }
  })

  test('is required of a server that has none', async () => {
    const server = await startRawServer(() => {})
    servers.push(server)
    const time = new AbortController()
    const outcome = httpSender({ resolve, deadline: () => time.signal }).send(post('hooks.example.test', server))
    await until(() => server.received[0] !== undefined && server.received[0] !== '')
    time.abort()
    expect(await outcome).toEqual({ kind: 'timeout' })
    expect(server.received[0]).not.toContain('POST')
  })
})
