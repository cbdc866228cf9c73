// A Vaultwarden: its login tokens, whose issuer is no URL and which claim no membership, report and read what the directory allows.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signingKey } from '../support/api-keys.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const [carol, mallory] = [guid(3, 'b'), guid(4, 'b')]
const [servers, wiki] = [guid(1, '5'), guid(2, '5')]
const [inServers, inWiki, ofGlobex] = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd')]
const issuer = 'https://vault.example.com|login'
const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const foreign = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** A token with the claims that Vaultwarden writes, for two hours. */
function tokenOf(sub: string, more: Record<string, unknown> = {}, { privateKey } = keys): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const claims = {
    nbf: now,
    exp: now + 7_200,
    iss: issuer,
    sub,
    premium: true,
    name: 'Alice',
    email: 'alice@acme.test',
    email_verified: true,
    sstamp: randomUUID(),
    device: randomUUID(),
    devicetype: 'Linux CLI',
    client_id: 'cli',
    scope: ['api', 'offline_access'],
    amr: ['Application'],
    ...more,
  }
  return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256' }).sign(privateKey)
}

const member = (number: number, userId: string, type: number, more: object = {}) => ({
  id: guid(number, '6'),
  userId,
  email: `m${number}@acme.test`,
  status: 2,
  type,
  ...more,
})
/** As Vaultwarden has it: a manager, an owner who is revoked, a member with access to all. */
const organization = {
  name: 'Acme',
  members: [
    member(1, alice, 0),
    member(2, bob, 3, { collections: [{ id: servers }] }),
    member(3, carol, 2, { accessAll: true }),
    member(4, mallory, 0, { status: 2 - 128 }),
  ],
  collections: [{ id: servers }, { id: wiki }],
  items: [
    { id: inServers, collections: [servers] },
    { id: inWiki, collections: [wiki] },
  ],
}

let app: RunningApp

beforeAll(async () => {
  const own = 'http://keytrail.test'
  app = await startApp({
    AUTH_ISSUER: issuer,
    AUTH_PUBLIC_KEY: publicKey.replaceAll('\n', '\\n'),
    TOKEN_ISSUER: own,
    TOKEN_SIGNING_KEY: signingKey('RS256'),
  })
  const token = await tokenOf('agent', { scope: ['api.events.write'], client_id: 'agent' })
  const put = (id: string, body: unknown) => app.send(`PUT /directory/organizations/${id}`, { token, body })
  expect((await put(acme, organization)).status).toBe(204)
  expect((await put(globex, { name: 'Globex', items: [{ id: ofGlobex }] })).status).toBe(204)
})
afterAll(() => app?.stop())

const viewed = (cipherId: string) => ({ type: 1107, cipherId, organizationId: null, date: new Date().toISOString() })
const report = (token: string, ...ids: string[]) =>
  app.send('POST /events/collect', { token, body: ids.map((id) => viewed(id)) })
const dropped = (...indexes: number[]) => indexes.map((index) => ({ index, reason: 'item-unreachable' }))

const List = v.object({ data: v.array(v.looseObject({ type: v.number() })) })
const listed = async (path: string, token: string) =>
  v.parse(List, (await app.send(`GET ${path}`, { token })).json).data

describe('a login token of Vaultwarden', () => {
  test.each([
    ['an owner', alice, [inServers, inWiki], dropped(2)],
    ['a manager', bob, [inServers], dropped(1, 2)],
    ['a member with access to all', carol, [inServers, inWiki], dropped(2)],
    ['a revoked owner', mallory, [], dropped(0, 1, 2)],
  ])('reports, of %s, on the items that the directory opens', async (_, userId, reached, unreachable) => {
    const response = await report(await tokenOf(userId), inServers, inWiki, ofGlobex)
    expect(response).toMatchObject({ status: 200, json: { accepted: reached.length, dropped: unreachable } })
  })

  test('reads the log of an organization, below /api too, if the directory has its person as owner', async () => {
    const token = await tokenOf(alice)
    for (const path of [`/organizations/${acme}/events`, `/api/organizations/${acme}/events`]) {
      const events = await eventually('the events are listed', async () => {
        const all = await listed(path, token)
        return all.length >= 5 && all
      })
      expect(events.filter((event) => event.actingUserId === alice)).toMatchObject([
        { type: 1107, deviceType: 25 },
        { type: 1107, deviceType: 25 },
      ])
    }
    expect(await listed(`/api/ciphers/${inWiki}/events`, token)).toHaveLength(2)
    expect(await listed(`/api/organizations/${acme}/users/${guid(2, '6')}/events`, token)).toHaveLength(1)
  })

  test.each([
    ['a manager', bob, {}],
    ['a member with access to all', carol, {}],
    ['a revoked owner, despite claims', mallory, { orgowner: [acme] }],
    ['a stranger', guid(9, 'b'), {}],
  ])('does not read it for %s', async (_, userId, claims) => {
    const response = await app.send(`GET /organizations/${acme}/events`, { token: await tokenOf(userId, claims) })
    expect(response.status).toBe(404)
  })

  test('is refused with another key, another issuer of the same vault, and after its end', async () => {
    const ended = Math.floor(Date.now() / 1_000) - 3_600
    for (const token of [
      await tokenOf(alice, {}, foreign),
      await tokenOf(alice, { iss: 'https://vault.example.com|invite' }),
      await tokenOf(alice, { iss: 'https://vault.example.com' }),
      await tokenOf(alice, { exp: ended }),
    ]) {
      expect((await report(token, inServers)).status).toBe(401)
      expect((await app.send(`GET /organizations/${acme}/events`, { token })).status).toBe(401)
    }
  })
})

test('what Vaultwarden’s admin panel did is in the log, with the panel’s name', async () => {
  const server = await tokenOf('agent', { scope: ['api.events.write'], client_id: 'agent' })
  const removed = {
    type: '1503',
    organizationId: acme,
    organizationUserId: guid(4, '6'),
    actingUserId: 'vaultwarden-admin-00000-000000000000',
    deviceType: '14',
    idempotencyId: randomUUID(),
  }
  expect(await app.send('POST /events', { token: server, body: [removed] })).toMatchObject({ json: { accepted: 1 } })
  const token = await tokenOf(alice)
  const events = await eventually('the event is listed', async () => {
    const found = await listed(`/organizations/${acme}/events?type=1503`, token)
    return found.length > 0 && found
  })
  const named = { actingUserId: null, actingUserName: 'VaultwardenAdmin', systemUser: 200, deviceType: 14 }
  expect(events).toMatchObject([named])
  const csv = await app.send(`GET /organizations/${acme}/events/export?format=csv&type=1503`, { token })
  expect(csv.text).toContain(',VaultwardenAdmin,')
})
