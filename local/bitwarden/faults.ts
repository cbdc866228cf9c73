// What may go wrong between a client and a simulated server. A fault is chosen for each request, by a script or at random.

/** A request as the server sees it; `path` is below the host and without a query. */
export type SimulatedRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Of the client, for the limits; absent: all are one. */
  readonly address?: string
}

type Whole = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type SimulatedResponse =
  | ({ readonly kind: 'response' } & Whole)
  /** The head, and a part of the body; then the connection breaks. */
  | ({ readonly kind: 'cut' } & Whole)
  /** The connection breaks without a response. */
  | { readonly kind: 'reset' }
  /** The connection stays open, and nothing comes. */
  | { readonly kind: 'silence' }

/**
 * `too-many`: 429 with this `Retry-After`, null for none. `status`: an error as JSON. `html`: a page in place of JSON.
 * `redirect`: 302. `expired`: the token is valid no longer. `cut`: half of the real response. `reset`: the request has
 * no effect, and no response. `lost`: it has its effect, and no response. `silence`: the same, and the client waits.
 * `rewrite`: the real response with another body.
 */
export type Fault =
  | { readonly kind: 'too-many'; readonly retryAfter: string | null }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'expired' | 'cut' | 'reset' | 'lost' | 'silence' }
  | { readonly kind: 'rewrite'; readonly body: (text: string) => string }

/** Chooses the fault of a request; undefined: none. */
export type FaultOf = (request: SimulatedRequest) => Fault | undefined

/** A server's response when something is wrong before the request is looked at; undefined when it is to be looked at. */
export function early(fault: Fault | undefined): SimulatedResponse | undefined {
  switch (fault?.kind) {
    case 'too-many':
      return tooMany(fault.retryAfter)
    case 'status':
      return json(fault.status, { object: 'error', message: 'An error has occurred.', errors: null })
    case 'html':
      return { kind: 'response', status: fault.status, headers: { 'content-type': 'text/html' }, body: htmlPage }
    case 'redirect':
      return { kind: 'response', status: 302, headers: { location: fault.location }, body: '' }
    case 'reset':
      return { kind: 'reset' }
    default:
      return undefined
  }
}

/** What becomes of the response of a server that has looked at the request. */
export function late(fault: Fault | undefined, response: SimulatedResponse): SimulatedResponse {
  if (response.kind !== 'response') return response
  switch (fault?.kind) {
    case 'cut':
      return { ...response, kind: 'cut', body: response.body.slice(0, Math.floor(response.body.length / 2)) }
    case 'lost':
      return { kind: 'reset' }
    case 'silence':
      return { kind: 'silence' }
    case 'rewrite':
      return { ...response, body: fault.body(response.body) }
    default:
      return response
  }
}

/** Faults of all kinds that pass by themselves, in this share of requests (0 to 1). `random` gives from 0 to below 1. */
export function randomFaults(random: () => number, share: number): FaultOf {
  const faults: readonly Fault[] = [
    { kind: 'too-many', retryAfter: '20' },
    { kind: 'too-many', retryAfter: null },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 502 },
    { kind: 'expired' },
    { kind: 'cut' },
    { kind: 'reset' },
    { kind: 'lost' },
    { kind: 'silence' },
  ]
  return () => (random() < share ? faults[Math.floor(random() * faults.length)] : undefined)
}

/** A JSON response. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** The response to one request too many. */
export function tooMany(retryAfter: string | null): SimulatedResponse {
  const headers = retryAfter === null ? undefined : { 'retry-after': retryAfter }
  return json(429, { message: 'Slow down! Too many requests.' }, headers)
}

const htmlPage = '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>'
