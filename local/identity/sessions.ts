// The sessions of the local identity server: who signed in with which browser. In memory, each under a random id in a cookie.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Account } from './claims.ts'

/** How long a session lives, in milliseconds. */
export const sessionMs = 12 * 3_600_000

export type BrowserSession = {
  readonly account: Account
  /** When the person signed in, in Unix ms. */
  readonly since: number
  /** The origin of the client that the person came from. */
  readonly client: string
}

export type Sessions = {
  /** The session of the browser that asks; undefined if it has none, or an old one. */
  readonly of: (request: IncomingMessage) => BrowserSession | undefined
  /** Begins a session and ends the one before it; the header sets the cookie. */
  readonly begin: (
    request: IncomingMessage,
    account: Account,
    client: string,
  ) => { session: BrowserSession; cookie: string }
  /** Ends the session, if there is one; the header takes the cookie away. */
  readonly end: (request: IncomingMessage) => { readonly ended: BrowserSession | undefined; readonly cookie: string }
}

/** Sessions of the server at this port: cookies do not distinguish ports, so the name does. `now` in Unix ms. */
export function memorySessions(port: number, now: () => number): Sessions {
  const name = `keytrail-identity-${port}`
  const attributes = 'Path=/; HttpOnly; SameSite=Lax'
  const sessions = new Map<string, BrowserSession>()
  const idOf = (request: IncomingMessage) => cookieOf(request, name)
  const isOver = ({ since }: BrowserSession) => since + sessionMs <= now()
  return {
    of: (request) => {
      const session = sessions.get(idOf(request))
      return session && !isOver(session) ? session : undefined
    },
    begin: (request, account, client) => {
      sessions.delete(idOf(request))
      for (const [id, session] of sessions) if (isOver(session)) sessions.delete(id)
      const id = randomBytes(32).toString('base64url')
      const session = { account, since: now(), client }
      sessions.set(id, session)
      return { session, cookie: `${name}=${id}; ${attributes}` }
    },
    end: (request) => {
      const ended = sessions.get(idOf(request))
      sessions.delete(idOf(request))
      return { ended, cookie: `${name}=; ${attributes}; Max-Age=0` }
    },
  }
}

/** The value of a cookie; empty if it is not there. */
function cookieOf(request: IncomingMessage, name: string): string {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/)
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
}
