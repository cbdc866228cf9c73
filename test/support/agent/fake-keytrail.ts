// Keytrail in memory behind `fetch`: the app's own triggers for events and the directory, and a store that counts what arrives.
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { readMessage } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { putItems, putOrganization } from '../../../src/functions/directory/write-directory.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { serverEvents } from '../../../src/functions/ingest/server-events.ts'
import { call, tokensOf } from '../calls.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
/** The time of Keytrail and agent in these tests. */
export const agentNow = () => now

/** A Keytrail; `stored` are its events by id, `sent` how many arrived. */
export function fakeKeytrail() {
  const queue = memoryQueue()
  const directory = memoryDirectory()
  const authenticate = authenticateWith(tokensOf({ issued: { scope: 'api.events.write', client_id: 'server' } }))
  const events = serverEvents({ authenticate, queue, now: agentNow })
  const stored = new Map<string, unknown>()
  const requests: string[] = []
  let sent = 0

  async function respond(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url)
    requests.push(`${init.method} ${pathname}`)
    if (pathname === '/connect/token')
      return Response.json({ access_token: 'issued', token_type: 'Bearer', expires_in: 3600 })
    const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? ''
    const body = String(init.body)
    const [, id = '', items] = /^\/directory\/organizations\/([^/]+)(\/items)?$/.exec(pathname) ?? []
    const handler = pathname === '/events' ? events : (items ? putItems : putOrganization)({ authenticate, directory })
    const { status, text, headers } = await call(handler, { method: init.method ?? '', params: { id }, token, body })
    if (pathname === '/events') take()
    return new Response(status === 204 ? null : text, { status, headers })
  }

  /** Stores what is queued, as the queue's trigger does. */
  function take() {
    for (const message of queue.messages.splice(0)) {
      const read = readMessage(message, instantAt(now))
      if (read.kind !== 'events') continue
      for (const event of read.events) {
        sent += 1
        if (!stored.has(event.id)) stored.set(event.id, event)
      }
    }
  }
  return { respond, directory, stored, requests, sent: () => sent }
}
export type FakeKeytrail = ReturnType<typeof fakeKeytrail>
