// The routes of sources on memory, with a vault's API that responds as a test says.
import { nodeSecrets } from '../../../src/adapters/crypto/secrets.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memorySources } from '../../../src/adapters/memory/sources.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import type { ApiResponse } from '../../../src/domain/sources/api-responses.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import {
  checkNewSource,
  createSource,
  deleteSource,
  listSources,
  putSource,
  readSource,
} from '../../../src/functions/sources/sources.ts'
import type { CheckApi, VaultApi } from '../../../src/ports/sources.ts'
import { began, eventsIn } from '../alerts/alerts.ts'
import { call, tokensOf } from '../calls.ts'
import { acme, guid } from '../events.ts'
import { boxOf, secretKey } from '../notifications/integrations.ts'
import { directoryOfAcme, people } from '../people.ts'

/** A body of a new source that holds. */
export const bodyOfSource = (more: object = {}) => ({
  kind: 'bitwarden-api',
  name: 'Cloud',
  region: 'us',
  clientId: `organization.${acme}`,
  clientSecret: 'the-secret-of-the-key',
  ...more,
})

export const json = (body: unknown, serverMs: number | null = null): ApiResponse => ({ kind: 'json', body, serverMs })
export const token = json({ access_token: 'an.access-token', expires_in: 3_600, token_type: 'Bearer' })
const event = { object: 'event', type: 1000, date: '2026-11-22T06:27:51.5Z', actingUserId: guid(1, 'b') }
/** A page with one event. */
export const events = json({ object: 'list', data: [event], continuationToken: null })

/** An API that gives these two responses, and keeps what it was asked for. */
export function apiOf(issued: ApiResponse = token, listed: ApiResponse = events) {
  const asked: string[] = []
  const api: VaultApi = {
    token: async ({ identityUrl, clientId }) => {
      asked.push(`${identityUrl} ${clientId}`)
      return issued
    },
    get: async (url, accessToken) => {
      asked.push(`${url} ${accessToken}`)
      return listed
    },
  }
  return { api, asked }
}

const checkApi = (): CheckApi => apiOf().api

/** The ports of sources, of which a test may replace any. */
export async function sourcePorts() {
  const stored = memorySources()
  return {
    sources: stored,
    progresses: stored,
    queue: memoryQueue(),
    box: boxOf(secretKey('k1')),
    secrets: nodeSecrets(),
    checkApi: checkApi(),
    address: { trustedProxies: 1 },
    addressProblem: (url: string) => (url.startsWith('https://') ? undefined : ('not-https' as const)),
    directory: await directoryOfAcme(),
    authenticate: authenticateWith(tokensOf(people)),
    now: () => began,
  }
}
type Ports = Awaited<ReturnType<typeof sourcePorts>>

/** The routes, ready to be called; without a token, nobody calls. */
export function sourceCalls(ports: Ports) {
  const options = (method: string, token?: string, body?: unknown, sourceId?: string, id: Guid = acme) => ({
    method,
    params: { id, ...(sourceId !== undefined && { sourceId }) },
    ...(token !== undefined && { token }),
    ...(body !== undefined && { body }),
  })
  return {
    list: (token?: string, id?: Guid) => call(listSources(ports), options('GET', token, undefined, undefined, id)),
    read: (sourceId: string, token?: string, id?: Guid) =>
      call(readSource(ports), options('GET', token, undefined, sourceId, id)),
    create: (body: unknown, token?: string, id?: Guid) =>
      call(createSource(ports), options('POST', token, body, undefined, id)),
    check: (body: unknown, token?: string, id?: Guid) =>
      call(checkNewSource(ports), options('POST', token, body, undefined, id)),
    put: (sourceId: string, body: unknown, token?: string, id?: Guid) =>
      call(putSource(ports), options('PUT', token, body, sourceId, id)),
    remove: (sourceId: string, token?: string, id?: Guid) =>
      call(deleteSource(ports), options('DELETE', token, undefined, sourceId, id)),
    /** The events that are on their way to the log. */
    reported: () => eventsIn(ports.queue.messages),
  }
}

/** Every route, called with a body that holds: on a source that stays, and on one to remove. */
export const everyRoute = (
  calls: ReturnType<typeof sourceCalls>,
  { stays, goes }: { readonly stays: string; readonly goes: string },
  token?: string,
  id: Guid = acme,
) => ({
  list: calls.list(token, id),
  read: calls.read(stays, token, id),
  create: calls.create(bodyOfSource({ clientId: `organization.${id}` }), token, id),
  check: calls.check(bodyOfSource({ clientId: `organization.${id}` }), token, id),
  change: calls.put(stays, { name: 'Other' }, token, id),
  remove: calls.remove(goes, token, id),
})
