// The inbox beside the local identity server: takes what Keytrail sends to a webhook, to Slack, to Teams and as e-mail, and shows it on a page. Messages are in memory only.
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { bodyOf } from '../identity/request-body.ts'
import { mailPath, receiveMail } from './mail.ts'
import type { Received, Rendering } from './rendering.ts'
import { receiveSlack } from './slack.ts'
import { receiveTeams } from './teams.ts'
import type { Verification } from './verification.ts'
import { receiveWebhook } from './webhook.ts'

/** The most messages stored; the oldest are dropped first. */
export const messagesMax = 200
/** Largest body of a message, in bytes. */
export const inboxBodyBytesMax = 256 * 1024

type InboxOptions = Pick<Verification, 'signingSecret' | 'accessKey'> & {
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Inbox = {
  /** Responds to an e-mail, and to a request for /inbox or below it, and returns true; ignores any other and returns false. */
  take(request: IncomingMessage, response: ServerResponse): boolean
}

type Source = 'webhook' | 'slack' | 'teams' | 'mail'
/** A message as the page gets it. `number` counts from 1 on, `at` is when it came (RFC 3339). */
type InboxMessage = Rendering & { readonly number: number; readonly at: string; readonly source: Source }
type InboxResponse = {
  readonly status: number
  readonly type?: string
  readonly body?: string | Buffer
  readonly allow?: string
}

type Receiver = {
  readonly receive: (body: string, verification: Verification) => Received
  /** The response to a message that is accepted, and to a malformed one. */
  readonly accepted: InboxResponse
  readonly malformed: (reason: string) => InboxResponse
}

/** Each kind of target: how it reads a body, and how it responds. */
const receivers: Readonly<Record<Source, Receiver>> = {
  webhook: { receive: receiveWebhook, accepted: { status: 204 }, malformed: (reason) => problem(400, reason) },
  slack: { receive: receiveSlack, accepted: text(200, 'ok'), malformed: (reason) => text(400, reason) },
  teams: { receive: receiveTeams, accepted: { status: 202 }, malformed: (reason) => problem(400, reason) },
  mail: {
    receive: receiveMail,
    accepted: { status: 202 },
    malformed: (message) => json(400, { error: { code: 'BadRequest', message } }),
  },
}

/** The page's files, by path. */
const files: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '/inbox': { name: 'inbox.html', type: 'text/html; charset=utf-8' },
  '/inbox/inbox.css': { name: 'inbox.css', type: 'text/css; charset=utf-8' },
  '/inbox/inbox.js': { name: 'inbox.js', type: 'text/javascript; charset=utf-8' },
  '/inbox/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
}

/** An inbox with nothing in it. */
export function createInbox({ signingSecret, accessKey, now }: InboxOptions): Inbox {
  const messages: InboxMessage[] = []
  // The page starts again when this changes: numbers start again as well.
  const startedAt = now()
  let last = 0

  const take = async (source: Source, request: IncomingMessage): Promise<InboxResponse> => {
    const { receive, accepted, malformed } = receivers[source]
    // A page of another site cannot send this type without a preflight, which is never allowed.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return malformed('the body must be JSON')
    const bytes = await bodyOf(request, inboxBodyBytesMax)
    if (bytes === undefined) return problem(413, `a body has at most ${inboxBodyBytesMax} bytes`)
    const body = textOf(bytes)
    if (body === undefined) return malformed('the body is no UTF-8')
    const { headers, url: path = '' } = request
    const received = receive(body, { headers, path, signingSecret, accessKey, now: now() })
    if (received.kind === 'malformed') return malformed(received.reason)

    last += 1
    messages.push({ number: last, at: new Date(now()).toISOString(), source, ...received.rendering })
    if (messages.length > messagesMax) messages.shift()
    return accepted
  }

  const respondTo = async (request: IncomingMessage, path: string, query: URLSearchParams): Promise<InboxResponse> => {
    const source = sourceOf(path)
    if (source) return request.method === 'POST' ? take(source, request) : { status: 405, allow: 'POST' }
    const file = files[path]
    if (!file && path !== '/inbox/messages') return problem(404, 'not found')
    if (request.method !== 'GET') return { status: 405, allow: 'GET' }
    if (file)
      return { status: 200, type: file.type, body: await readFile(join(import.meta.dirname, 'page', file.name)) }

    const after = query.get('after') ?? '0'
    if (!/^\d{1,15}$/.test(after)) return problem(400, 'after must be the number of a message')
    return json(200, { startedAt, messages: messages.filter(({ number }) => number > Number(after)) })
  }

  return {
    take(request, response) {
      const [path = '', query] = (request.url ?? '').split('?')
      if (path !== mailPath && path !== '/inbox' && !path.startsWith('/inbox/')) return false
      respondTo(request, path, new URLSearchParams(query))
        .catch(() => problem(500, 'the inbox failed'))
        .then((result) => send(response, result))
      return true
    },
  }
}

function sourceOf(path: string): Source | undefined {
  if (path === mailPath) return 'mail'
  const name = path.slice('/inbox/'.length)
  return name === 'webhook' || name === 'slack' || name === 'teams' ? name : undefined
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function text(status: number, body: string): InboxResponse {
  return { status, type: 'text/plain; charset=utf-8', body }
}

function json(status: number, value: unknown): InboxResponse {
  return { status, type: 'application/json', body: JSON.stringify(value) }
}

function problem(status: number, error: string): InboxResponse {
  return json(status, { error })
}

/** No page of another origin may read, frame or embed any of it; the page itself runs only its own script. */
const guards = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

function send(response: ServerResponse, { status, type, body, allow }: InboxResponse): void {
  response.writeHead(status, {
    ...guards,
    ...(type && { 'Content-Type': type }),
    ...(allow && { Allow: allow }),
    ...(status === 413 && { Connection: 'close' }),
  })
  response.end(body)
}
