// Calls triggers as the host would, without a host: requests in, responses out, log lines collected.
import { type HttpHandler, HttpRequest, HttpResponse, InvocationContext } from '@azure/functions'
import type { TokenVerifier } from '../../src/ports/tokens.ts'

export type Call = {
  readonly method?: string
  readonly path?: string
  readonly params?: Record<string, string>
  readonly token?: string
  readonly headers?: Record<string, string>
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown
}

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body read as JSON; undefined when there is none. */
  readonly json: unknown
  readonly log: readonly string[]
}

/** An invocation's context whose log lines are kept. */
export function contextWith(log: string[], triggerMetadata: Record<string, unknown> = {}): InvocationContext {
  return new InvocationContext({
    functionName: 'test',
    invocationId: 'test',
    logHandler: (_level, ...args) => log.push(args.join(' ')),
    triggerMetadata: Object.fromEntries(Object.entries(triggerMetadata)),
  })
}

/** Calls an HTTP trigger. */
export async function call(handler: HttpHandler, options: Call = {}): Promise<Answered> {
  const { method = 'GET', path = '/', params = {}, token, headers = {}, body } = options
  const url = new URL(path, 'http://keytrail.test')
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const request = new HttpRequest({
    method,
    url: url.href,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    },
    query: Object.fromEntries(url.searchParams),
    params,
    ...(text !== undefined && { body: { string: text } }),
  })
  const log: string[] = []
  const response = new HttpResponse((await handler(request, contextWith(log))) ?? {})
  const content = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  const json: unknown = isJson ? JSON.parse(content) : undefined
  return { status: response.status, headers: response.headers, text: content, json, log }
}

/** A verifier that accepts these tokens and no other: those with a time of sign-in as Keytrail's own, all others as a vault's. */
export const tokensOf = (claims: Readonly<Record<string, unknown>>): TokenVerifier => ({
  verify: async (token) =>
    token in claims
      ? {
          kind: 'claims',
          claims: claims[token],
          trust: Object.hasOwn(Object(claims[token]), 'auth_time') ? 'own' : 'memberships',
        }
      : { kind: 'refused', reason: 'token-invalid' },
})

/** Claims of Keytrail's own token of a person who signed in with the identity provider. */
export const personClaims = (sub: string, more: Record<string, unknown> = {}) => ({
  sub,
  scope: ['api'],
  amr: ['external'],
  other_user_ids: [],
  granted: {},
  operator: false,
  auth_time: 1_795_000_000,
  ...more,
})

/** Claims of a person's token, as identity servers write them. */
export const userClaims = (sub: string, more: Record<string, unknown> = {}) => ({
  sub,
  scope: ['api', 'offline_access'],
  amr: ['Application'],
  client_id: 'cli',
  ...more,
})
