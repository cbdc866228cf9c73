// An address in front of Keytrail at which a test sees every request of the agent, before it is passed on and before its response is.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'

type Seen = { readonly method: string; readonly path: string; readonly when: 'before' | 'after' }
export type Passing = { readonly url: string; readonly stop: () => Promise<void> }

/** Passes requests on to `target`. `onSeen` is called for each, before it is passed on and after it took effect. */
export async function passTo(target: string, onSeen: (seen: Seen) => unknown): Promise<Passing> {
  const server = createServer(async (request, response) => {
    const [method, path] = [request.method ?? '', request.url ?? '']
    const body = await buffer(request)
    onSeen({ method, path, when: 'before' })
    const { authorization = '', 'content-type': type = '' } = request.headers
    const passed = await fetch(target + path, { method, body, headers: { authorization, 'content-type': type } })
    const text = await passed.text()
    onSeen({ method, path, when: 'after' })
    response.writeHead(passed.status).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
