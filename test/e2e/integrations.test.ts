// Integrations in the running app: set up, tested and replayed, with its changes in the log, and no secret in anything that is stored; `send` checks each response against the document.
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { QueueServiceClient } from '@azure/storage-queue'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableIntegrations } from '../../src/adapters/azure/integrations/integrations.ts'
import { tableOutbox } from '../../src/adapters/azure/outbox/outbox.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { openSecrets } from '../../src/application/notifications/integration-secrets.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { signingSecret } from '../domain/notifications/targets/webhook/samples.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { bodyOf, boxOf, givenSecrets, idOf, Shown, secretKey, targets } from '../support/notifications/integrations.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const path = `/organizations/${acme}/integrations`
const [k1, k2] = [secretKey('k1'), secretKey('k2')]
const local = { allowInsecureConnection: true }

let app: RunningApp
let tokens: { alice: string; bob: string; erin: string; server: string }

beforeAll(async () => {
  app = await startApp({ SECRET_KEYS: `${k2},${k1}`, APP_URL: 'https://keytrail.example' })
  const { sign } = app.issuer
  tokens = {
    alice: await sign(userClaims(alice, { orgowner: acme })),
    bob: await sign(userClaims(bob, { orguser: acme })),
    erin: await sign(userClaims(guid(5, 'b'), { orgowner: globex })),
    server: await sign({ client_id: 'server', scope: 'api.events.write' }),
  }
  const { server: token } = tokens
  const members = [{ id: guid(1, '7'), userId: alice, status: 2, type: 0 }]
  await app.send(`PUT /directory/organizations/${acme}`, { token, body: { name: 'Acme', members } })
})
afterAll(() => app?.stop())

const asAlice = (request: string, body?: unknown) =>
  app.send(request, { token: tokens.alice, ...(body !== undefined && { body }) })
const make = async (body: object) => {
  const response = await asAlice(`POST ${path}`, body)
  expect(response.status).toBe(201)
  return { ...response, id: idOf(response.json) }
}
const storage = () => openStorage({ kind: 'connection-string', connectionString: app.connectionString })
const openedOf = async (id: string, ...keys: string[]) => {
  const kept = (await tableIntegrations(storage()).integrationsOf(acme)).find((each) => each.id === id)
  if (!kept) throw new Error('no integration')
  return openSecrets(boxOf(...keys), acme, kept)
}

/** Everything that is in the storage, as text: rows of tables, and messages of queues. */
async function stored(): Promise<string> {
  const texts: string[] = []
  for await (const { name = '' } of TableServiceClient.fromConnectionString(app.connectionString, local).listTables()) {
    const rows = TableClient.fromConnectionString(app.connectionString, name, local).listEntities()
    for await (const row of rows) texts.push(name, ...Object.values(row).map(String))
  }
  for await (const { name } of QueueServiceClient.fromConnectionString(app.connectionString).listQueues()) {
    const { peekedMessageItems } = await app.queue(name).peekMessages({ numberOfMessages: 32 })
    texts.push(...peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString()))
  }
  return texts.join('\n')
}

test('an integration of each kind is made, replaced, looked at and deleted; the log has each change, and no secret is anywhere', async () => {
  const responses: string[] = []
  for (const target of Object.values(targets)) {
    const { id, text } = await make(bodyOf(target))
    const replaced = await asAlice(`PUT ${path}/${id}`, bodyOf(target, { name: 'Ops', enabled: false }))
    expect(replaced).toMatchObject({ status: 200, json: { name: 'Ops', state: { reason: 'switched-off' } } })
    const read = await asAlice(`GET ${path}/${id}`)
    expect(read.json).toEqual(replaced.json)
    responses.push(text, replaced.text, read.text)
  }
  const listed = await asAlice(`GET ${path}`)
  const integrations = v.parse(v.object({ data: v.array(Shown) }), listed.json).data
  expect(integrations).toHaveLength(Object.keys(targets).length)
  const everything = [listed.text, ...responses, ...app.log, await stored()].join('\n')
  expect(everything).toContain('v1.k2.')
  expect(givenSecrets.filter((secret) => everything.includes(secret))).toEqual([])

  for (const { id } of integrations) expect((await asAlice(`DELETE ${path}/${id}`)).status).toBe(204)
  for (const { id } of integrations) expect((await asAlice(`GET ${path}/${id}`)).status).toBe(404)
  await eventually('the log has every change', async () => {
    const { json } = await asAlice(`GET /organizations/${acme}/events?type=9030,9031,9032`)
    return v.parse(v.object({ data: v.array(v.unknown()) }), json).data.length === 3 * integrations.length
  })
})

test('a webhook’s signing secret is made, shown once, rotated, and shown once more', async () => {
  const made = await make(bodyOf({ kind: 'webhook', url: targets.webhook.url }))
  const first = v.parse(Shown, made.json).signingSecret
  const rotated = await asAlice(`POST ${path}/${made.id}/rotate-secret`)
  const second = v.parse(Shown, rotated.json).signingSecret
  expect(rotated.status).toBe(200)
  expect(await openedOf(made.id, k2)).toEqual({ url: targets.webhook.url, secret: second, previousSecret: first })
  const everything = [(await asAlice(`GET ${path}`)).text, ...app.log, await stored()].join('\n')
  for (const secret of [first, second]) expect(everything).not.toContain(secret)
  const { id } = await make(bodyOf(targets.datadog))
  expect((await asAlice(`POST ${path}/${id}/rotate-secret`)).status).toBe(409)
})

test('what an older key sealed is sealed anew when it is saved', async () => {
  const { id } = await make(bodyOf(targets.webhook))
  const old = boxOf(k1)
  await tableIntegrations(storage()).change(acme, (known) => {
    const integration = known.find((each) => each.id === id)
    if (!integration) return { kind: 'refused', reason: 'integration-unknown' }
    const seal = (name: 'url' | 'secret', secret: string) => old.seal(secret, `${acme} ${id} ${name}`)
    const sealed = { url: seal('url', targets.webhook.url), secret: seal('secret', signingSecret) }
    const changed = { ...integration, sealed }
    return {
      kind: 'changed',
      integration: changed,
      integrations: known.map((each) => (each.id === id ? changed : each)),
    }
  })
  expect((await asAlice(`GET ${path}/${id}`)).json).toMatchObject({ unreadableSecrets: [] })
  expect(await openedOf(id, k2)).toEqual({})
  expect((await asAlice(`PUT ${path}/${id}`, bodyOf({ kind: 'webhook' }))).status).toBe(200)
  expect(await openedOf(id, k2)).toEqual({ url: targets.webhook.url, secret: signingSecret })
})

test('a test is on its way; what failed for good is shown in pages, and replayed', async () => {
  const { id } = await make(bodyOf(targets.hec))
  const outbox = tableOutbox(storage())
  const at = instantAt(Date.now())
  const notifications = [1, 2, 3].map((number) => ({
    id: guid(number, '5'),
    at,
    integrationId: id,
    content: { kind: 'test' } as const,
  }))
  await outbox.add(acme, notifications)
  const lease = await outbox.acquireLease(acme, id, Date.now(), Date.now() + 60_000)
  if (!lease) throw new Error('no lease')
  const failed = notifications.map((notification) => ({
    notification,
    failures: 1,
    dueAt: Date.now(),
    lastError: 'HTTP 404',
    failedAt: at,
  }))
  const notificationIds = notifications.map((each) => each.id)
  const attempt = { at, outcome: 'failed', error: 'HTTP 404', latencyMs: 12.5, notificationIds } as const
  const health = { failingSince: at, lastSuccessAt: null, reason: 'HTTP 404', notified: false }
  const recorded = await outbox.recordAttempt(lease, { attempt, health, arrived: [], waiting: [], failed })
  if (!recorded) throw new Error('not recorded')
  await outbox.releaseLease(recorded)

  expect((await asAlice(`GET ${path}/${id}`)).json).toMatchObject({ health: { status: 'failing', reason: 'HTTP 404' } })
  expect((await asAlice(`GET ${path}/${id}/deliveries`)).json).toMatchObject({
    data: [{ outcome: 'failed', error: 'HTTP 404', latencyMs: 12.5, notificationIds }],
  })
  const List = v.object({ data: v.array(Shown), continuationToken: v.nullable(v.string()) })
  const first = v.parse(List, (await asAlice(`GET ${path}/${id}/failed?limit=2`)).json)
  const rest = await asAlice(`GET ${path}/${id}/failed?continuationToken=${first.continuationToken}`)
  const pages = [...first.data, ...v.parse(List, rest.json).data]
  expect(pages.map((each) => each.id)).toEqual(notificationIds)
  expect((await asAlice(`GET ${path}/${id}/failed?continuationToken=x`)).status).toBe(400)

  const replay = (body?: object) => asAlice(`POST ${path}/${id}/failed/replay`, body)
  expect(await replay({ id: guid(2, '5') })).toMatchObject({ status: 202, json: { replayed: 1 } })
  expect(await replay({})).toMatchObject({ status: 202, json: { replayed: 2 } })
  expect(await replay()).toMatchObject({ status: 202, json: { replayed: 0 } })
  const tested = await asAlice(`POST ${path}/${id}/test`)
  expect(tested).toMatchObject({ status: 202, json: { object: 'integrationTest' } })
  await eventually('an attempt, at a host that there is not', async () => {
    const { json } = await asAlice(`GET ${path}/${id}/deliveries`)
    const [last] = v.parse(v.object({ data: v.array(v.object({ outcome: v.string() })) }), json).data
    return last?.outcome === 'retry'
  })
  const everything = [(await asAlice(`GET ${path}/${id}`)).text, ...app.log, await stored()].join('\n')
  expect(givenSecrets.filter((secret) => everything.includes(secret))).toEqual([])
  await eventually('the log has the replays', async () => {
    const { json } = await asAlice(`GET /organizations/${acme}/events?type=9034`)
    return v.parse(v.object({ data: v.array(v.unknown()) }), json).data.length === 3
  })

  await asAlice(`PUT ${path}/${id}`, bodyOf({ kind: 'hec' }, { enabled: false }))
  for (const action of ['test', 'failed/replay'])
    expect((await asAlice(`POST ${path}/${id}/${action}`)).status).toBe(409)
})

test('the 51st integration is a 409', async () => {
  const { data } = v.parse(v.object({ data: v.array(Shown) }), (await asAlice(`GET ${path}`)).json)
  for (let made = data.length; made < 50; made += 1) await make(bodyOf(targets.teams))
  expect((await asAlice(`POST ${path}`, bodyOf(targets.teams))).status).toBe(409)
  expect(v.parse(v.object({ data: v.array(Shown) }), (await asAlice(`GET ${path}`)).json).data).toHaveLength(50)
})

describe('refusals', () => {
  test.each([
    ['GET', '', undefined],
    ['POST', '', bodyOf()],
    ['GET', `/${guid(1, '6')}`, undefined],
    ['PUT', `/${guid(1, '6')}`, bodyOf()],
    ['DELETE', `/${guid(1, '6')}`, undefined],
    ['POST', `/${guid(1, '6')}/rotate-secret`, undefined],
    ['POST', `/${guid(1, '6')}/test`, undefined],
    ['GET', `/${guid(1, '6')}/deliveries`, undefined],
    ['GET', `/${guid(1, '6')}/failed`, undefined],
    ['POST', `/${guid(1, '6')}/failed/replay`, {}],
  ])(
    '%s …/integrations%s: 401 without a token, 404 for anybody who is no owner or admin',
    async (method, rest, body) => {
      const request = `${method} ${path}${rest}`
      const options = body === undefined ? {} : { body }
      const { forge, sign } = app.issuer
      const forged = await forge(userClaims(alice, { orgowner: acme }))
      const key = await sign({ client_id: `organization.${acme}`, client_sub: acme, scope: 'api.organization' })
      expect((await app.send(request, options)).status).toBe(401)
      for (const token of [forged, tokens.server, key]) {
        expect((await app.send(request, { token, ...options })).status).toBe(401)
      }
      for (const token of [tokens.bob, tokens.erin]) {
        expect((await app.send(request, { token, ...options })).status).toBe(404)
      }
    },
  )

  test('of addresses that only the app could reach', async () => {
    for (const url of ['https://169.254.169.254/', 'https://10.1.2.3/', 'http://hooks.acme.test/']) {
      const response = await asAlice(`POST ${path}`, bodyOf({ kind: 'webhook', url }))
      expect(response).toMatchObject({ status: 400, json: { errors: { 'target.url': [expect.any(String)] } } })
      expect(response.text).not.toContain(url)
    }
  })
})

test('a page of ours may call every route', async () => {
  const headers = { origin: 'https://vault.example', 'access-control-request-method': 'PUT' }
  const one = `/${guid(1, '6')}`
  const paths = [
    '',
    one,
    ...['rotate-secret', 'test', 'deliveries', 'failed', 'failed/replay'].map((rest) => `${one}/${rest}`),
  ]
  for (const rest of paths) {
    const preflight = await app.send(`OPTIONS ${path}${rest}`, { headers })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  }
})
