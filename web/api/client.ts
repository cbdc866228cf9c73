// Requests to the API as the signed-in person: a GET outlasts outages, and every failure is an ApiProblem.
import { type Immutable, type JsonRecord, list, listOrEmpty, number, record, text, textItem } from './read.ts'
import type { InvalidRule } from './types.ts'

/** What is wrong in a rule document, and where. */
export type RuleProblem = Immutable<InvalidRule['problems'][number]>

/** A response that is an error; `status` 0 means that there was none: no connection. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  /** What is wrong, by parameter. */
  readonly errors: Readonly<Record<string, readonly string[]>>
  readonly problems: readonly RuleProblem[]

  constructor(status: number, message: string, details: Partial<Pick<ApiProblem, 'errors' | 'problems'>> = {}) {
    super(message)
    this.status = status
    this.errors = details.errors ?? {}
    this.problems = details.problems ?? []
  }
}

/** A part of a file, and the path of the part after it; null after the last. */
export type FilePart = { readonly text: string; readonly next: string | null }

export type Api = {
  /** Throws ApiProblem; during an outage it first retries, with growing pauses. */
  get<T>(path: string, read: (json: unknown) => T, signal?: AbortSignal): Promise<T>
  /** Throws ApiProblem, at the first failure. A body of text is sent as it is, as `type`; undefined is no body. */
  send<T>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    read: (json: unknown) => T,
    type?: string,
  ): Promise<T>
  /** One response of an export, as it is; fails and outlasts outages as `get` does. */
  file(path: string, signal?: AbortSignal): Promise<FilePart>
}

/** Why a GET waits, and how long. */
export type Outage = { readonly status: number; readonly pauseMs: number }

type ApiPorts = {
  fetch(path: string, init: RequestInit): Promise<Response>
  /** Null if nobody is signed in, or the sign-in has expired. */
  token(): string | null
  /** Goes to sign in and comes back. `mayLeave` is false while the page holds input that is not saved. */
  renew(mayLeave: boolean): void
  /** Null once a response has come. */
  onOutage(outage: Outage | null): void
  /** Resolves after so long, or at once when the person asks to try now; rejects when aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
}

/** The pauses between the attempts of a GET, in milliseconds; after the last one it fails. */
export const pausesMs: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000]

/** The longest pause that `Retry-After` may ask for. */
const longestPauseMs = 60_000

export function createApi(ports: ApiPorts): Api {
  async function once(path: string, init: RequestInit, mayLeave: boolean): Promise<Response> {
    const token = ports.token()
    const signedOut = () => {
      ports.renew(mayLeave)
      return new ApiProblem(401, 'signed out')
    }
    if (token === null) throw signedOut()
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    const response = await asProblem(() => ports.fetch(path, { ...init, headers }), init.signal)
    if (response.status === 401) throw signedOut()
    return response
  }

  async function untilUp(path: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? undefined
    for (let attempt = 0; ; attempt++) {
      const outcome = await once(path, init, true).catch(onlyOutage)
      const pauseMs = pausesMs[attempt]
      if (!isOutage(outcome.status) || pauseMs === undefined) {
        ports.onOutage(null)
        if (outcome instanceof ApiProblem) throw outcome
        return outcome
      }
      const longer = Math.max(pauseMs, retryAfterMs(outcome))
      ports.onOutage({ status: outcome.status, pauseMs: longer })
      await ports.pause(longer, signal)
    }
  }

  return {
    get: async (path, read, signal) => read(await jsonOf(await untilUp(path, { ...withSignal(signal) }))),
    send: async (method, path, body, read, type = 'application/json') => {
      const content =
        body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': type } }
      return read(await jsonOf(await once(path, { method, ...content }, false)))
    },
    file: async (path, signal) => {
      const response = await untilUp(path, { ...withSignal(signal) })
      if (!response.ok) await jsonOf(response)
      return { text: await asProblem(() => response.text(), signal), next: nextOf(response, path) }
    },
  }
}

const withSignal = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

/** No connection, or a status of an app or a proxy that cannot respond now. */
const isOutage = (status: number): boolean => status === 0 || status === 429 || (status >= 502 && status <= 504)

function onlyOutage(error: unknown): ApiProblem {
  if (error instanceof ApiProblem && error.status === 0) return error
  throw error
}

/** A rejection of fetch as an outage, unless it was aborted. */
async function asProblem<T>(ask: () => Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiProblem(0, error instanceof Error ? error.message : 'no connection')
  }
}

function retryAfterMs(outcome: Response | ApiProblem): number {
  const seconds = outcome instanceof Response ? Number(outcome.headers.get('retry-after')) : 0
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, longestPauseMs) : 0
}

/** The JSON of a successful response, undefined of an empty one; throws the problem that any other states. */
async function jsonOf(response: Response): Promise<unknown> {
  const body = await asProblem(() => response.text(), undefined)
  if (response.ok) return body === '' ? undefined : JSON.parse(body)
  throw problemOf(response.status, body)
}

function problemOf(status: number, body: string): ApiProblem {
  try {
    const json = record<InvalidRule>(JSON.parse(body))
    const errors = json.errors == null ? {} : errorsOf(record(json.errors))
    return new ApiProblem(status, text(json, 'message'), {
      errors,
      problems: listOrEmpty(json, 'problems', ruleProblem),
    })
  } catch {
    return new ApiProblem(status, `status ${status}`)
  }
}

const errorsOf = (errors: JsonRecord): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.keys(errors).map((name) => [name, list(errors, name, textItem)]))

function ruleProblem(json: unknown): RuleProblem {
  const from = record<RuleProblem>(json)
  return {
    line: number(from, 'line'),
    column: number(from, 'column'),
    member: text(from, 'member'),
    reason: text(from, 'reason'),
    message: text(from, 'message'),
  }
}

/** The path that `Link: <…>; rel="next"` names (RFC 8288), resolved against the requested one. */
function nextOf(response: Response, path: string): string | null {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1]
  if (target === undefined) return null
  const base = new URL(path, 'http://here')
  const url = new URL(target, base)
  return url.pathname + url.search
}
