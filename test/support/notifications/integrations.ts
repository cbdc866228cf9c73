// Integrations for tests of triggers: the routes on memory, a clock and a keyring of their own, with Acme, Globex and their people.
import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { readKeyring, secretBox } from '../../../src/adapters/crypto/secret-box.ts'
import { nodeSecrets } from '../../../src/adapters/crypto/secrets.ts'
import { readTarget } from '../../../src/adapters/http/endpoint.ts'
import { joseIssuedTokens } from '../../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../../src/adapters/jose/issuers.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryIntegrations } from '../../../src/adapters/memory/integrations.ts'
import { memoryNotificationQueue } from '../../../src/adapters/memory/notification-queue.ts'
import { memoryOutbox } from '../../../src/adapters/memory/outbox.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { type Guid, parseGuid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Attempt } from '../../../src/domain/notifications/attempts.ts'
import type { Notification } from '../../../src/domain/notifications/messages/notification.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import {
  listDeliveries,
  listFailed,
  replayFailed,
  testIntegration,
} from '../../../src/functions/notifications/integration-deliveries.ts'
import {
  createIntegration,
  deleteIntegration,
  listIntegrations,
  putIntegration,
  readIntegration,
  rotateIntegrationSecret,
} from '../../../src/functions/notifications/integrations.ts'
import type { SecretBox } from '../../../src/ports/secret-box.ts'
import { requestedTargets } from '../../domain/notifications/targets/samples.ts'
import { began, eventsIn } from '../alerts/alerts.ts'
import { ownIssuer, signingKey } from '../api-keys.ts'
import { call, tokensOf } from '../calls.ts'
import { acme, guid } from '../events.ts'
import { directoryOfAcme, people } from '../people.ts'

/** A new key as the setting has it. */
export const secretKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

/** A box with these keys, the first of which seals. */
export function boxOf(...keys: readonly string[]): SecretBox {
  const keyring = readKeyring(keys.join(','))
  if (keyring.kind === 'refused') throw new Error(keyring.reason)
  return secretBox(keyring)
}

/** A target of each kind as requests say it, with every secret that it may bring. */
export const targets = requestedTargets

/** Every secret in `targets`. */
export const givenSecrets: readonly string[] = Object.values(targets).flatMap((target) =>
  Object.entries(target).flatMap(([name, value]) =>
    /^(url|token|secret|apiKey|routingKey|password|accessKey)$/.test(name) ? [value] : [],
  ),
)

/** An integration as creation and rotation return it. */
export const Shown = v.object({ id: v.string(), signingSecret: v.optional(v.string()) })

export const idOf = (json: unknown): Guid => {
  const id = parseGuid(v.parse(Shown, json).id)
  if (!id) throw new Error('no id')
  return id
}

/** The body of an integration of this target. */
export const bodyOf = (target: object = targets.webhook, more: object = {}) => ({ name: 'Security', target, ...more })

type Options = { readonly allowLoopback?: boolean; readonly keys?: readonly string[] }

/** The routes of integrations, ready to be called; `allowLoopback` as in local mode. */
export async function integrationRoutes(options: Options = {}) {
  const made = await integrationPorts(options)
  return { ...made, ...callsOf(made.ports), ...deliveringTo(made.ports) }
}

async function integrationPorts({ allowLoopback = false, keys = [secretKey('k1')] }: Options) {
  let clock = began
  const now = () => clock
  const issuer = joseIssuedTokens({ issuer: ownIssuer, signingKey: signingKey('ES256') }, now)
  const ports = {
    integrations: memoryIntegrations(),
    outbox: memoryOutbox(),
    notifications: memoryNotificationQueue(),
    queue: memoryQueue(),
    schedule: memorySchedule(),
    secrets: nodeSecrets(),
    now,
    box: boxOf(...keys),
    urlRules: { allowLoopback },
    maySendTo: (url: string) => readTarget(url, allowLoopback).kind === 'target',
    directory: await directoryOfAcme(),
    authenticate: authenticateWith(verifierOf([issuer], tokensOf(people))),
    address: { trustedProxies: 1 },
  }
  return {
    ports,
    /** A token of Acme's own API key. */
    keyToken: () => issuer.issue(acme),
    advance: (ms: number) => {
      clock += ms
    },
  }
}

export type Routes = Awaited<ReturnType<typeof integrationRoutes>>
export type Ports = Awaited<ReturnType<typeof integrationPorts>>['ports']

/** The routes on these ports; without a token, nobody calls. */
export function callsOf(ports: Ports) {
  const of = (integrationId?: string, id: Guid = acme) => ({ params: { id, ...(integrationId && { integrationId }) } })
  const as = (token?: string) => (token === undefined ? {} : { token })
  const sent = (method: string, body?: unknown) => ({ method, ...(body !== undefined && { body }) })
  return {
    list: (token?: string, id = acme) => call(listIntegrations(ports), { ...of(undefined, id), ...as(token) }),
    read: (integrationId: string, token?: string, id = acme) =>
      call(readIntegration(ports), { ...of(integrationId, id), ...as(token) }),
    create: (body: unknown, token?: string, id = acme) =>
      call(createIntegration(ports), { ...of(undefined, id), ...sent('POST', body), ...as(token) }),
    put: (integrationId: string, body: unknown, token?: string, id = acme) =>
      call(putIntegration(ports), { ...of(integrationId, id), ...sent('PUT', body), ...as(token) }),
    remove: (integrationId: string, token?: string, id = acme) =>
      call(deleteIntegration(ports), { ...of(integrationId, id), ...sent('DELETE'), ...as(token) }),
    rotate: (integrationId: string, token?: string, id = acme) =>
      call(rotateIntegrationSecret(ports), { ...of(integrationId, id), ...sent('POST'), ...as(token) }),
    test: (integrationId: string, token?: string, id = acme) =>
      call(testIntegration(ports), { ...of(integrationId, id), ...sent('POST'), ...as(token) }),
    deliveries: (integrationId: string, token?: string, id = acme) =>
      call(listDeliveries(ports), { ...of(integrationId, id), ...as(token) }),
    failed: (integrationId: string, token?: string, query = '', id = acme) =>
      call(listFailed(ports), { ...of(integrationId, id), path: `/?${query}`, ...as(token) }),
    replay: (integrationId: string, token?: string, body?: unknown, id = acme) =>
      call(replayFailed(ports), { ...of(integrationId, id), ...sent('POST', body), ...as(token) }),
    /** The events that are on their way to the log. */
    reported: () => eventsIn(ports.queue.messages),
  }
}

/** Every route, by what it does. */
export const routeNames = [
  ...(['list', 'read', 'create', 'put', 'remove', 'rotate'] as const),
  ...(['test', 'deliveries', 'failed', 'replay'] as const),
]
/** Calls a route on an integration. */
export function callRoute(
  calls: ReturnType<typeof callsOf>,
  route: (typeof routeNames)[number],
  id: string,
  token?: string,
  organizationId = acme,
) {
  const body = bodyOf(targets.webhook, { name: 'Mine' })
  if (route === 'list') return calls.list(token, organizationId)
  if (route === 'create') return calls.create(body, token, organizationId)
  if (route === 'put') return calls.put(id, body, token, organizationId)
  if (route === 'failed') return calls.failed(id, token, '', organizationId)
  if (route === 'replay') return calls.replay(id, token, undefined, organizationId)
  return calls[route](id, token, organizationId)
}

/** What a deliverer does, as far as the routes show it. */
function deliveringTo({ outbox, now }: Ports) {
  /** Stores what came of an attempt: everything that waits failed for good, or nothing of it was touched. */
  const attempt = async (integrationId: Guid, result: Partial<Attempt>, failing: readonly Notification[] = []) => {
    const at = instantAt(now())
    const lease = await outbox.acquireLease(acme, integrationId, now(), now() + 1)
    if (!lease) throw new Error('no lease')
    const ids = failing.map(({ id }) => id)
    const whole = { at, outcome: 'delivered', error: null, latencyMs: 12, notificationIds: ids, ...result } as const
    const reason = whole.outcome === 'delivered' ? null : 'HTTP 404'
    const health =
      reason === null
        ? { failingSince: null, lastSuccessAt: at, reason, notified: false }
        : { failingSince: at, lastSuccessAt: null, reason, notified: false }
    const failed = failing.map((notification) => ({
      notification,
      failures: 1,
      dueAt: now(),
      lastError: reason,
      failedAt: at,
    }))
    await outbox.recordAttempt(lease, { attempt: whole, health, arrived: [], waiting: [], failed })
    await outbox.releaseLease(lease)
  }
  return {
    attempt,
    /** Tests that failed for good, by the number in their ids. */
    fail: async (integrationId: Guid, numbers: readonly number[]) => {
      const waiting = numbers.map(
        (number): Notification => ({
          id: guid(number, '5'),
          at: instantAt(now()),
          integrationId,
          content: { kind: 'test' },
        }),
      )
      await outbox.add(acme, waiting)
      await attempt(integrationId, { outcome: 'failed', error: 'HTTP 404' }, waiting)
    },
  }
}
