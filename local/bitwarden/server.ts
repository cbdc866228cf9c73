// A Bitwarden server's identity and Public API without HTTP: requests in, responses out, on the clock and with the randomness handed in.
import { formatInstant, instantAt, parseInstant } from '../../src/domain/instant.ts'
import { early, type FaultOf, json, late, type SimulatedRequest, type SimulatedResponse, tooMany } from './faults.ts'
import { requestLimit } from './limits.ts'
import { type SimulatedOrganization, shownAt } from './organization.ts'

/** How long an access token lives; seconds. */
const tokenSeconds = 3_600
const getsPerMinute = 200
const tokensPerMinute = 10
const dayMs = 86_400_000
/** The longest range of a list. */
const rangeMsMax = 367 * dayMs

/** May be changed at any time: the next request sees it. */
export type Conditions = {
  /** How far the server's clock, and with it the header `Date`, is ahead; milliseconds. */
  clockAheadMs: number
  faultOf: FaultOf
}

type ServerOptions = {
  readonly organizations: readonly SimulatedOrganization[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0, inclusive, to 1, exclusive: access tokens are made of it. */
  readonly random: () => number
  readonly conditions?: Conditions
}

/** How many requests a server had, those that it refused included. */
type Counts = { gets: number; tokens: number; tooMany: number }

type Token = { readonly organization: SimulatedOrganization; readonly expiresAt: number }

/**
 * A server that is reached as a self-hosted one is (`/api/…`, `/identity/…`) and as the hosts of the cloud are
 * (`/public/…`, `/connect/token`).
 */
export function bitwardenServer(options: ServerOptions) {
  const { organizations, now, random } = options
  const conditions = options.conditions ?? { clockAheadMs: 0, faultOf: () => undefined }
  const [gets, tokenRequests] = [requestLimit(getsPerMinute), requestLimit(tokensPerMinute)]
  const tokens = new Map<string, Token>()
  const counts: Counts = { gets: 0, tokens: 0, tooMany: 0 }
  const serverNow = () => now() + conditions.clockAheadMs

  const limited = (request: SimulatedRequest, isToken: boolean) => {
    counts[isToken ? 'tokens' : 'gets'] += 1
    const wait = (isToken ? tokenRequests : gets).take(request.address ?? '', now())
    if (wait === undefined) return undefined
    counts.tooMany += 1
    return tooMany(`${wait}`)
  }

  const issue = (request: SimulatedRequest): SimulatedResponse => {
    const form = new URLSearchParams(request.body)
    const organization = organizations.find(({ id }) => form.get('client_id') === `organization.${id}`)
    if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' })
    if (organization?.enabled !== true || form.get('client_secret') !== organization.clientSecret) {
      return json(400, { error: 'invalid_client' })
    }
    if (form.get('scope') !== 'api.organization') return json(400, { error: 'invalid_scope' })

    const access_token = Array.from({ length: 8 }, () => random().toString(36).slice(2)).join('.')
    tokens.set(access_token, { organization, expiresAt: now() + tokenSeconds * 1_000 })
    return json(200, { access_token, expires_in: tokenSeconds, token_type: 'Bearer', scope: 'api.organization' })
  }

  const show = (request: SimulatedRequest, path: string): SimulatedResponse => {
    const [, bearer = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
    const token = tokens.get(bearer)
    if (token === undefined || token.expiresAt <= now()) return unauthorized
    if (path === 'events') return listEvents(token.organization, request.query, serverNow(), now())
    const shown = shownAt(path, token.organization)
    return shown === undefined ? { kind: 'response', status: 404, headers: {}, body: '' } : json(200, shown)
  }

  const looked = (request: SimulatedRequest): SimulatedResponse => {
    const path = request.path.replace(/^\/(?:api|identity)(?=\/)/, '').replace(/\/$/, '')
    const isToken = path === '/connect/token'
    const [, below] = /^\/public\/(.+)$/.exec(path) ?? []
    if (!isToken && below === undefined) return { kind: 'response', status: 404, headers: {}, body: '' }
    if (request.method !== (isToken ? 'POST' : 'GET')) return { kind: 'response', status: 405, headers: {}, body: '' }
    return limited(request, isToken) ?? (below === undefined ? issue(request) : show(request, below))
  }

  return {
    counts,
    /** From now on no token is valid, as when the server gets another signing key. */
    expireTokens: () => tokens.clear(),
    respond(request: SimulatedRequest): SimulatedResponse {
      const fault = conditions.faultOf(request)
      if (fault?.kind === 'expired') tokens.clear()
      const response = early(fault) ?? late(fault, looked(request))
      if (response.kind !== 'response' && response.kind !== 'cut') return response
      return { ...response, headers: { date: new Date(serverNow()).toUTCString(), ...response.headers } }
    },
  }
}

export type BitwardenServer = ReturnType<typeof bitwardenServer>

const unauthorized: SimulatedResponse = {
  kind: 'response',
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  body: '',
}

/** `serverMs` is what the server takes for now, `nowMs` the time that decides what has appeared. */
function listEvents(organization: SimulatedOrganization, query: URLSearchParams, serverMs: number, nowMs: number) {
  const range = rangeOf(query.get('start'), query.get('end'), serverMs)
  if (range === undefined) return error('The request is invalid.')
  const [start, end] = range
  if (Date.parse(formatInstant(end)) - Date.parse(formatInstant(start)) > rangeMsMax) {
    return error('Date range must be < 367 days.')
  }
  const token = query.get('continuationToken') || null
  const page = organization.useEvents
    ? organization.events.page({ start, end, token }, nowMs)
    : { events: [], token: null }
  return json(200, { object: 'list', data: page.events, continuationToken: page.token })
}

/** Both ends, in order; the last 30 days unless both are given. Undefined: one is no date. */
function rangeOf(start: string | null, end: string | null, nowMs: number) {
  if (start === null || end === null) {
    const today = Math.floor(nowMs / dayMs) * dayMs
    return [instantAt(today - 30 * dayMs), instantAt(today + dayMs - 1)] as const
  }
  const [one, another] = [parseInstant(start), parseInstant(end)]
  if (one === undefined || another === undefined) return undefined
  return one <= another ? ([one, another] as const) : ([another, one] as const)
}

const error = (message: string) => json(400, { object: 'error', message, errors: null })
