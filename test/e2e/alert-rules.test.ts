// Alert rules in the running app: written, set, tried out on stored events, and its changes in the log; `send` checks each response against the document.
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { viewing } from '../support/alerts/alert-rules.ts'
import { named } from '../support/alerts/rules.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const rulesPath = `/organizations/${acme}/alert-rules`
const id = guid(1, 'e')
const counting = `${named('failed', 1005)}---
title: Failed logins
id: ${id}
correlation: {type: event_count, rules: [failed], group-by: [actingUserId], timespan: 10m, condition: {gte: 3}}
`

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
  const { server: token } = tokens
  const members = [{ id: guid(1, '7'), userId: alice, name: 'Alice', email: 'alice@demo.test', status: 2, type: 0 }]
  await app.send(`PUT /directory/organizations/${acme}`, { token, body: { name: 'Acme', members } })
})
afterAll(() => app?.stop())

const asAlice = (request: string, body?: unknown, headers?: Record<string, string>) =>
  app.send(request, { token: tokens.alice, ...(body !== undefined && { body }), ...(headers && { headers }) })
const rulesIn = (json: unknown) =>
  v.parse(v.object({ data: v.array(v.object({ id: v.string(), shipped: v.boolean() })) }), json).data
const typesIn = (json: unknown) =>
  v.parse(v.object({ data: v.array(v.object({ type: v.number() })) }), json).data.map(({ type }) => type)

test('a rule is tried out, written, set, replaced and deleted; the log has each change', async () => {
  const at = (second: number) => new Date(Date.now() - 60_000 + second * 1_000).toISOString()
  const failures = [1, 2, 3].map((second) => ({
    Type: 1005,
    OrganizationId: acme,
    UserId: alice,
    ActingUserId: alice,
    Date: at(second),
    IpAddress: '203.0.113.7',
    DeviceType: 9,
  }))
  expect((await app.send('POST /events', { token: tokens.server, body: failures })).status).toBe(200)
  const preview = (body: object) => asAlice(`POST ${rulesPath}/preview`, body)
  await eventually('the events are there', async () => {
    const { json } = await preview({ text: counting })
    return v.parse(v.object({ events: v.number() }), json).events === 3
  })
  expect((await preview({ text: counting })).json).toMatchObject({
    events: 3,
    alertsTotal: 1,
    learning: 0,
    alerts: [{ ruleId: id, group: [{ name: 'actingUserId', value: alice }], count: 3, threshold: 3 }],
  })

  for (const type of ['application/yaml', 'text/yaml', 'text/plain']) {
    expect((await asAlice(`POST ${rulesPath}`, counting, { 'content-type': type })).status).toBe(201)
    expect((await asAlice(`POST ${rulesPath}`, counting, { 'content-type': type })).status).toBe(409)
    expect((await asAlice(`DELETE ${rulesPath}/${id}`)).status).toBe(204)
  }
  const detection = { sel: { type: 1107 }, condition: 'sel' }
  const json = { title: 'JSON', id, logsource: { product: 'keytrail' }, detection }
  const made = await asAlice(`POST ${rulesPath}`, json, { 'content-type': 'application/json' })
  expect(made).toMatchObject({ status: 201, json: { title: 'JSON' } })

  expect((await asAlice(`PUT ${rulesPath}/${id}`, counting)).json).toMatchObject({ id, threshold: 3, text: counting })
  const set = await asAlice(`PUT ${rulesPath}/${id}/settings`, { threshold: 4, level: 'critical' })
  expect(set).toMatchObject({ status: 200, json: { threshold: 4, level: 'critical', timespan: '10m' } })
  expect((await preview({ ruleId: id })).json).toMatchObject({ alertsTotal: 0 })
  expect((await preview({ ruleId: id, settings: {} })).json).toMatchObject({ alertsTotal: 1 })
  expect((await asAlice(`GET ${rulesPath}/${id}`)).json).toMatchObject({ settings: { threshold: 4, enabled: null } })
  const listed = rulesIn((await asAlice(`GET ${rulesPath}`)).json)
  expect(listed.filter(({ shipped }) => !shipped)).toEqual([{ id, shipped: false }])
  expect((await asAlice(`DELETE ${rulesPath}/${id}`)).status).toBe(204)
  expect((await asAlice(`GET ${rulesPath}/${id}`)).status).toBe(404)

  const types = [9000, 9002, 9000, 9002, 9000, 9002, 9000, 9001, 9003, 9002]
  await eventually('the log has every change', async () => {
    const { json } = await asAlice(`GET /organizations/${acme}/events?type=9000,9001,9002,9003`)
    return typesIn(json).toSorted().join() === types.toSorted().join()
  })
})

test('what comes with the app can be set, and not replaced or deleted', async () => {
  const [shipped] = rulesIn((await asAlice(`GET ${rulesPath}`)).json)
  const path = `${rulesPath}/${shipped?.id}`
  expect((await asAlice(`PUT ${path}`, named('mine'))).status).toBe(409)
  expect((await asAlice(`DELETE ${path}`)).status).toBe(409)
  expect((await asAlice(`PUT ${path}/settings`, { enabled: false })).json).toMatchObject({ enabled: false })
  expect((await asAlice(`PUT ${path}/settings`, {})).json).toMatchObject({ settings: { enabled: null } })
})

describe('refusals', () => {
  test('say where a text is wrong', async () => {
    for (const request of [`POST ${rulesPath}`, `PUT ${rulesPath}/${guid(2, 'e')}`]) {
      const { status, json } = await asAlice(request, 'title: T\nlogsource: {product: other}\n')
      expect(status).toBe(400)
      expect(json).toMatchObject({ problems: [{ line: 1, column: 1, member: 'detection', reason: 'missing-member' }] })
    }
    const { json } = await asAlice(`POST ${rulesPath}/preview`, { text: 'title: T' })
    expect(json).toMatchObject({ problems: [{ reason: 'missing-member' }] })
  })

  test.each([
    ['GET', '', undefined],
    ['POST', '', viewing(guid(3, 'e'))],
    ['GET', `/${id}`, undefined],
    ['PUT', `/${id}`, named('x')],
    ['DELETE', `/${id}`, undefined],
    ['PUT', `/${id}/settings`, { enabled: false }],
    ['POST', '/preview', { text: named('x') }],
  ])(
    '%s …/alert-rules%s: 401 without a token, 404 for anybody who is no owner or admin',
    async (method, path, body) => {
      const request = `${method} ${rulesPath}${path}`
      const options = body === undefined ? {} : { body }
      const forged = await app.issuer.forge(userClaims(alice, { orgowner: acme }))
      const key = await app.issuer.sign({
        client_id: `organization.${acme}`,
        client_sub: acme,
        scope: 'api.organization',
      })
      expect((await app.send(request, options)).status).toBe(401)
      for (const token of [forged, tokens.server, key]) {
        expect((await app.send(request, { token, ...options })).status).toBe(401)
      }
      for (const token of [tokens.bob, tokens.erin]) {
        expect((await app.send(request, { token, ...options })).status).toBe(404)
      }
    },
  )
})

test('a page of ours may call every route', async () => {
  const headers = { origin: 'https://vault.example', 'access-control-request-method': 'PUT' }
  for (const path of ['', `/${id}`, `/${id}/settings`, '/preview']) {
    const preflight = await app.send(`OPTIONS ${rulesPath}${path}`, { headers })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  }
})
