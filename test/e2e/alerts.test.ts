// Alerts in the running app: what is stored of them is shown, acknowledged and muted, and its changes are in the organization's log.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/build.ts'
import { tableAlertStore } from '../../src/adapters/azure/alerts/alert-store.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import type { AlertRecord } from '../../src/domain/alerts/alert.ts'
import { readBuiltInRules } from '../../src/domain/alerts/rule-documents.ts'
import { alertRecord } from '../support/alerts/alerts.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const alertsPath = `/organizations/${acme}/alerts`
const mutesPath = `/organizations/${acme}/alert-mutes`
const List = v.object({ data: v.array(v.looseObject({ id: v.string() })), continuationToken: v.nullable(v.string()) })
const records: readonly AlertRecord[] = [0, 1, 2].map((hours) => alertRecord(hours, { endsAt: null }))
const range = 'start=2026-11-20&end=2026-11-23'

let app: RunningApp
let tokens: { alice: string; bob: string; erin: string; server: string }

beforeAll(async () => {
  app = await startApp()
  const { sign } = app.issuer
  tokens = {
    alice: await sign(userClaims(alice, { orgowner: acme })),
    bob: await sign(userClaims(bob, { orguser: acme })),
    erin: await sign(userClaims(guid(5, 'b'), { orgowner: globex })),
    server: await sign({ client_id: 'server', scope: 'api.events.write' }),
  }
  const members = [{ id: guid(1, '7'), userId: alice, name: 'Alice', email: 'alice@acme.test', status: 2, type: 0 }]
  await app.send(`PUT /directory/organizations/${acme}`, { token: tokens.server, body: { name: 'Acme', members } })
  const store = tableAlertStore(openStorage({ kind: 'connection-string', connectionString: app.connectionString }))
  const step = { checkpoint: null, metadata: '', entries: [], alerts: records, incidents: [] }
  expect(await store.commit(acme, await store.progressOf(acme), step)).toBeDefined()
})
afterAll(() => app?.stop())

const asAlice = (request: string, body?: unknown) =>
  app.send(request, { token: tokens.alice, ...(body !== undefined && { body }) })
const itemsOf = (json: unknown) => v.parse(List, json).data
/** The first event of a type of our own in Acme's log. */
const logged = (type: number) =>
  eventually(`event ${type}`, async () => {
    const { json } = await asAlice(`GET /organizations/${acme}/events?type=${type}`)
    return itemsOf(json)[0]
  })

test('alerts are listed newest first, page by page, each as it is answered alone', async () => {
  const first = await asAlice(`GET ${alertsPath}?${range}&limit=2`)
  expect(first.status).toBe(200)
  const { continuationToken } = v.parse(List, first.json)
  const second = await asAlice(`GET ${alertsPath}?limit=2&continuationToken=${continuationToken}`)
  const listed = [...itemsOf(first.json), ...itemsOf(second.json)]
  expect(listed.map(({ id }) => id)).toEqual(records.map(({ id }) => id))
  expect(v.parse(List, second.json).continuationToken).toBeNull()
  for (const alert of listed) expect((await asAlice(`GET ${alertsPath}/${alert.id}`)).json).toEqual(alert)
  expect(listed[0]).toMatchObject({ samples: [{ actingUserName: 'Alice' }] })
})

test('an acknowledgement stays the first one’s, and stands in the log', async () => {
  const [record] = records
  const acknowledged = await asAlice(`POST ${alertsPath}/${record?.id}/acknowledge`)
  expect(acknowledged).toMatchObject({ status: 200, json: { state: 'acknowledged', acknowledgedBy: alice } })
  expect((await asAlice(`POST ${alertsPath}/${record?.id}/acknowledge`)).json).toEqual(acknowledged.json)
  expect((await asAlice(`GET ${alertsPath}?${range}&state=acknowledged`)).json).toMatchObject({
    data: [acknowledged.json],
  })
  expect(await logged(9_010)).toMatchObject({
    organizationId: acme,
    actingUserId: alice,
    actingUserName: 'Alice',
    objectId: record?.id,
    objectName: record?.title,
  })
})

test('a shipped rule is muted and unmuted, and both stand in the log', async () => {
  const [shipped] = readBuiltInRules([await readFile(join(root, 'rules/failed-logins-of-user.yaml'), 'utf8')])
  if (!shipped) throw new Error('no rule is shipped')
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const muted = await asAlice(`POST ${mutesPath}`, { ruleId: shipped.id, until })
  const { title } = shipped.rule
  expect(muted).toMatchObject({ status: 201, json: { ruleId: shipped.id, title, group: null, until, mutedBy: alice } })
  const [mute] = itemsOf((await asAlice(`GET ${mutesPath}`)).json)
  expect(mute).toEqual(muted.json)
  const audited = {
    actingUserId: alice,
    objectId: shipped.id,
    objectName: `${title} until ${until.slice(0, 16).replace('T', ' ')} UTC`,
  }
  expect(await logged(9_011)).toMatchObject(audited)

  expect((await asAlice(`DELETE ${mutesPath}/${mute?.id}`)).status).toBe(204)
  expect((await asAlice(`GET ${mutesPath}`)).json).toMatchObject({ data: [] })
  expect(await logged(9_012)).toMatchObject(audited)
})

describe('refusals', () => {
  const [record] = records
  test.each([
    ['GET', alertsPath],
    ['GET', `${alertsPath}/${record?.id}`],
    ['POST', `${alertsPath}/${record?.id}/acknowledge`],
    ['GET', mutesPath],
    ['POST', mutesPath],
    ['DELETE', `${mutesPath}/${guid(1)}`],
  ])('%s %s: 401 without a token, 404 for anybody who is no owner or admin', async (method, path) => {
    const body = method === 'POST' ? { body: {} } : {}
    const forged = await app.issuer.forge(userClaims(alice, { orgowner: acme }))
    expect((await app.send(`${method} ${path}`, body)).status).toBe(401)
    for (const token of [forged, tokens.server]) {
      expect((await app.send(`${method} ${path}`, { token, ...body })).status).toBe(401)
    }
    for (const token of [tokens.bob, tokens.erin]) {
      expect((await app.send(`${method} ${path}`, { token, ...body })).status).toBe(404)
    }
  })

  test('nobody else reports an event of our own', async () => {
    const { alice: token, server } = tokens
    const collected = await app.send('POST /collect', { token, body: [{ type: 9_010, organizationId: acme }] })
    expect(collected.json).toEqual({ accepted: 0, dropped: [{ index: 0, reason: 'type-not-collectable' }] })
    const body = { Type: 9_010, OrganizationId: acme, ActingUserId: bob }
    const posted = await app.send('POST /events', { token: server, body })
    expect(posted.json).toEqual({ accepted: 0, dropped: [{ index: 0, reason: 'type-reserved' }] })
  })
})
