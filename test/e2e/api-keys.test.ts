// API keys in the running app: from a key to a token to the events, by the routes and by the command line.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/build.ts'
import { ShownKey, signingKey, tokenForm } from '../support/api-keys.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const issuer = 'http://keytrail.test'
const privateKey = signingKey('ES256')
const Granted = v.object({ access_token: v.string() })
const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }
const keysPath = `/organizations/${acme}/api-keys`

let app: RunningApp
let tokens: { alice: string; bob: string; erin: string; server: string }

beforeAll(async () => {
  app = await startApp({ TOKEN_ISSUER: `${issuer}/`, TOKEN_SIGNING_KEY: privateKey.replaceAll('\n', '\\n') })
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
  const body = { Type: 1600, OrganizationId: acme, Date: new Date().toISOString() }
  expect((await app.send('POST /events', { token, body })).status).toBe(200)
})
afterAll(() => app?.stop())

const create = async (name: string) => {
  const response = await app.send(`POST ${keysPath}`, { token: tokens.alice, body: { name } })
  expect(response.status).toBe(201)
  return v.parse(ShownKey, response.json)
}
const byForm = (id: string, secret: string, path = '/connect/token') =>
  app.send(`POST ${path}`, { headers: formHeaders, body: tokenForm(id, secret, { deviceType: '21' }) })
const byBasic = (id: string, secret: string) =>
  app.send('POST /identity/connect/token', {
    headers: { ...formHeaders, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: 'grant_type=client_credentials&scope=api.organization',
  })
const countEvents = async (token: string) => {
  const { status, json } = await app.send('GET /public/events?type=1600', { token })
  expect(status).toBe(200)
  return v.parse(v.object({ data: v.array(v.unknown()) }), json).data.length
}

test('a key gives tokens in every way they are asked for, and with them the organization’s events', async () => {
  const { clientId, clientSecret } = await create('Splunk')
  const responses = [
    await byForm(clientId, clientSecret),
    await byForm(clientId, clientSecret, '/identity/connect/token'),
    await byBasic(clientId, clientSecret),
  ]
  for (const response of responses) {
    expect(response.status).toBe(200)
    expect(response.text).toMatch(/^\{"access_token":"/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { access_token } = v.parse(Granted, response.json)
    await eventually('the event', async () => (await countEvents(access_token)) === 1)
    for (const path of ['/events', `/organizations/${acme}/events`, keysPath]) {
      expect((await app.send(`GET ${path}`, { token: access_token })).status).toBe(401)
    }
    expect((await app.send('POST /events', { token: access_token, body: [] })).status).toBe(401)
  }
})

test('rotated, both secrets are good; at once, the new one alone; revoked, none', async () => {
  const { id, clientId, clientSecret: first } = await create('Sentinel')
  const rotate = async (overlapHours: number) => {
    const response = await app.send(`POST ${keysPath}/${id}/rotate`, { token: tokens.alice, body: { overlapHours } })
    return v.parse(ShownKey, response.json).clientSecret
  }
  const statuses = async (...secrets: string[]) =>
    Promise.all(secrets.map(async (secret) => (await byForm(clientId, secret)).status))

  const second = await rotate(1)
  expect(await statuses(first, second)).toEqual([200, 200])
  const third = await rotate(0)
  expect(await statuses(first, second, third)).toEqual([401, 401, 200])
  expect((await app.send(`DELETE ${keysPath}/${id}`, { token: tokens.alice })).status).toBe(204)
  expect(await statuses(third)).toEqual([401])

  const listed = await app.send(`GET ${keysPath}`, { token: tokens.alice })
  expect(listed.json).toMatchObject({ data: [{ name: 'Splunk' }] })
  for (const secret of [first, second, third]) {
    expect(listed.text).not.toContain(secret)
    expect(app.log.join('\n')).not.toContain(secret)
  }
})

describe('refusals', () => {
  test.each([
    ['GET', ''],
    ['POST', ''],
    ['POST', `/${guid(1)}/rotate`],
    ['DELETE', `/${guid(1)}`],
  ])('%s …/api-keys%s: 401 without a token, 404 for anybody who is no owner or admin', async (method, path) => {
    const request = `${method} ${keysPath}${path}`
    const body = method === 'POST' ? { body: path ? {} : { name: 'x' } } : {}
    const forged = await app.issuer.forge(userClaims(alice, { orgowner: acme }))
    expect((await app.send(request, body)).status).toBe(401)
    for (const token of [forged, tokens.server]) expect((await app.send(request, { token, ...body })).status).toBe(401)
    for (const token of [tokens.bob, tokens.erin]) {
      expect((await app.send(request, { token, ...body })).status).toBe(404)
    }
  })

  test('the eleventh wrong secret for a client from one address has to wait, and nobody else', async () => {
    const { clientId, clientSecret } = await create('Other')
    const responses = []
    for (let tries = 0; tries < 11; tries += 1) responses.push(await byForm(`organization.${guid(8, 'a')}`, 'x'))
    expect(responses.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429])
    expect(responses.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await byForm(clientId, clientSecret)).status).toBe(200)
  })

  test('the issuer’s own name on another issuer’s token opens nothing', async () => {
    const claims = { client_id: `organization.${acme}`, client_sub: acme, scope: ['api.organization'] }
    const token = await app.issuer.sign({ ...claims, iss: issuer })
    expect((await app.send('GET /public/events', { token })).status).toBe(401)
  })
})

test('the metadata and the public key are served, and a page of ours may call the routes of keys', async () => {
  const metadata = await app.send('GET /.well-known/openid-configuration')
  expect(metadata.json).toMatchObject({ issuer, token_endpoint: `${issuer}/connect/token` })
  const keySet = await app.send('GET /.well-known/jwks.json')
  expect(keySet.json).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256', use: 'sig' }] })
  expect(keySet.text).not.toContain('"d"')
  const headers = { origin: 'https://vault.example', 'access-control-request-method': 'DELETE' }
  for (const path of ['', `/${guid(1)}`, `/${guid(1)}/rotate`]) {
    const preflight = await app.send(`OPTIONS ${keysPath}${path}`, { headers })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
  }
})

const Logged = v.object({ data: v.array(v.looseObject({})) })

describe('the command line', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'scripts/keys.ts'), ...args, '--org', globex], {
      env: { ...process.env, EventsStorage: '', OTHER_ACCOUNT: app.connectionString },
    })
  const account = ['--connection-string-from-env', 'OTHER_ACCOUNT']
  const secretIn = (text: string) => /client_secret +(\S+)/.exec(text)?.[1] ?? ''

  test('makes, lists, rotates and revokes keys that the app knows', async () => {
    const clientId = `organization.${globex}`
    const { stdout: made } = await run('create', '--name', 'Elastic', ...account)
    const [id = ''] = made.split(' ')
    expect((await byForm(clientId, secretIn(made))).status).toBe(200)

    const { stdout: rotated } = await run('rotate', '--key', id, '--overlap-hours', '0', ...account)
    expect((await byForm(clientId, secretIn(made))).status).toBe(401)
    expect((await byForm(clientId, secretIn(rotated))).status).toBe(200)

    const { stdout: listed } = await run('list', ...account)
    expect(listed).toContain(`${id}  Elastic`)
    expect(listed).not.toMatch(/client_secret|[0-9a-f]{64}/)

    await run('revoke', '--key', id, ...account)
    expect((await byForm(clientId, secretIn(rotated))).status).toBe(401)
    expect((await run('list', ...account)).stdout.trim()).toBe('no keys')

    const logged = await eventually('the changes in the log', async () => {
      const { json } = await app.send(`GET /organizations/${globex}/events`, { token: tokens.erin })
      const { data } = v.parse(Logged, json)
      return data.length >= 3 && data
    })
    const audited = { actingUserId: null, systemUser: null, ipAddress: null, objectId: id, objectName: 'Elastic' }
    expect(logged).toEqual([9022, 9021, 9020].map((type) => expect.objectContaining({ type, ...audited })))
  })

  test.each([
    ['an unknown command', ['make', ...account], 'npm run keys -- create'],
    ['an unknown option', ['list', '--all', ...account], 'npm run keys -- create'],
    ['a key without a name', ['create', ...account], '--name must have'],
    ['an unknown key', ['revoke', '--key', guid(9), ...account], 'no such key'],
    [
      'an overlap that is too long',
      ['rotate', '--key', guid(9), '--overlap-hours', '721', ...account],
      '--overlap-hours',
    ],
    ['an account that nothing names', ['list'], 'EventsStorage is missing'],
    ['a variable that is not set', ['list', '--connection-string-from-env', 'NOTHING'], 'NOTHING is not set'],
  ])('says what is wrong with %s', async (_, args, text) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(text) })
  })
})
