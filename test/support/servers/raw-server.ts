// A server for tests that responds as no HTTP library would: it writes bytes, or doesn't.
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

export type RawServer = {
  readonly port: number
  /** What each connection has sent, in order of the connections. */
  readonly received: readonly string[]
  /** Resolves once no connection is open. */
  readonly idle: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type RawServerOptions = {
  /** Uses TLS. */
  readonly tls?: TlsOptions
  /** Takes connections and never reads a byte. */
  readonly deaf?: boolean
}

/** Starts a server that runs `response` on each connection once a whole request has come, at a free port. */
export async function startRawServer(
  response: (socket: Socket) => void,
  { tls, deaf = false }: RawServerOptions = {},
): Promise<RawServer> {
  const received: string[] = []
  const open = new Set<Socket>()
  const serve = (socket: Socket) => {
    const connection = received.push('') - 1
    open.add(socket)
    let responded = false
    socket
      .on('close', () => open.delete(socket))
      .on('error', () => socket.destroy())
      .on('data', (bytes) => {
        received[connection] += bytes.toString()
        if (responded || !isWhole(received[connection] ?? '')) return
        responded = true
        response(socket)
      })
  }
  const server = tls
    ? createTlsServer(tls, serve).on('tlsClientError', () => {})
    : createServer({ pauseOnConnect: deaf }, serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    received,
    idle: async () => {
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.on('close', resolve))))
    },
    stop: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function isWhole(request: string): boolean {
  const [head = '', body] = request.split('\r\n\r\n')
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
  return body !== undefined && Buffer.byteLength(body) >= length
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
