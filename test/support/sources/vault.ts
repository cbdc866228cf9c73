// The simulated Bitwarden server as the port that a pull reads: without a network, on a clock that tests set.
import { type Arrival, eventLog, type TokenKind } from '../../../local/bitwarden/events.ts'
import type { SimulatedRequest, SimulatedResponse } from '../../../local/bitwarden/faults.ts'
import type { PublicMember, SimulatedOrganization } from '../../../local/bitwarden/organization.ts'
import { bitwardenServer, type Conditions } from '../../../local/bitwarden/server.ts'
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import {
  type ApiResponse,
  apiFailure,
  type RawResponse,
  readApiResponse,
  readTokenResponse,
} from '../../../src/domain/sources/api-responses.ts'
import type { VaultApi } from '../../../src/ports/sources.ts'
import { acme, guid } from '../events.ts'

/** The secret of the organization's API key. */
export const clientSecret = 'right'

export type Clock = { now: number }

/** A member of the simulated organization, confirmed. */
export const publicMember = (number: number, members: Partial<PublicMember> = {}): PublicMember => ({
  id: guid(number, 'd'),
  userId: guid(number, 'b'),
  name: `Member ${number}`,
  email: `member${number}@acme.test`,
  type: 2,
  status: 2,
  twoFactorEnabled: false,
  externalId: null,
  permissions: null,
  collections: [],
  groups: [],
  resetPasswordEnrolled: false,
  ssoExternalId: null,
  ...members,
})

/** Acme's server: its events, its people, and what goes wrong with it. */
export function simulatedVault(
  kind: TokenKind,
  clock: Clock,
  arrivals: readonly Arrival[],
  random: Random = randomFrom(1),
) {
  const events = eventLog(kind, random.next)
  events.append(arrivals)
  const organization: SimulatedOrganization = {
    id: acme,
    name: 'Acme',
    clientSecret,
    enabled: true,
    useEvents: true,
    members: [publicMember(1, { type: 0, groups: [guid(1, 'e')] }), publicMember(2)],
    groups: [{ id: guid(1, 'e'), name: 'Everyone', externalId: null, collections: [] }],
    collections: [{ id: guid(1, 'f'), externalId: null, groups: [] }],
    policies: [{ id: guid(1, '9'), type: 0, enabled: true, data: null }],
    events,
  }
  const conditions: Conditions = { clockAheadMs: 0, faultOf: () => undefined }
  const now = () => clock.now
  const server = bitwardenServer({ organizations: [organization], now, random: random.next, conditions })
  return { server, organization, conditions, api: apiOf(server, now) }
}

/** The port on a simulated server. */
function apiOf(
  server: { readonly respond: (request: SimulatedRequest) => SimulatedResponse },
  now: () => number,
): VaultApi {
  const respond = (request: SimulatedRequest, read: typeof readApiResponse): ApiResponse => {
    const response = server.respond(request)
    if (response.kind === 'reset') return apiFailure('unreachable')
    if (response.kind === 'silence') return apiFailure('timed-out')
    return read(rawOf(response), instantAt(now()))
  }
  return {
    token: async ({ clientId, clientSecret: secret }) => {
      const form = {
        grant_type: 'client_credentials',
        scope: 'api.organization',
        client_id: clientId,
        client_secret: secret,
      }
      const body = `${new URLSearchParams(form)}`
      const request = { method: 'POST', path: '/connect/token', query: new URLSearchParams(), headers: {}, body }
      return respond(request, readTokenResponse)
    },
    get: async (text, token) => {
      const url = new URL(text)
      const headers = { authorization: `Bearer ${token}` }
      return respond({ method: 'GET', path: url.pathname, query: url.searchParams, headers, body: '' }, readApiResponse)
    },
  }
}

const rawOf = (response: Extract<SimulatedResponse, { readonly body: string }>): RawResponse => ({
  status: response.status,
  retryAfter: response.headers['retry-after'] ?? null,
  date: response.headers.date ?? null,
  body: response.body,
  isWhole: response.kind === 'response',
})
