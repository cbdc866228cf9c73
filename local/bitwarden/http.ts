// The simulated server on 127.0.0.1 with HTTP: what it decides, on the wire, with broken and silent connections where it says so.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { bodyOf } from '../identity/request-body.ts'
import type { SimulatedRequest, SimulatedResponse } from './faults.ts'
import type { BitwardenServer } from './server.ts'

const bodyBytesMax = 16 * 1024

export type ListeningServer = {
  /** Base URL without a slash at its end: what a self-hosted server's address is. */
  readonly url: string
  stop(): Promise<void>
}

/** Listens on this port of 127.0.0.1; 0 takes a free one. Rejects with code EADDRINUSE when it is taken. */
export async function listenBitwarden(
  server: Pick<BitwardenServer, 'respond'>,
  port: number,
): Promise<ListeningServer> {
  const listener = createServer((request, response) => {
    read(request).then(
      (asked) => (asked === undefined ? response.writeHead(413).end() : send(response, server.respond(asked))),
      () => response.destroy(),
    )
  })
  listener.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = once(listener, 'close')
      listener.close()
      listener.closeAllConnections()
      await closed
    },
  }
}

async function read(request: IncomingMessage): Promise<SimulatedRequest | undefined> {
  const body = await bodyOf(request, bodyBytesMax)
  if (body === undefined) return undefined
  const [path = '/', query = ''] = (request.url ?? '/').split('?')
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: { authorization: request.headers.authorization },
    body: body.toString(),
    ...(request.socket.remoteAddress !== undefined && { address: request.socket.remoteAddress }),
  }
}

function send(response: ServerResponse, decided: SimulatedResponse): void {
  if (decided.kind === 'silence') return
  if (decided.kind === 'reset') {
    response.destroy()
    return
  }
  const { status, headers, body } = decided
  response.sendDate = headers.date === undefined
  if (decided.kind === 'response') {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
    return
  }
  // It promises more than it sends.
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) + 1 })
  response.write(body, () => response.destroy())
}
