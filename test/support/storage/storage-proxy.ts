// Stands between the app and Azurite and decides, request by request, what becomes of it.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * failed: the request never arrives. busy: neither, and the response is a 503. lost: it takes effect, the response never
 * arrives. A request whose fate is a promise waits until that is settled.
 */
export type Fate = 'passed' | 'failed' | 'busy' | 'lost'

export type StorageProxy = {
  /** The storage account as seen through the proxy. */
  readonly connectionString: string
  readonly stop: () => Promise<void>
}

/** Puts a proxy before the queue and table endpoints of a connection string; requests are named as `POST /event/messages`. */
export async function startStorageProxy(
  connectionString: string,
  fateOf: (request: string) => Fate | Promise<Fate>,
): Promise<StorageProxy> {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  let proxied = connectionString
  for (const endpoint of ['QueueEndpoint', 'TableEndpoint']) {
    const [, target = ''] = new RegExp(`${endpoint}=([^;]+)`).exec(connectionString) ?? []
    const { hostname, port } = new URL(target)
    const server = createServer((client) => {
      const service = connect(Number(port), hostname)
      for (const socket of [client, service]) sockets.add(socket.on('close', () => sockets.delete(socket)))
      relay(client, service, fateOf)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const url = new URL(target)
    url.port = String(typeof address === 'object' ? address?.port : '')
    proxied = proxied.replace(target, url.href)
    servers.push(server)
  }
  return {
    connectionString: proxied,
    stop: async () => {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const busyResponse = 'HTTP/1.1 503 Server Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'

/**
 * Hands the bytes of one connection on, both ways, and asks at the head of each request what becomes of it. The clients of
 * the SDK send one request at a time, with its length; to read and write each message anew would cost more than it does.
 */
function relay(client: Socket, service: Socket, fateOf: (request: string) => Fate | Promise<Fate>): void {
  const end = () => {
    client.destroy()
    service.destroy()
  }
  for (const socket of [client, service]) socket.setNoDelay().on('error', end).on('close', end)
  const request = messageReader()
  const response = messageReader()
  let fate: Fate = 'passed'

  const pass = (bytes: Buffer) => {
    if (fate === 'failed') end()
    else if (fate === 'busy') client.end(busyResponse)
    else service.write(bytes)
  }
  client.on('data', (bytes) => {
    const head = request.read(bytes)
    const decided = head === undefined || fate !== 'passed' ? fate : fateOf(named(head))
    if (typeof decided === 'string') {
      fate = decided
      return pass(bytes)
    }
    client.pause()
    decided.then((late) => {
      fate = late
      pass(bytes)
      client.resume()
    }, end)
  })
  service.on('data', (bytes) => {
    if (fate !== 'lost') client.write(bytes)
    else {
      response.read(bytes)
      if (response.isWhole()) end()
    }
  })
}

/** Follows messages that come one after the other, each whole before the next begins. */
function messageReader() {
  let text = ''
  let [head, body] = ['', -1]
  return {
    /** Takes bytes; gives the head of a message when its last byte is among them. */
    read: (bytes: Buffer): string | undefined => {
      if (isWhole()) [text, head, body] = ['', '', -1]
      text += bytes.toString('latin1')
      if (body >= 0) return undefined
      body = text.indexOf('\r\n\r\n') + 4
      if (body < 4) {
        body = -1
        return undefined
      }
      head = text.slice(0, body)
      return head
    },
    isWhole,
  }

  function isWhole(): boolean {
    if (body < 0) return false
    if (/^transfer-encoding: *chunked/im.test(head)) return text.endsWith('0\r\n\r\n')
    return text.length - body >= Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  }
}

function named(head: string): string {
  const [method = '', target = ''] = head.split(' ', 2)
  return nameOf(method, target)
}

/** A request's name: its method and what follows the account in its address; of queries, how many rows they ask for. */
export function nameOf(method: string, target: string): string {
  const [path = '', query = ''] = target.replace(/^\/[^/]+/, '').split('?')
  const top = new URLSearchParams(query).get('$top')
  return `${method} ${path}${top === null ? '' : `?$top=${top}`}`
}
