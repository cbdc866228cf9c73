// Keytrail as the agent uses it: a token from the server key, and requests with it. Failures are `Trouble` in words, without secrets.
import * as v from 'valibot'
import { httpDateMs } from '../../src/domain/http-date.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { messageOf, Trouble } from '../trouble.ts'

type KeytrailSettings = { readonly url: string; readonly clientId: string; readonly clientSecret: string }
type KeytrailPorts = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Unix ms. */
  readonly now: () => number
  readonly say: (words: string) => void
}

export type Client = {
  /** Sends a request with a token; gives the status and body of any response that is no outage. */
  readonly send: (method: 'GET' | 'POST' | 'PUT', path: string, body: unknown) => Promise<Responded>
  /** Gets a token, unless there is one. */
  readonly authorize: () => Promise<void>
}
type Responded = { readonly status: number; readonly text: string }

const requestMsMax = 120_000
/** A token is renewed this long before it ends. */
const renewedEarlyMs = 60_000
/** How far the two clocks may be apart. */
const clockMsMax = 2 * 60_000

const Token = v.object({ access_token: v.string(), expires_in: v.optional(v.number(), 3_600) })
const OAuthError = v.object({ error: v.string(), error_description: v.optional(v.string()) })

/** A client with no token yet. */
export function keytrailClient(settings: KeytrailSettings, ports: KeytrailPorts): Client {
  let token: { readonly text: string; readonly until: number } | undefined
  const request = requesting(settings, ports)

  async function tokenText(): Promise<string> {
    if (token && ports.now() < token.until) return token.text
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'api.events.write',
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
    })
    const response = await request('POST', '/connect/token', { body: form })
    if (response.status !== 200) throw refusedKey(response)
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Token), response.text)
    if (!read.success) throw noKeytrail(settings.url, response)
    token = { text: read.output.access_token, until: ports.now() + read.output.expires_in * 1_000 - renewedEarlyMs }
    return token.text
  }

  return {
    authorize: async () => {
      await tokenText()
    },
    send: async (method, path, body) => {
      const attempt = async () => {
        const headers = { authorization: `Bearer ${await tokenText()}`, 'content-type': 'application/json' }
        return request(method, path, { headers, body: JSON.stringify(body) })
      }
      const response = await attempt()
      if (response.status !== 401) return response
      // The key was rotated, or the signing key was: a new token once, and then it is a refusal.
      token = undefined
      const again = await attempt()
      if (again.status !== 401) return again
      token = undefined
      throw new Trouble(
        'keytrail-refused',
        'Keytrail does not accept its own token: is TOKEN_ISSUER the same for all of its instances?',
      )
    },
  }
}

function refusedKey({ status, text }: Responded): Trouble {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), OAuthError), text)
  const words = read.success ? (read.output.error_description ?? read.output.error) : `status ${status}`
  if (status === 404) {
    return new Trouble(
      'keytrail-refused',
      'Keytrail gives no tokens (404 at /connect/token): is KEYTRAIL_URL right, and TOKEN_SIGNING_KEY set there?',
    )
  }
  return new Trouble(
    'keytrail-refused',
    `Keytrail refuses the server key (${words}). See KEYTRAIL_CLIENT_ID and KEYTRAIL_CLIENT_SECRET.`,
  )
}

/** A response that Keytrail does not give: a proxy's page, another server. */
export const noKeytrail = (url: string, { status, text }: Responded): Trouble => {
  const what = /^\s*</.test(text) ? 'a web page' : 'something else'
  return new Trouble(
    'keytrail-unexpected',
    `${url} responded with ${what} (status ${status}), not as Keytrail does. Is it the right address?`,
  )
}

/** Sends single requests; outages and redirects are thrown. Compares the clocks. */
function requesting(settings: KeytrailSettings, { fetch, now, say }: KeytrailPorts) {
  let warned = false
  const compareClocks = (date: string | null) => {
    const theirs = date === null ? undefined : httpDateMs(date, instantAt(now()))
    const aheadMs = theirs === undefined ? 0 : now() - theirs
    const isWrong = Math.abs(aheadMs) > clockMsMax
    if (isWrong && !warned) {
      const minutes = Math.round(Math.abs(aheadMs) / 60_000)
      say(
        `This machine's clock is ${minutes} min ${aheadMs > 0 ? 'ahead of' : 'behind'} Keytrail's. If Vaultwarden runs here, its events have wrong dates; Keytrail stores one that is over 5 min ahead under its time of arrival.`,
      )
    }
    warned = isWrong
  }

  return async (method: string, path: string, init: RequestInit): Promise<Responded> => {
    const responded = await (async () => {
      try {
        const signal = AbortSignal.timeout(requestMsMax)
        const response = await fetch(`${settings.url}${path}`, { ...init, method, redirect: 'manual', signal })
        return { status: response.status, headers: response.headers, text: await response.text() }
      } catch (error) {
        throw new Trouble('keytrail-unreachable', `${settings.url} cannot be reached (${messageOf(error)}).`, {
          cause: error,
        })
      }
    })()
    const { status, headers, text } = responded
    compareClocks(headers.get('date'))
    const retryAfterMs = retryAfterOf(headers.get('retry-after'), now())
    if (status === 429) throw new Trouble('keytrail-busy', 'Keytrail asks for fewer requests (429).', { retryAfterMs })
    if (status >= 500) throw new Trouble('keytrail-busy', `Keytrail cannot take it now (${status}).`, { retryAfterMs })
    if (status >= 300 && status < 400) {
      const words = `${settings.url} leads to another address (${status}). Set KEYTRAIL_URL to where Keytrail itself is.`
      throw new Trouble('keytrail-refused', words)
    }
    return { status, text }
  }
}

/** `Retry-After` in ms, from seconds or a date, at most an hour; 0 without one (RFC 9110 section 10.2.3). */
function retryAfterOf(text: string | null, now: number): number {
  if (text === null) return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : (httpDateMs(text, instantAt(now)) ?? now) - now
  return Math.min(Math.max(ms, 0), 3_600_000)
}
