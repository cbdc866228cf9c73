// Stands between the app and Azurite and lets chosen requests fail: before they take effect, or after, their answer lost.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** failed: the request never arrives. lost: it takes effect, the answer never arrives. */
export type FaultKind = 'failed' | 'lost'

export type FaultProxy = {
  /** The storage account as seen through the proxy. */
  readonly connectionString: string
  /** Requests since the last `arm`, as `POST /event/messages`; of queries, how many rows they ask for: `GET /event()?$top=51`. */
  readonly requests: readonly string[]
  /** From now on the `at`-th request (from 1; 0: none) fails so; with `killed`, every one after it fails as well. */
  readonly arm: (at: number, kind: FaultKind, killed: boolean) => void
  /** Nothing fails any more. */
  readonly heal: () => void
  /** Whether a request has failed since the last `arm`. */
  readonly fired: () => boolean
  readonly stop: () => Promise<void>
}

/** Puts a proxy before the queue and table endpoints of a connection string. */
export async function startFaultProxy(connectionString: string): Promise<FaultProxy> {
  const requests: string[] = []
  let fault: { at: number; kind: FaultKind; killed: boolean } = { at: 0, kind: 'failed', killed: false }
  let fired = false
  const servers: Server[] = []
  const sockets = new Set<Socket>()

  const fateOf = (place: number): FaultKind | 'none' => {
    if (fault.at === 0 || place < fault.at || (place > fault.at && !fault.killed)) return 'none'
    fired = true
    return place === fault.at ? fault.kind : 'failed'
  }

  let proxied = connectionString
  for (const endpoint of ['QueueEndpoint', 'TableEndpoint']) {
    const [, target = ''] = new RegExp(`${endpoint}=([^;]+)`).exec(connectionString) ?? []
    const { hostname, port } = new URL(target)
    const server = createServer((client) => {
      const service = connect(Number(port), hostname)
      for (const socket of [client, service]) sockets.add(socket.on('close', () => sockets.delete(socket)))
      relay(client, service, (request) => fateOf(requests.push(request)))
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
    requests,
    arm: (at, kind, killed) => {
      requests.length = 0
      fired = false
      fault = { at, kind, killed }
    },
    heal: () => {
      fault = { ...fault, at: 0 }
    },
    fired: () => fired,
    stop: async () => {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * Hands the bytes of one connection on, both ways, and asks at the head of each request what becomes of it. The clients of
 * the SDK send one request at a time, with its length; to read and write each message anew would cost more than it does.
 */
function relay(client: Socket, service: Socket, fateOf: (request: string) => FaultKind | 'none'): void {
  const end = () => {
    client.destroy()
    service.destroy()
  }
  for (const socket of [client, service]) socket.setNoDelay().on('error', end).on('close', end)
  const request = messageReader()
  const response = messageReader()
  let isLost = false

  client.on('data', (bytes) => {
    const head = request.read(bytes)
    const fate = head === undefined ? 'none' : fateOf(named(head))
    if (fate === 'failed') return end()
    isLost ||= fate === 'lost'
    service.write(bytes)
  })
  service.on('data', (bytes) => {
    if (!isLost) client.write(bytes)
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
  const [method, url = ''] = head.split(' ', 2)
  const [path = '', query = ''] = url.replace(/^\/[^/]+/, '').split('?')
  const top = new URLSearchParams(query).get('$top')
  return `${method} ${path}${top === null ? '' : `?$top=${top}`}`
}
