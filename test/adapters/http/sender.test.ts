// Sending: the outcome of each response, and of targets that respond badly, slowly or never. Against real servers on this machine.
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { httpSender, type SenderOptions } from '../../../src/adapters/http/sender.ts'
import { responseBytesMax } from '../../../src/domain/notifications/targets/definition/responses.ts'
import type { SendRequest } from '../../../src/ports/sender.ts'
import { type RawServer, type RawServerOptions, startRawServer } from '../../support/servers/raw-server.ts'
import { until } from '../../support/waiting.ts'

const servers: RawServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const start = async (respond: (socket: Socket) => void, options?: RawServerOptions) => {
  const server = await startRawServer(respond, options)
  servers.push(server)
  return server
}
const startResponding = (text: string, options?: RawServerOptions) => start((socket) => socket.end(text), options)

const post = (url: string, more: Partial<SendRequest> = {}): SendRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{}',
  ...more,
})
const senderWith = (options: SenderOptions = {}) => httpSender({ allowLoopback: true, now: () => 0, ...options })
const send = (port: number, options?: SenderOptions) => senderWith(options).send(post(`http://127.0.0.1:${port}/hook`))

/** A limit that a test waits for in full. */
const shortLimit = { timeLimitMs: 150 }

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const responded = { kind: 'response', status: 200, retryAfter: null, body: 'ok', latencyMs: 0 }

describe('a request', () => {
  test('arrives as it was made, its length in bytes, and asks that the connection be closed', async () => {
    const server = await startResponding(ok)
    const body = JSON.stringify({ text: 'Zürich 🔑' })
    const request = post(`http://127.0.0.1:${server.port}/a%20b?c=d&e=ü#f`, { headers: { 'X-One': 'a b' }, body })

    expect(await senderWith().send(request)).toEqual(responded)
    const [head, sent] = (server.received[0] ?? '').split('\r\n\r\n')
    expect(head?.split('\r\n').toSorted()).toEqual([
      'Connection: close',
      `Host: 127.0.0.1:${server.port}`,
      'POST /a%20b?c=d&e=%C3%BC HTTP/1.1',
      'X-One: a b',
      `content-length: ${Buffer.byteLength(body)}`,
      'user-agent: Keytrail',
    ])
    expect(sent).toBe(body)
  })

  test('carries bytes as they are', async () => {
    const server = await startResponding(ok)
    const body = new TextEncoder().encode('xbytesx').subarray(1, 6)
    await senderWith().send(post(`http://127.0.0.1:${server.port}`, { body }))
    expect(server.received[0]).toMatch(/\r\ncontent-length: 5\r\n[\s\S]*\r\n\r\nbytes$/)
  })

  test('has a connection of its own, also when the target would keep one open', async () => {
    const server = await start((socket) => socket.write(ok))
    for (let i = 0; i < 3; i++) expect(await send(server.port)).toEqual(responded)
    expect(server.received).toHaveLength(3)
    await server.idle()
  })

  test.each([
    { 'x-a': 'a\r\nhost: b' },
    { 'x-a\r\nhost': 'b' },
    { 'Transfer-Encoding': 'chunked' },
    { 'content-length': '0' },
  ])('is not sent with headers that would make another of it: %j', async (headers) => {
    const server = await startResponding(ok)
    const outcome = await senderWith().send(post(`http://127.0.0.1:${server.port}`, { headers }))
    expect(outcome).toEqual({ kind: 'refused-address', reason: 'header-invalid' })
    expect(server.received).toEqual([])
  })
})

describe('a response', () => {
  test.each([200, 201, 301, 302, 307, 308, 400, 404, 410, 413, 429, 500, 503, 599])('of %i is one', async (status) => {
    const server = await startResponding(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nok`)
    expect(await send(server.port)).toEqual({ ...responded, status })
  })

  test.each([204, 304])('of %i has no body', async (status) => {
    const server = await startResponding(`HTTP/1.1 ${status} X\r\n\r\n`)
    expect(await send(server.port)).toEqual({ ...responded, status, body: '' })
  })

  test.each(['120', 'Wed, 21 Oct 2026 07:28:00 GMT', 'soon'])('brings its Retry-After: %s', async (retryAfter) => {
    const server = await startResponding(`HTTP/1.1 429 X\r\nRETRY-AFTER: ${retryAfter}\r\nContent-Length: 0\r\n\r\n`)
    expect(await send(server.port)).toEqual({ ...responded, status: 429, retryAfter, body: '' })
  })

  test('may come in chunks, after others of 1xx, or end with the connection', async () => {
    for (const text of [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${ok}`,
      'HTTP/1.1 200 OK\r\n\r\nok',
      'HTTP/1.0 200 OK\r\n\r\nok',
    ]) {
      const server = await startResponding(text)
      expect(await send(server.port)).toEqual(responded)
    }
  })

  test('takes as long as the clock says', async () => {
    const server = await startResponding(ok)
    const times = [1_000, 1_250]
    expect(await send(server.port, { now: () => times.shift() ?? 0 })).toEqual({ ...responded, latencyMs: 250 })
  })

  test('is read to its bound: whole at the bound, cut one past it, no character in half', async () => {
    for (const [text, body] of [
      ['a'.repeat(responseBytesMax), 'a'.repeat(responseBytesMax)],
      ['a'.repeat(responseBytesMax + 1), 'a'.repeat(responseBytesMax)],
      [`a${'ü'.repeat(responseBytesMax)}`, `a${'ü'.repeat(responseBytesMax / 2 - 1)}`],
    ] as const) {
      const server = await startResponding(
        `HTTP/1.1 500 X\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      )
      expect(await send(server.port)).toEqual({ ...responded, status: 500, body })
    }
  })

  test('without end is read to its bound, and the connection is dropped', async () => {
    const server = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const pour = () => {
        while (socket.writable && socket.write('x'.repeat(1_024)));
      }
      socket.on('drain', pour)
      pour()
    })
    expect(await send(server.port)).toEqual({ ...responded, body: 'x'.repeat(responseBytesMax) })
    await server.idle()
  })

  test('that is no UTF-8 is a text all the same', async () => {
    const server = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')
      socket.end(Buffer.from([0x6f, 0xff, 0xc3]))
    })
    expect(await send(server.port)).toEqual({ ...responded, body: 'o\u{fffd}\u{fffd}' })
  })

  test('that redirects is not followed', async () => {
    const inner = await startResponding(ok)
    const location = `http://127.0.0.1:${inner.port}/secret`
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await startResponding(`HTTP/1.1 ${status} X\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)
      expect(await send(server.port)).toEqual({ ...responded, status, body: '' })
    }
    expect(inner.received).toEqual([])
  })
})

/** Writes a text now and then for as long as the connection stands. */
function drip(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 10)
  socket.on('close', () => clearInterval(timer))
}

describe('a response whose head is there has its status, although its body', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n\r\n'
  const long = 'y'.repeat(200_000)
  const fates: readonly (readonly [string, (socket: Socket, head: string) => void])[] = [
    ['is cut off', (socket, head) => socket.end(`${head}Content-Length: 9\r\n\r\nok`)],
    ['never begins', (socket, head) => socket.end(`${head}Content-Length: 9\r\n\r\n`)],
    ['is reset', (socket, head) => socket.write(`${head}Content-Length: 9\r\n\r\nok`, () => socket.resetAndDestroy())],
    ['is held open', (socket, head) => socket.write(`${head}Content-Length: 9\r\n\r\nok`)],
    ['is held open before it begins', (socket, head) => socket.write(`${head}${chunked}`)],
    [
      'drips without end',
      (socket, head) => {
        socket.write(`${head}\r\n`)
        drip(socket, 'x')
      },
    ],
    ['is longer than its length', (socket, head) => socket.end(`${head}Content-Length: 1\r\n\r\nokokok`)],
    ['follows where none may', (socket, head) => socket.end(`${head}Content-Length: 0\r\n\r\nok`)],
    [
      'has a length and chunks',
      (socket, head) => socket.end(`${head}Content-Length: 7\r\n${chunked}2\r\nok\r\n0\r\n\r\n`),
    ],
    ['has chunks of no length', (socket, head) => socket.end(`${head}${chunked}zz\r\nok\r\n`)],
    ['ends in the middle of a chunk', (socket, head) => socket.end(`${head}${chunked}9\r\nok`)],
    ['has a chunk too large to say', (socket, head) => socket.end(`${head}${chunked}${'f'.repeat(40)}\r\nok`)],
    ['has extensions too large', (socket, head) => socket.end(`${head}${chunked}2;${long}\r\nok\r\n0\r\n\r\n`)],
    ['has trailers too large', (socket, head) => socket.end(`${head}${chunked}2\r\nok\r\n0\r\nX: ${long}\r\n\r\n`)],
    ['has trailers without end', (socket, head) => socket.write(`${head}${chunked}2\r\nok\r\n0\r\nX: `)],
    ['is not compressed as it says', (socket, head) => socket.end(`${head}Content-Encoding: gzip\r\n\r\nok`)],
    ['is huge', (socket, head) => socket.end(`${head}Content-Length: 9000000\r\n\r\n${long}`)],
  ]

  for (const [fate, respond] of fates) {
    test(fate, async () => {
      for (const status of [200, 202, 410, 403, 302, 429, 503]) {
        const server = await start((socket) => respond(socket, `HTTP/1.1 ${status} X\r\nRetry-After: 7\r\n`))
        const outcome = await send(server.port, { bodyTimeLimitMs: 100 })
        expect(outcome).toMatchObject({ kind: 'response', status, retryAfter: '7' })
        await server.idle()
      }
    })
  }

  test('breaks off, which leaves what came of it', async () => {
    const cut = await startResponding('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok')
    expect(await send(cut.port)).toEqual(responded)
    const held = await start((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'))
    expect(await send(held.port, { bodyTimeLimitMs: 100 })).toEqual(responded)
  })

  test('takes more than is left of the time for the whole request', async () => {
    const server = await start((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'))
    const time = new AbortController()
    let looks = 0
    // The second look at the clock is when the head has come: the time is over right after it.
    const now = () => {
      looks += 1
      if (looks === 2) setImmediate(() => time.abort())
      return 0
    }
    expect(await send(server.port, { deadline: () => time.signal, now })).toEqual(responded)
    expect(time.signal.aborted).toBe(true)
  })
})

describe('the time runs out', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['when nothing is said', () => {}],
    ['in the middle of the head', (socket) => socket.write('HTTP/1.1 200 OK\r\nX-A: ')],
    [
      'over a head that drips',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        drip(socket, 'X: x\r\n')
      },
    ],
    ['over responses of 1xx', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('%s', async (_when, respond) => {
    const server = await start(respond)
    expect(await send(server.port, shortLimit)).toEqual({ kind: 'timeout' })
    await server.idle()
  })

  test('when the name is never resolved, and its late result is not used', async () => {
    const server = await startResponding(ok)
    const late = Promise.withResolvers<readonly string[]>()
    const sender = senderWith({ ...shortLimit, resolve: () => late.promise })
    expect(await sender.send(post(`http://hooks.example.test:${server.port}`))).toEqual({ kind: 'timeout' })
    late.resolve(['127.0.0.1'])
    await server.idle()
    expect(server.received).toEqual([])
  })

  test('when a TLS handshake has no response', async () => {
    const server = await start(() => {})
    const url = `https://127.0.0.1:${server.port}`
    expect(await senderWith(shortLimit).send(post(url))).toEqual({ kind: 'timeout' })
  })

  test('when the target does not read a large body', async () => {
    const server = await start(() => {}, { deaf: true })
    const request = post(`http://127.0.0.1:${server.port}`, { body: new Uint8Array(50_000_000) })
    const time = new AbortController()
    const outcome = senderWith({ deadline: () => time.signal }).send(request)
    await until(() => server.received.length > 0)
    time.abort()
    expect(await outcome).toEqual({ kind: 'timeout' })
    expect(server.received).toEqual([''])
  })
})

describe('the network fails', () => {
  test.each<[string, string, (socket: Socket) => void]>([
    ['with a reset before a response', 'ECONNRESET', (socket) => socket.resetAndDestroy()],
    ['with an end before a response', 'ECONNRESET', (socket) => socket.end()],
    ['with what is no HTTP', 'HPE_INVALID_CONSTANT', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'with a head too large',
      'HPE_HEADER_OVERFLOW',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`),
    ],
    [
      'with two lengths',
      'HPE_UNEXPECTED_CONTENT_LENGTH',
      (socket) => {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!')
      },
    ],
    [
      'with another protocol',
      'UNKNOWN',
      (socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
      },
    ],
  ])('%s', async (_how, code, respond) => {
    const server = await start(respond)
    expect(await send(server.port)).toEqual({ kind: 'network', code })
  })

  test('with no one listening', async () => {
    const server = await startResponding(ok)
    await server.stop()
    expect(await send(server.port)).toEqual({ kind: 'network', code: 'ECONNREFUSED' })
  })

  test('with an error that says nothing but its code', async () => {
    const failing = (error: unknown) => async () => {
      throw error
    }
    const secret = 'https://hooks.example.test/T00/B00/XXXX'
    for (const [error, code] of [
      [Object.assign(new Error(secret), { code: 'ENOTFOUND' }), 'ENOTFOUND'],
      [Object.assign(new Error(secret), { code: secret }), 'UNKNOWN'],
      [new Error(secret), 'UNKNOWN'],
      [secret, 'UNKNOWN'],
    ] as const) {
      expect(await senderWith({ resolve: failing(error) }).send(post(secret))).toEqual({ kind: 'network', code })
    }
  })
})

describe('a name', () => {
  /** Resolves a name to these, one after the other. */
  const resolver = (...results: readonly (readonly string[])[]) => {
    const asked: string[] = []
    const resolve = async (name: string) => results[asked.push(name) - 1] ?? []
    return { asked, resolve }
  }

  test.each([
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['8.8.8.8', '192.168.0.1']],
    [['2606:4700::1111', 'fd00:ec2::254']],
    [['::ffff:127.0.0.1']],
    [['127.0.0.1']],
    [['nonsense']],
    [[]],
  ])('that resolves to %j is refused', async (addresses) => {
    const { asked, resolve } = resolver(addresses)
    const outcome = await httpSender({ resolve }).send(post('https://hooks.example.test'))
    expect(outcome).toEqual({ kind: 'refused-address', reason: 'address-not-public' })
    expect(asked).toEqual(['hooks.example.test'])
  })

  test('that resolves differently between check and use leads to the address that was checked', async () => {
    const server = await startResponding(ok)
    const { asked, resolve } = resolver(['127.0.0.1'], ['10.0.0.1'])
    expect(await senderWith({ resolve }).send(post(`http://hooks.example.test:${server.port}`))).toEqual(responded)
    expect(asked).toEqual(['hooks.example.test'])
    expect(server.received[0]).toContain(`\r\nHost: hooks.example.test:${server.port}\r\n`)
  })

  test('is checked anew each time', async () => {
    const server = await startResponding(ok)
    const { resolve } = resolver(['127.0.0.1'], ['10.0.0.1'])
    const sender = senderWith({ resolve })
    const request = post(`http://hooks.example.test:${server.port}`)
    expect(await sender.send(request)).toEqual(responded)
    expect(await sender.send(request)).toEqual({ kind: 'refused-address', reason: 'address-not-public' })
    expect(server.received).toHaveLength(1)
  })

  test('with several addresses is reached at one that responds', async () => {
    const server = await startResponding(ok)
    const { resolve } = resolver(['::1', '127.0.0.1'])
    expect(await senderWith({ resolve }).send(post(`http://hooks.example.test:${server.port}`))).toEqual(responded)
  })

  test('is resolved by the system by default', async () => {
    const server = await startResponding(ok)
    expect(await senderWith().send(post(`http://localhost:${server.port}`))).toEqual(responded)
  })
})

test.each(['http://127.0.0.1', 'https://127.1', 'https://localhost', 'https://[::1]'])(
  '%s is not reached without leave',
  async (origin) => {
    const server = await startResponding(ok)
    const outcome = await httpSender().send(post(`${origin}:${server.port}`))
    expect(outcome).toMatchObject({ kind: 'refused-address' })
    expect(server.received).toEqual([])
  },
)
