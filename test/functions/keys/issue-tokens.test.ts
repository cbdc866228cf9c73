// POST /connect/token: right secrets, wrong ones, too many wrong ones, and a key's whole life.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { clientIdOf } from '../../../src/domain/keys/api-keys.ts'
import { tokenFailureLimits } from '../../../src/domain/keys/failure-limits.ts'
import { formCharsMax, issueTokens } from '../../../src/functions/keys/issue-tokens.ts'
import { issuerMetadata, publicKeys } from '../../../src/functions/keys/publish-keys.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { apiKeyRoutes, ownIssuer, ShownKey, tokenForm } from '../../support/api-keys.ts'
import { call } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'

type Routes = Awaited<ReturnType<typeof apiKeyRoutes>>
const Granted = v.object({ access_token: v.string() })
const wrong = { error: 'invalid_client', error_description: 'unknown client or wrong secret' }
const hourMs = 3_600_000

async function setUp(algorithm: 'ES256' | 'RS256' = 'ES256') {
  const routes = await apiKeyRoutes(algorithm)
  const key = v.parse(ShownKey, (await routes.create('alice')).json)
  return { ...routes, key, secret: key.clientSecret }
}
const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` })
/** The subject of a granted token. */
const bearerOf = async ({ ports }: Routes, json: unknown) =>
  ports.authenticate(bearer(v.parse(Granted, json).access_token), 'api.organization')

describe('a right secret', () => {
  test('gives a token for the organization, access_token first', async () => {
    const routes = await setUp()
    const response = await routes.token(routes.secret)
    const { access_token } = v.parse(Granted, response.json)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.text).toBe(
      JSON.stringify({ access_token, expires_in: 3_600, token_type: 'Bearer', scope: 'api.organization' }),
    )
    expect(await bearerOf(routes, response.json)).toEqual({ kind: 'organization', organizationId: acme })
  })

  test('does by HTTP Basic too, and with what connectors send besides', async () => {
    const { token, secret } = await setUp()
    const authorization = `Basic ${Buffer.from(`${clientIdOf(acme)}:${secret}`).toString('base64')}`
    const body = 'grant_type=client_credentials&scope=api.organization&deviceType=21&deviceName=siem'
    expect((await token('', { body, headers: { authorization } })).status).toBe(200)
    expect((await token(secret, { body: tokenForm(clientIdOf(acme), secret, { deviceType: '21' }) })).status).toBe(200)
  })

  test('gives a token that opens nothing but the organization’s own', async () => {
    const routes = await setUp()
    const { access_token } = v.parse(Granted, (await routes.token(routes.secret)).json)
    for (const scope of ['api', 'api.events.write'] as const) {
      const caller = await routes.ports.authenticate(bearer(access_token), scope)
      expect(caller).toEqual({ kind: 'refused', reason: 'scope-missing', scope })
    }
  })
})

describe.each(['ES256', 'RS256'] as const)('a key’s life, signed with %s', (algorithm) => {
  test('rotated, both secrets are good, then the new one alone; revoked, none', async () => {
    const routes = await setUp(algorithm)
    const { token, rotate, revoke, advance, key, secret: first } = routes
    const { clientSecret: second } = v.parse(ShownKey, (await rotate(key.id, 'alice', { overlapHours: 1 })).json)
    const statuses = async () => [(await token(first)).status, (await token(second)).status]

    expect(await statuses()).toEqual([200, 200])
    advance(hourMs - 1)
    expect(await statuses()).toEqual([200, 200])
    advance(1)
    expect(await statuses()).toEqual([401, 200])
    const { json } = await token(second)
    expect((await revoke(key.id, 'bob')).status).toBe(204)
    expect(await statuses()).toEqual([401, 401])
    expect(await bearerOf(routes, json)).toMatchObject({ kind: 'organization' })
    advance(hourMs + 60_000)
    expect(await bearerOf(routes, json)).toEqual({ kind: 'refused', reason: 'token-expired' })
  })
})

describe('the response is the same for any fault of a secret', () => {
  test.each([
    ['a wrong secret', ({ token }: Routes) => token('x')],
    ['an unknown organization', ({ token }: Routes, secret: string) => token(secret, { id: guid(99, 'a') })],
    ['another organization', ({ token }: Routes, secret: string) => token(secret, { id: globex })],
    ['a client that is none', ({ token }: Routes, secret: string) => token('', { body: tokenForm('server', secret) })],
    ['the secret’s hash', ({ token, ports }: Routes, secret: string) => token(ports.secrets.hashOf(secret))],
    [
      'a disabled organization',
      async ({ token, ports }: Routes, secret: string) => {
        const known = await ports.directory.organization(acme)
        if (known) await ports.directory.putOrganization(acme, { ...known, enabled: false })
        return token(secret)
      },
    ],
  ])('%s', async (_, ask) => {
    const routes = await setUp()
    const response = await ask(routes, routes.secret)
    expect(response).toMatchObject({ status: 401, json: wrong, log: [] })
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="keytrail"')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

describe('a request in the wrong form', () => {
  const good = tokenForm(clientIdOf(acme), 'x')
  test.each([
    ['another grant', good.replace('client_credentials', 'password'), {}, 'unsupported_grant_type'],
    ['another scope', good.replace('api.organization&', 'api&'), {}, 'invalid_scope'],
    [
      'no form',
      JSON.stringify({ grant_type: 'client_credentials' }),
      { 'content-type': 'application/json' },
      'invalid_request',
    ],
    ['a form without end', `${good}&x=${'x'.repeat(formCharsMax)}`, {}, 'invalid_request'],
  ])('with %s is a 400', async (_, body, headers, error) => {
    const { token } = await setUp()
    expect(await token('', { body, headers })).toMatchObject({ status: 400, json: { error } })
  })

  test('counts as no wrong secret', async () => {
    const { token, secret } = await setUp()
    for (let tries = 0; tries < 200; tries += 1) await token('', { body: 'grant_type=password' })
    expect((await token(secret)).status).toBe(200)
  })
})

describe('wrong secrets', () => {
  const { clientAndAddress, address } = tokenFailureLimits

  test('hold up that client from that address, and no other, until the window has passed', async () => {
    const { token, secret, advance } = await setUp()
    for (let tries = 0; tries < clientAndAddress.failuresMax; tries += 1) {
      expect((await token('x')).status).toBe(401)
      advance(1_500)
    }
    for (const each of ['x', secret]) {
      const response = await token(each)
      expect(response).toMatchObject({ status: 429, json: { error: 'temporarily_unavailable' } })
      expect(response.headers.get('retry-after')).toBe(String((clientAndAddress.windowMs - 15_000) / 1_000))
    }
    expect((await token(secret, { address: '203.0.113.8' })).status).toBe(200)
    expect((await token('x', { id: globex })).status).toBe(401)

    advance(clientAndAddress.windowMs - 15_001)
    expect((await token(secret)).headers.get('retry-after')).toBe('1')
    advance(1)
    expect((await token(secret)).status).toBe(200)
  })

  test('for many clients hold up the address, and no other', async () => {
    const { token, secret } = await setUp()
    for (let tries = 0; tries < address.failuresMax; tries += 1) {
      expect((await token('x', { id: guid(tries, 'e') })).status).toBe(401)
    }
    expect((await token(secret)).status).toBe(429)
    expect((await token(secret, { address: '203.0.113.8' })).status).toBe(200)
  })

  test('of many at once get the same: 401 up to the limit, then 429', async () => {
    const { token, secret } = await setUp()
    const responses = await Promise.all(Array.from({ length: 30 }, () => token('x')))
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(clientAndAddress.failuresMax)
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(20)
    expect((await token(secret, { address: '198.51.100.1' })).status).toBe(200)
  })

  test('from unknown addresses block no one', async () => {
    const { ports, secret } = await setUp()
    const handler = issueTokens({ ...ports, address: { trustedProxies: 0 } })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const ask = (each: string) => call(handler, { method: 'POST', body: tokenForm(clientIdOf(acme), each), headers })
    for (let tries = 0; tries < 150; tries += 1) await ask('x')
    expect((await ask(secret)).status).toBe(200)
  })
})

test('an unavailable store is an outage, and does not count as a wrong secret', async () => {
  const { ports, secret, token } = await setUp()
  const keysOf = () => Promise.reject(new Unavailable('key store', new Error(secret)))
  const handler = issueTokens({ ...ports, keys: { ...ports.keys, keysOf } })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '203.0.113.7' }
  for (let tries = 0; tries < 20; tries += 1) {
    const response = await call(handler, { method: 'POST', body: tokenForm(clientIdOf(acme), secret), headers })
    expect(response.status).toBe(503)
    expect(response.text + response.log.join()).not.toContain(secret)
  }
  expect((await token(secret)).status).toBe(200)
})

test('the metadata and the keys are published', async () => {
  const { ports } = await setUp()
  expect((await call(issuerMetadata(ports))).json).toMatchObject({
    issuer: ownIssuer,
    jwks_uri: `${ownIssuer}/.well-known/jwks.json`,
    token_endpoint: `${ownIssuer}/connect/token`,
  })
  expect((await call(publicKeys(ports))).json).toEqual(await ports.issuer.publicKeys())
})
