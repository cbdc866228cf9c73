// A simulated server with one small organization, on a clock that tests set.
import { type Arrival, eventLog, type TokenKind } from '../../../local/bitwarden/events.ts'
import type { SimulatedRequest } from '../../../local/bitwarden/faults.ts'
import type { SimulatedOrganization } from '../../../local/bitwarden/organization.ts'
import { bitwardenServer, type Conditions } from '../../../local/bitwarden/server.ts'
import { publicEvent } from '../../../local/bitwarden/traffic.ts'
import { randomFrom } from '../../../local/demo/random.ts'

export const organizationId = 'a0000000-0007-4000-8000-000000000001'
export const start = Date.parse('2026-11-22T06:00:00Z')

const access = { id: 'f', readOnly: false, hidePasswords: false, manage: true }

/** A server whose clock stands still until `clock.now` is set. */
export function world(kind: TokenKind = 'position') {
  const clock = { now: start }
  const random = randomFrom(1)
  const organization: SimulatedOrganization = {
    id: organizationId,
    name: 'Northwind',
    clientSecret: 'right',
    enabled: true,
    useEvents: true,
    members: [
      {
        id: 'd1',
        userId: 'c1',
        name: 'Alice',
        email: 'alice@demo.test',
        type: 0,
        status: 2,
        twoFactorEnabled: true,
        externalId: null,
        permissions: null,
        collections: [],
        groups: ['e1'],
        resetPasswordEnrolled: false,
        ssoExternalId: null,
      },
    ],
    groups: [{ id: 'e1', name: 'Everyone', externalId: null, collections: [access] }],
    collections: [{ id: 'f', externalId: null, groups: [{ ...access, id: 'e1' }] }],
    policies: [{ id: '31', type: 0, enabled: true, data: null }],
    events: eventLog(kind, random.next),
  }
  const conditions: Conditions = { clockAheadMs: 0, faultOf: () => undefined }
  const server = bitwardenServer({
    organizations: [organization],
    now: () => clock.now,
    random: random.next,
    conditions,
  })

  const ask = (request: Partial<SimulatedRequest>) => {
    const response = server.respond({
      method: 'GET',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: '',
      ...request,
    })
    if (response.kind !== 'response') throw new Error(`the connection ends: ${response.kind}`)
    return { ...response, json: response.body === '' ? undefined : JSON.parse(response.body) }
  }
  const tokenFor = (form: Record<string, string> = {}, path = '/identity/connect/token') => {
    const right = { grant_type: 'client_credentials', scope: 'api.organization', client_secret: 'right' }
    const body = new URLSearchParams({ client_id: `organization.${organizationId}`, ...right, ...form })
    return ask({ method: 'POST', path, body: `${body}` })
  }
  const get = (path: string, query: Record<string, string> = {}, token = tokenFor().json.access_token) =>
    ask({ path, query: new URLSearchParams(query), headers: { authorization: `Bearer ${token}` } })
  return { clock, organization, conditions, server, ask, tokenFor, get }
}

/** Something of this type that is dated `at`, and appears then or so much later (milliseconds). */
export function arrival(at: string, type = 1000, lateMs = 0): Arrival {
  return { appearsAt: Date.parse(at) + lateMs, event: publicEvent({ type, date: at }) }
}
