// Stands between the app and Azurite and lets chosen requests fail: before they take effect, or after, their answer lost.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http'

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

  const fateOf = (place: number): FaultKind | 'none' => {
    if (fault.at === 0 || place < fault.at || (place > fault.at && !fault.killed)) return 'none'
    fired = true
    return place === fault.at ? fault.kind : 'failed'
  }

  let proxied = connectionString
  for (const service of ['QueueEndpoint', 'TableEndpoint']) {
    const [, target = ''] = new RegExp(`${service}=([^;]+)`).exec(connectionString) ?? []
    const server = createServer((incoming, outgoing) => {
      requests.push(named(incoming))
      forward(incoming, outgoing, new URL(target), fateOf(requests.length))
    })
    // An idle connection that is closed while the client was busy would be a fault that nobody armed.
    server.keepAliveTimeout = 0
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
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

function named({ method, url = '' }: IncomingMessage): string {
  const [path = '', query = ''] = url.replace(/^\/[^/]+/, '').split('?')
  const top = new URLSearchParams(query).get('$top')
  return `${method} ${path}${top === null ? '' : `?$top=${top}`}`
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, fate: FaultKind | 'none'): void {
  if (fate === 'failed') {
    incoming.socket.destroy()
    return
  }
  const { method, url: path, headers } = incoming
  const options = { host: target.hostname, port: target.port, method, path, headers }
  const onward = send(options, (answer) => {
    if (fate === 'lost') {
      answer.resume()
      answer.on('end', () => incoming.socket.destroy())
      return
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => incoming.socket.destroy())
  incoming.pipe(onward)
}
