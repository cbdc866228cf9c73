// An issuer and the app's token endpoint for tests of the page's session, on one server; and a session in a tab without a browser.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Config } from '../../../web/session/config.ts'
import { createSession, type Session } from '../../../web/session/session.ts'
import type { SharedToken, Tabs } from '../../../web/session/tabs.ts'

type Reply = { readonly status: number; readonly body: unknown }

/** A token as the app makes it, unsigned: the page verifies none. */
export const appToken = (claims: object): string =>
  ['{}', JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
    .concat('.signature')

/** Responds with what `replies` says for a path, and keeps what was posted there. */
export async function startServer() {
  const replies = new Map<string, Reply | ((form: URLSearchParams) => Reply)>()
  const posted: { readonly path: string; readonly form: URLSearchParams }[] = []
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const form = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''))
    if (request.method === 'POST') posted.push({ path, form })
    const reply = replies.get(path) ?? { status: 404, body: {} }
    const { status, body } = typeof reply === 'function' ? reply(form) : reply
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    replies,
    posted,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Tabs of one browser: work waits for its turn, and what is posted is heard by the others at once. */
export function connectedTabs(): () => Tabs {
  const listeners: ((shared: SharedToken) => void)[] = []
  let last = Promise.resolve()
  return () => {
    let own: ((shared: SharedToken) => void) | undefined
    return {
      exclusively: (_, work) => {
        last = last.then(work)
        return last
      },
      post: (shared) => {
        for (const listener of listeners) if (listener !== own) listener(shared)
      },
      subscribe: (listener) => {
        own = listener
        listeners.push(listener)
      },
    }
  }
}

/** A session in a tab, with a clock that a test moves and the timers that it runs. */
export function sessionIn(origin: string, signIn: Config['signIn'], tabs: Tabs = connectedTabs()(), clock = { ms: 0 }) {
  const stored = new Map<string, string>()
  const left: URL[] = []
  const endings: (string | null)[] = []
  const timers = new Map<number, { readonly run: () => void; readonly at: number }>()
  const session = createSession({
    config: { signIn },
    redirectUri: `${origin}/app/signed-in`,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
      removeItem: (key) => stored.delete(key),
    },
    tabs,
    leave: (url) => left.push(url),
    onEnding: (reason) => endings.push(reason),
    now: () => clock.ms,
    set: (run, ms) => {
      const timer = timers.size + 1
      timers.set(timer, { run, at: clock.ms + ms })
      return timer
    },
    clear: (timer) => timers.delete(timer),
  })
  /** When the next timer is due; undefined if there is none. */
  const nextAt = () => [...timers.values()].map(({ at }) => at).toSorted((a, b) => a - b)[0]
  /** Runs the timers that are due. */
  const runDue = () => {
    for (const [timer, { run, at }] of [...timers]) if (at <= clock.ms && timers.delete(timer)) run()
  }
  return { session, stored, left, endings, clock, nextAt, runDue }
}

/** Goes to the issuer; gives what it was asked, and the address it leads back to. */
export async function begun(session: Session, left: readonly URL[], path: string, prompt?: 'login' | 'select_account') {
  await session.signIn(path, prompt)
  const asked = left.at(-1)?.searchParams ?? new URLSearchParams()
  const back = new URL(asked.get('redirect_uri') ?? '')
  back.searchParams.set('state', asked.get('state') ?? '')
  back.searchParams.set('code', 'the code')
  return { asked, back }
}
