// What the agent of the bench sends to: takes everything at once, as a Keytrail that costs nothing would, and counts.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

type Receiver = { readonly url: string; readonly events: () => number; readonly stop: () => Promise<void> }

/** Listens on a free port of this machine. */
export async function startReceiver(): Promise<Receiver> {
  let events = 0
  const server = createServer(async (request, response) => {
    const text = await textOf(request)
    if (request.url === '/connect/token') {
      response.end(JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 3_600 }))
    } else if (request.url === '/events') {
      const accepted = text.split('"idempotencyId"').length - 1
      events += accepted
      response.end(JSON.stringify({ accepted, dropped: [] }))
    } else response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    events: () => events,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8')
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
