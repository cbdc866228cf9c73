// /organizations/{id}/integrations: what owners and admins set up, what is stored, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { lateEvaluationAt } from '../../../src/application/notifications/delivery-times.ts'
import { openSecrets } from '../../../src/application/notifications/integration-secrets.ts'
import {
  integrationNameCharsMax,
  integrationsMax,
  secretOverlapHours,
} from '../../../src/domain/notifications/integration.ts'
import { secretsNeeded } from '../../../src/domain/notifications/targets/targets.ts'
import { forBrowsers } from '../../../src/functions/http/cors.ts'
import { deleteIntegration, listIntegrations } from '../../../src/functions/notifications/integrations.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { feedStart } from '../../../src/ports/events.ts'
import { signingSecret } from '../../domain/notifications/targets/webhook/samples.ts'
import { began } from '../../support/alerts/alerts.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, globex, guid, instant } from '../../support/events.ts'
import {
  bodyOf,
  callRoute,
  callsOf,
  idOf,
  integrationRoutes,
  type Routes,
  targets,
} from '../../support/notifications/integrations.ts'

const now = '2026-11-22T06:28:00.000Z'
const set = { set: true }
const untried = { status: 'untried', failingSince: null, lastSuccessAt: null, reason: null }
const kinds = Object.keys(targets).filter((kind): kind is keyof typeof targets => kind in targets)
const failing = async () => {
  throw new Unavailable('storage', new Error('x'))
}

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s makes an integration, sees it, replaces and deletes it', async (who) => {
    const { create, list, read, put, remove } = await integrationRoutes()
    const alerts = { levels: ['high'], rules: null, per: null, resolved: true }
    const made = await create(bodyOf(targets.webhook, { subscriptions: { alerts }, template: '#Type#' }), who)
    const id = idOf(made.json)
    const view = {
      object: 'integration',
      id,
      name: 'Security',
      subscriptions: { alerts, events: null },
      template: '#Type#',
      target: {
        kind: 'webhook',
        host: 'hooks.acme.test',
        batch: false,
        previousSecretUntil: null,
        url: set,
        secret: set,
      },
      enabled: true,
      state: { kind: 'active' },
      createdAt: now,
      createdBy: who === 'alice' ? alice : bob,
      unreadableSecrets: [],
      health: untried,
    }
    expect(made.status).toBe(201)
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(made.json).toEqual(view)
    expect((await list(who)).json).toEqual({ object: 'list', data: [view], continuationToken: null })
    expect(await read(id, who)).toMatchObject({ status: 200, json: view })

    const replaced = await put(id, bodyOf({ kind: 'webhook', batch: true }, { name: 'Ops', enabled: false }), who)
    expect(replaced.status).toBe(200)
    expect(replaced.json).toEqual({
      ...view,
      name: 'Ops',
      target: { ...view.target, batch: true },
      template: null,
      subscriptions: { alerts: null, events: null },
      enabled: false,
      state: { kind: 'disabled', reason: 'switched-off', at: now },
    })
    expect((await read(id, who)).json).toEqual(replaced.json)

    expect(await remove(id, who)).toMatchObject({ status: 204, text: '' })
    expect((await list(who)).json).toMatchObject({ data: [] })
    for (const gone of [await read(id, who), await put(id, bodyOf(), who), await remove(id, who)]) {
      expect(gone.status).toBe(404)
    }
  })

  test.each(kinds)('makes one of kind %s', async (kind) => {
    const { create } = await integrationRoutes()
    const response = await create(bodyOf(targets[kind]), 'alice')
    expect(response).toMatchObject({ status: 201, json: { target: { kind }, unreadableSecrets: [] } })
    expect(response.json).not.toHaveProperty('signingSecret')
  })

  test('sees how an integration does', async () => {
    const { create, read, list, attempt, advance } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    await attempt(id, { outcome: 'retry', error: 'HTTP 500' })
    const health = { status: 'failing', failingSince: now }
    expect((await read(id, 'alice')).json).toMatchObject({ health })
    advance(24 * 3_600_000)
    expect((await list('alice')).json).toMatchObject({ data: [{ health: { ...health, status: 'unhealthy' } }] })
  })

  test('has at most so many integrations', async () => {
    const { create } = await integrationRoutes()
    for (let made = 0; made < integrationsMax; made += 1) {
      expect((await create(bodyOf(), 'alice')).status).toBe(201)
    }
    expect((await create(bodyOf(), 'alice')).status).toBe(409)
    expect((await create(bodyOf(), 'erin', globex)).status).toBe(201)
  })

  const { name: _, ...nameless } = bodyOf()
  const longest = 'x'.repeat(integrationNameCharsMax)
  test.each([
    ['body', 'no body', ''],
    ['body', 'no JSON', '{'],
    ['name', 'no name', nameless],
    ['name', 'a name that is too long', { ...bodyOf(), name: `${longest}x` }],
    ['url', 'a member it does not know', { ...bodyOf(), url: 'https://hooks.acme.test/x' }],
    ['target.secrets', 'a misspelt secret', bodyOf({ ...targets.webhook, secrets: [] })],
    ['target.url', 'an address without https', bodyOf({ kind: 'webhook', url: 'http://hooks.acme.test/x' })],
    ['target.url', 'an address of this machine', bodyOf({ kind: 'webhook', url: 'https://localhost/x' })],
    ['target.url', 'a private address', bodyOf({ kind: 'webhook', url: 'https://10.0.0.1/x' })],
    ['target.url', 'a private address in another notation', bodyOf({ kind: 'webhook', url: 'https://0xa9fea9fe/' })],
    ['target.url', 'a private IPv6 address', bodyOf({ ...targets.hec, url: 'https://[fd00::1]:8088' })],
    ['target.url', 'a local name', bodyOf({ kind: 'webhook', url: 'https://printer.local/x' })],
    ['target.secret', 'a weak secret', bodyOf({ ...targets.webhook, secret: 'whsec_c2hvcnQ=' })],
    ['template', 'an unknown name in the template', bodyOf(targets.webhook, { template: '#Nobody#' })],
    [
      'subscriptions.events.types.0',
      'no type',
      bodyOf(targets.webhook, { subscriptions: { events: { types: ['x'] } } }),
    ],
  ])('gets a 400 that names %s for %s', async (member, _, body) => {
    const { create, put, list, reported } = await integrationRoutes()
    const wrong = { status: 400, json: { errors: { [member]: [expect.any(String)] } } }
    expect(await create(body, 'alice')).toMatchObject(wrong)
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect(reported()).toEqual([])

    const id = idOf((await create(bodyOf(), 'alice')).json)
    const before = (await list('alice')).json
    expect(await put(id, body, 'alice')).toMatchObject(wrong)
    expect((await list('alice')).json).toEqual(before)
    expect(reported()).toHaveLength(1)
  })

  test.each(kinds.filter((kind) => kind !== 'webhook'))(
    'cannot make one of kind %s without its secrets',
    async (kind) => {
      const { create, reported } = await integrationRoutes()
      const needed: readonly string[] = secretsNeeded(kind)
      const bare = Object.fromEntries(Object.entries(targets[kind]).filter(([name]) => !needed.includes(name)))
      const response = await create(bodyOf(bare), 'alice')
      expect(response.status).toBe(400)
      for (const name of needed) expect(response.text).toContain(`"target.${name}":["is missing"]`)
      expect(reported()).toEqual([])
    },
  )

  test('may name this machine in local mode, and no other private address', async () => {
    const { create } = await integrationRoutes({ allowLoopback: true })
    for (const url of ['http://127.0.0.1:7072/inbox', 'http://localhost:7072/inbox']) {
      expect((await create(bodyOf({ kind: 'webhook', url }), 'alice')).status).toBe(201)
      expect((await create(bodyOf({ kind: 'slack-webhook', url }), 'alice')).status).toBe(201)
    }
    for (const url of ['https://10.0.0.1/x', 'https://169.254.169.254/x', 'http://hooks.acme.test/x']) {
      expect((await create(bodyOf({ kind: 'webhook', url }), 'alice')).status).toBe(400)
    }
  })

  test('cannot change an integration’s kind, nor send a stored token to another host', async () => {
    const { create, put, reported } = await integrationRoutes()
    const id = idOf((await create(bodyOf(targets.hec), 'alice')).json)
    const other = await put(id, bodyOf(targets.datadog), 'alice')
    expect(other).toMatchObject({ status: 400, json: { errors: { 'target.kind': [expect.any(String)] } } })
    const url = 'https://elsewhere.test:8088/'
    const moved = await put(id, bodyOf({ kind: 'hec', url }), 'alice')
    expect(moved).toMatchObject({ status: 400, json: { errors: { 'target.token': [expect.any(String)] } } })
    expect(reported()).toHaveLength(1)
    const given = await put(id, bodyOf({ ...targets.hec, url }), 'alice')
    expect(given).toMatchObject({ status: 200, json: { target: { host: 'elsewhere.test:8088' } } })
  })
})

describe('a signing secret', () => {
  const until = '2026-11-23T06:28:00.000Z'
  const secretsOf = async (routes: Routes, id: string) => {
    const { url: _, ...secrets } = await openedOf(routes, id)
    return secrets
  }

  test('that is not given is made, and shown this once', async () => {
    const routes = await integrationRoutes()
    const made = await routes.create(bodyOf({ kind: 'webhook', url: targets.webhook.url }), 'alice')
    const id = idOf(made.json)
    expect(made.json).toMatchObject({ signingSecret: expect.stringMatching(/^whsec_[\w+/]{43}=$/) })
    const { secret } = await secretsOf(routes, id)
    expect(made.json).toMatchObject({ signingSecret: secret })
    for (const later of [await routes.read(id, 'alice'), await routes.list('alice')]) {
      expect(later.text).not.toContain(secret)
    }
  })

  test('is rotated: the new one is shown once, the one before signs for a day more', async () => {
    const routes = await integrationRoutes()
    const id = idOf((await routes.create(bodyOf(), 'alice')).json)
    const rotated = await routes.rotate(id, 'alice')
    const { secret } = await secretsOf(routes, id)
    expect(secretOverlapHours).toBe(24)
    expect(rotated).toMatchObject({
      status: 200,
      json: { id, signingSecret: secret, target: { previousSecretUntil: until }, health: untried },
    })
    expect(secret).not.toBe(signingSecret)
    expect(await secretsOf(routes, id)).toEqual({ secret, previousSecret: signingSecret })
    expect((await routes.read(id, 'alice')).text).not.toContain(secret)
  })

  test('that a request gives replaces the one before in the same way; the same again does nothing', async () => {
    const routes = await integrationRoutes()
    const id = idOf((await routes.create(bodyOf({ kind: 'webhook', url: targets.webhook.url }), 'alice')).json)
    const { secret } = await secretsOf(routes, id)
    for (let times = 0; times < 2; times += 1) {
      expect(await routes.put(id, bodyOf(), 'alice')).toMatchObject({
        status: 200,
        json: { target: { previousSecretUntil: until } },
      })
      expect(await secretsOf(routes, id)).toEqual({ secret: signingSecret, previousSecret: secret })
      routes.advance(1_000)
    }
  })

  test('is shown although nothing can be read after it is made', async () => {
    const { ports, create } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    let changed = false
    const integrations: typeof ports.integrations = {
      ...ports.integrations,
      change: async (...args) => {
        changed = true
        return ports.integrations.change(...args)
      },
    }
    const outbox = { ...ports.outbox, healthOf: async () => (changed ? failing() : ports.outbox.healthOf(acme, id)) }
    const { rotate } = callsOf({ ...ports, integrations, outbox })
    expect(await rotate(id, 'alice')).toMatchObject({ status: 200, json: { signingSecret: expect.any(String) } })
  })

  test('is a webhook’s alone', async () => {
    const { create, rotate, reported } = await integrationRoutes()
    const id = idOf((await create(bodyOf(targets.hec), 'alice')).json)
    expect((await rotate(id, 'alice')).status).toBe(409)
    expect((await rotate(guid(1, '6'), 'alice')).status).toBe(404)
    expect(reported()).toHaveLength(1)
  })
})

describe('what waits', () => {
  const order = (integrationId: string) => ({
    text: JSON.stringify({ organizationId: acme, integrationId }),
    delaySeconds: 0,
  })

  test('is looked at when an integration is replaced', async () => {
    const { ports, create, put } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    expect(ports.notifications.messages).toEqual([])
    await put(id, bodyOf(targets.webhook, { enabled: false }), 'alice')
    expect(ports.notifications.messages).toEqual([order(id)])
  })

  test('is found by the organization’s next evaluation when its message cannot be sent', async () => {
    const { ports, create } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    const broken = callsOf({ ...ports, notifications: { ...ports.notifications, send: failing } })
    expect((await broken.put(id, bodyOf(), 'alice')).status).toBe(503)
    expect(await ports.schedule.due(lateEvaluationAt(began), 10)).toMatchObject([
      { organizationId: acme, at: lateEvaluationAt(began) },
    ])
  })

  test('and what failed goes with an integration, also when that failed at first', async () => {
    const { ports, create, remove, fail } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    await fail(id, [1])
    const broken = { ...ports, outbox: { ...ports.outbox, forget: failing } }
    const asked = { method: 'DELETE', params: { id: acme, integrationId: id }, token: 'alice' }
    expect((await call(deleteIntegration(broken), asked)).status).toBe(503)
    expect(await ports.outbox.attemptsOf(acme, id)).toHaveLength(1)
    expect((await remove(id, 'alice')).status).toBe(404)
    expect(await ports.outbox.attemptsOf(acme, id)).toEqual([])
    expect(await ports.outbox.failedOf(acme, id, 10, null)).toEqual({ failed: [], next: null })
  })
})

describe('the organization’s log', () => {
  test('says who made, replaced, rotated and deleted which integration', async () => {
    const { create, put, rotate, remove, reported } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    await put(id, bodyOf(targets.webhook, { name: 'Ops' }), 'bob')
    await put(id, bodyOf(targets.webhook, { name: 'Ops' }), 'bob')
    await rotate(id, 'bob')
    await remove(id, 'alice')
    const common = { organizationId: acme, objectId: id, objectName: 'Ops', date: instant(now) }
    expect(reported()).toMatchObject([
      { ...common, type: 9_030, actingUserId: alice, objectName: 'Security' },
      { ...common, type: 9_031, actingUserId: bob },
      { ...common, type: 9_031, actingUserId: bob },
      { ...common, type: 9_033, actingUserId: bob },
      { ...common, type: 9_032, actingUserId: alice },
    ])
    expect(new Set(reported().map((each) => each.id)).size).toBe(5)
  })

  test.each(['create', 'put', 'rotate', 'remove'] as const)(
    'receives a change before it is made, so that none is made while the queue is unavailable: %s',
    async (route) => {
      const { ports, create } = await integrationRoutes()
      const id = idOf((await create(bodyOf(), 'alice')).json)
      const before = await ports.integrations.integrationsOf(acme)
      const broken = callsOf({ ...ports, queue: { ...ports.queue, enqueue: failing } })
      expect((await callRoute(broken, route, id, 'alice')).status).toBe(503)
      expect(await ports.integrations.integrationsOf(acme)).toEqual(before)
    },
  )

  test('has a deletion once that failed and was tried again', async () => {
    const { ports, create, remove, reported, advance } = await integrationRoutes()
    const id = idOf((await create(bodyOf(), 'alice')).json)
    const broken = callsOf({ ...ports, integrations: { ...ports.integrations, change: failing } })
    expect((await broken.remove(id, 'alice')).status).toBe(503)
    advance(1_000)
    expect((await remove(id, 'alice')).status).toBe(204)
    const store = memoryEventStore()
    for (const event of reported()) await store.append([event])
    const stored = await store.feed({ kind: 'organization', id: acme }, 10, feedStart)
    expect(stored?.events.map(({ type }) => type)).toEqual([9_030, 9_032])
  })

  test('says nothing about what is refused', async () => {
    const { create, put, remove, rotate, reported } = await integrationRoutes()
    for (let made = 0; made < integrationsMax; made += 1) await create(bodyOf(), 'alice')
    await create(bodyOf(), 'alice')
    await put(guid(1), bodyOf(), 'alice')
    await rotate(guid(1), 'alice')
    await remove(guid(1), 'alice')
    await create(bodyOf(), 'user')
    expect(reported()).toHaveLength(integrationsMax)
  })
})

/** The secrets of an integration, opened as for sending. */
async function openedOf({ ports }: Routes, id: string) {
  const kept = (await ports.integrations.integrationsOf(acme)).find((each) => each.id === id)
  if (!kept) throw new Error('no integration')
  return openSecrets(ports.box, acme, kept)
}

test('the directory is asked for what it knows now, not for what a cache holds', async () => {
  const { ports } = await integrationRoutes()
  const asked: unknown[] = []
  const directory = {
    ...ports.directory,
    organization: async (...args: Parameters<typeof ports.directory.organization>) => {
      asked.push(args)
      return ports.directory.organization(...args)
    },
  }
  const response = await call(listIntegrations({ ...ports, directory }), { params: { id: acme }, token: 'alice' })
  expect(response.status).toBe(200)
  expect(asked).toEqual([[acme, ports.now()]])
})

test('pages of the configured origins may call, and no others', async () => {
  const { ports } = await integrationRoutes()
  const handler = forBrowsers(['https://vault.example'], listIntegrations(ports))
  const asked = (origin: string) =>
    call(handler, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
  const own = await asked('https://vault.example')
  expect(own).toMatchObject({ status: 204, text: '' })
  expect(own.headers.get('access-control-allow-origin')).toBe('https://vault.example')
  expect((await asked('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
})
