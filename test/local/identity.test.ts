// The local identity server: tokens that a verifier accepts, and refusals in OAuth's words.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, people } from '../../local/demo/people/people.ts'
import { acme, acmeId, other, otherId, provider, providerId } from '../../local/demo/people/world.ts'
import { tokenSeconds } from '../../local/identity/signing.ts'
import { type Identity, startIdentity } from '../../local/identity.ts'
import { principalFrom } from '../../src/domain/directory/principal.ts'

let folder: string
let keyFile: string
let identity: Identity

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-identity-'))
  keyFile = join(folder, 'state', 'identity-key.json')
  identity = await startIdentity({ port: 0, keyFile })
})

afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

const TokenResponse = v.strictObject({
  access_token: v.string(),
  expires_in: v.number(),
  token_type: v.literal('Bearer'),
  scope: v.string(),
})

const post = (form: Record<string, string>, headers: Record<string, string> = {}, path = '/connect/token') =>
  fetch(identity.issuer + path, { method: 'POST', body: new URLSearchParams(form), headers })

const passwordForm = (username: string) => ({ grant_type: 'password', username, password: 'demo' })

async function verified(token: string, from = identity) {
  const keys = createRemoteJWKSet(new URL(`${from.issuer}/.well-known/openid-configuration/jwks`))
  return jwtVerify(token, keys, { issuer: from.issuer, typ: 'at+jwt', algorithms: ['ES256'] })
}

async function granted(form: Record<string, string>, headers?: Record<string, string>) {
  const response = await post(form, headers)
  expect(response.status).toBe(200)
  const { payload } = await verified(v.parse(TokenResponse, await response.json()).access_token)
  return payload
}

describe('tokens', () => {
  test("of a person verify against the published key and bear a real token's claims", async () => {
    const payload = await granted({ ...passwordForm('alice@demo.test'), client_id: 'cli', deviceName: 'ignored' })

    expect(payload).toEqual({
      iss: identity.issuer,
      iat: expect.any(Number),
      nbf: payload.iat,
      exp: (payload.iat ?? 0) + tokenSeconds,
      scope: ['api', 'offline_access'],
      amr: ['Application'],
      client_id: 'cli',
      sub: alice.id,
      email: 'alice@demo.test',
      name: 'Alice Adams',
      device: alice.devices[0].id,
      devicetype: 'ChromeBrowser',
      orgowner: acmeId,
    })
  })

  test.each([
    ['bob@demo.test', { orgadmin: acmeId }],
    ['carol@demo.test', { orgcustom: acmeId, accesseventlogs: acmeId }],
    ['dave@demo.test', { orguser: acmeId }],
    ['erin@other.test', { orgowner: otherId }],
    ['pat@provider.test', { providerprovideradmin: providerId }],
    ['quinn@provider.test', { providerserviceuser: providerId }],
    ['mallory@demo.test', {}],
  ])('of %s name the memberships, one as a bare string', async (email, memberships) => {
    const payload = await granted(passwordForm(email))

    const named = Object.entries(payload).filter(([name]) => /^(org|provider|access)/.test(name))
    expect(Object.fromEntries(named)).toEqual(memberships)
    expect(payload.client_id).toBe('web')
  })

  test('name several memberships as an array', async () => {
    const both = [acme, { ...other, members: acme.members }]
    const world = { people, operators: [], organizations: both, providers: [provider] }
    const wider = await startIdentity({ port: 0, keyFile, world })

    const { payload } = await verified(await wider.userToken('alice@demo.test'), wider)

    expect(payload.orgowner).toEqual([acmeId, otherId])
    await wider.stop()
  })

  test('of an organization key and of the server come by form and by HTTP Basic', async () => {
    const client_id = `organization.${acmeId}`
    const grant_type = 'client_credentials'
    const basic = { authorization: `Basic ${Buffer.from(`${client_id}:demo`).toString('base64')}` }
    const expected = { client_id, client_sub: acmeId, scope: ['api.organization'] }

    expect(await granted({ grant_type, client_id, client_secret: 'demo', scope: 'api.organization' })).toMatchObject(
      expected,
    )
    expect(await granted({ grant_type }, basic)).toMatchObject(expected)
    const server = await granted({ grant_type, client_id: 'server', client_secret: 'demo' })
    expect(server).toMatchObject({ client_id: 'server', scope: ['api.events.write'] })
    expect(server.sub).toBeUndefined()
  })

  test('are understood by the app', async () => {
    const { payload: user } = await verified(await identity.userToken('carol@demo.test'))
    const { payload: key } = await verified(await identity.organizationToken(acmeId))
    const { payload: server } = await verified(await identity.serverToken())

    expect(principalFrom(user, 'api', 'memberships')).toMatchObject({ kind: 'user', deviceType: 9 })
    expect(principalFrom(key, 'api.organization', 'memberships')).toEqual({
      kind: 'organization',
      organizationId: acmeId,
    })
    expect(principalFrom(server, 'api.events.write', 'memberships')).toEqual({
      kind: 'server',
      clientId: 'server',
      organizations: 'all',
    })
  })

  test('expire an hour after the time handed in', async () => {
    const early = await startIdentity({ port: 0, keyFile, now: () => Date.now() - (tokenSeconds + 1) * 1000 })

    await expect(verified(await early.serverToken(), early)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
    await early.stop()
  })
})

describe('the token endpoint', () => {
  test('puts access_token first, and responds under /identity too', async () => {
    const response = await post(passwordForm('dave@demo.test'), {}, '/identity/connect/token')

    expect(await response.text()).toMatch(/^\{"access_token":"[^"]+","expires_in":3600,"token_type":"Bearer",/)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    [{ username: 'a' }, 400, 'invalid_request'],
    [{ grant_type: 'password', username: 'alice@demo.test' }, 400, 'invalid_request'],
    [{ grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
    [{ ...passwordForm('alice@demo.test'), password: 'wrong' }, 400, 'invalid_grant'],
    [passwordForm('nobody@demo.test'), 400, 'invalid_grant'],
    [{ ...passwordForm('alice@demo.test'), scope: 'api api.events.write' }, 400, 'invalid_scope'],
    [{ grant_type: 'client_credentials', client_id: 'server', client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ grant_type: 'client_credentials', client_id: 'organization.1', client_secret: 'demo' }, 401, 'invalid_client'],
    [{ grant_type: 'client_credentials', client_id: 'web', client_secret: 'demo' }, 401, 'invalid_client'],
  ])('refuses %o with %i %s', async (form, status, error) => {
    const response = await post(v.parse(v.record(v.string(), v.string()), form))

    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error, error_description: expect.any(String) })
    expect(response.headers.has('www-authenticate')).toBe(status === 401)
  })

  test('takes a body at the limit and refuses one byte more', async () => {
    const form = new URLSearchParams({ ...passwordForm('alice@demo.test'), pad: '' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const send = (body: string) => fetch(`${identity.issuer}/connect/token`, { method: 'POST', body, headers })

    expect((await send(form.padEnd(16 * 1024, 'x'))).status).toBe(200)
    expect((await send(form.padEnd(16 * 1024 + 1, 'x'))).status).toBe(413)
  })

  test('refuses a body that is no form', async () => {
    const response = await fetch(`${identity.issuer}/connect/token`, { method: 'POST', body: '{}' })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })
})

describe('the server', () => {
  test('publishes where everything is, and no private key', async () => {
    const discovery = await (await fetch(`${identity.issuer}/.well-known/openid-configuration`)).json()
    const jwks = await (await fetch(`${identity.issuer}/.well-known/openid-configuration/jwks`)).json()

    expect(discovery).toMatchObject({
      issuer: identity.issuer,
      jwks_uri: `${identity.issuer}/.well-known/openid-configuration/jwks`,
      token_endpoint: `${identity.issuer}/connect/token`,
      end_session_endpoint: `${identity.issuer}/connect/endsession`,
    })
    expect(jwks).toEqual({ keys: [expect.not.objectContaining({ d: expect.anything() })] })
  })

  test('responds to a browser’s preflight, and with 404 and 405', async () => {
    const preflight = await fetch(`${identity.issuer}/connect/token`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:8080', 'access-control-request-headers': 'content-type,x-other' },
    })

    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-other')
    expect((await fetch(`${identity.issuer}/elsewhere`)).status).toBe(404)
    const wrongMethod = await fetch(`${identity.issuer}/connect/token`)
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('gives nothing to a name that was pointed at this machine', async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const url = `${identity.issuer}/.well-known/openid-configuration`
    request(url, { headers: { host: 'evil.example:7072' } }, (response) => resolve(response.resume().statusCode)).end()

    expect(await promise).toBe(403)
  })

  test('says which port is taken, by code', async () => {
    const port = Number(new URL(identity.issuer).port)

    await expect(startIdentity({ port, keyFile })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
  })
})

describe('the key', () => {
  test('is for its owner’s eyes and survives a restart', async () => {
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    const token = await identity.userToken('alice@demo.test')
    const next = await startIdentity({ port: 0, keyFile })

    const keys = createRemoteJWKSet(new URL(`${next.issuer}/.well-known/openid-configuration/jwks`))
    await expect(jwtVerify(token, keys)).resolves.toBeDefined()
    await next.stop()
  })

  test('that cannot be read stops the start, names the file and stays as it is', async () => {
    const damaged = join(folder, 'damaged.json')
    await writeFile(damaged, '{"kty":"EC"')

    await expect(startIdentity({ port: 0, keyFile: damaged })).rejects.toThrow(damaged)
    expect(await readFile(damaged, 'utf8')).toBe('{"kty":"EC"')
  })
})
