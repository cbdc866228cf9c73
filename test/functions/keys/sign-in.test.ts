// Signing in at the token endpoint, with a provider that serves its keys: what is exchanged, what is renewed, and every refusal.

import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { memoryFailures } from '../../../src/adapters/in-process/failures.ts'
import { joseIdentityProvider } from '../../../src/adapters/jose/identity-provider.ts'
import { joseIssuedTokens } from '../../../src/adapters/jose/issued-tokens.ts'
import { josePersonTokens } from '../../../src/adapters/jose/person-tokens.ts'
import { memoryUsedTokens } from '../../../src/adapters/memory/sign-in/used-tokens.ts'
import { memberStatus, memberType } from '../../../src/domain/directory/directory.ts'
import { tokenFailureLimits } from '../../../src/domain/keys/failure-limits.ts'
import { readRoleRules } from '../../../src/domain/sign-in/roles.ts'
import { readMe } from '../../../src/functions/directory/me.ts'
import { listOrganizations } from '../../../src/functions/directory/organizations.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { issueTokens } from '../../../src/functions/keys/issue-tokens.ts'
import { issuerMetadata } from '../../../src/functions/keys/publish-keys.ts'
import { apiKeyRoutes, ownIssuer, signingKey } from '../../support/api-keys.ts'
import { call } from '../../support/calls.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, guid } from '../../support/events.ts'

const startMs = Date.UTC(2026, 10, 22, 6, 28)
const [minuteMs, hourMs] = [60_000, 3_600_000]
const email = 'owner@acme.test'
const clientId = 'keytrail'
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47'

let provider: Awaited<ReturnType<typeof keyPair>>
let stranger: Awaited<ReturnType<typeof keyPair>>
let origin: string
let clock: number
let redeemed: { form: URLSearchParams; authorization: string | undefined }[]
let codeResponse: { status: number; body: unknown }
let methods: string[] | undefined

const keyPair = () => generateKeyPair('RS256', { extractable: true })
const server = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/token') {
    const form = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''))
    redeemed.push({ form, authorization: request.headers.authorization })
    response.statusCode = codeResponse.status
    response.end(JSON.stringify(codeResponse.body))
  } else if (request.url === '/keys') {
    response.end(JSON.stringify({ keys: [{ ...(await exportJWK(provider.publicKey)), kid: 'one' }] }))
  } else {
    const metadata = {
      issuer: origin,
      jwks_uri: `${origin}/keys`,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      token_endpoint_auth_methods_supported: methods,
    }
    response.end(JSON.stringify(metadata))
  }
})

beforeAll(async () => {
  provider = await keyPair()
  stranger = await keyPair()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  clock = startMs
  redeemed = []
  codeResponse = { status: 400, body: { error: 'invalid_grant' } }
  methods = undefined
})

const verifier = randomBytes(32).toString('base64url')
const nonceOf = (text: string) => createHash('sha256').update(text).digest('base64url')

type Changes = {
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly key?: Parameters<SignJWT['sign']>[0]
}

/** An ID token as the provider writes them now; undefined omits a claim. */
function idToken({ claims = {}, header = {}, key = provider.privateKey }: Changes = {}): Promise<string> {
  const seconds = Math.floor(clock / 1_000)
  const common = { iss: origin, aud: clientId, sub: 'a1', iat: seconds, exp: seconds + 3_600, nonce: nonceOf(verifier) }
  const profile = { email, email_verified: true, name: 'Owner' }
  const payload = JSON.parse(JSON.stringify({ ...common, ...profile, ...claims }))
  return new SignJWT(payload)
    .setProtectedHeader(JSON.parse(JSON.stringify({ alg: 'RS256', kid: 'one', typ: 'JWT', ...header })))
    .sign(key)
}

const Granted = v.object({ access_token: v.string() })
const Refusal = v.object({ error: v.string(), error_description: v.string() })
const key = signingKey('ES256')

/** The token endpoint of an app with this provider. */
async function app({ redeems = false, roles = '', operators = '' } = {}) {
  const routes = await apiKeyRoutes()
  const now = () => clock
  const settings = { issuer: ownIssuer, signingKey: key }
  const issuer = joseIssuedTokens(settings, now)
  const signIn = {
    provider: joseIdentityProvider({ issuer: origin, clientId, ...(redeems && { clientSecret: 's3cret:/' }) }, now),
    used: memoryUsedTokens(),
    persons: josePersonTokens(settings, now),
    roles: { rules: readRoleRules(roles) ?? [], operators: operators ? [operators] : [] },
    redeems,
    directory: routes.ports.directory,
    failures: memoryFailures(),
    now,
  }
  const ports = { ...routes.ports, issuer, now, signIn, authenticate: authenticateWith(issuer) }
  const setMember = (more: Parameters<typeof member>[1] = {}, entry: Parameters<typeof organization>[1] = {}) => {
    const members = [member(alice, { email, type: memberType.owner, ...more })]
    return ports.directory.putOrganization(acme, organization(acme, { members, ...entry }))
  }
  await setMember()
  const ask = (form: Record<string, string>, address = '203.0.113.7') =>
    call(issueTokens(ports), {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': `${address}:50000` },
    })
  const exchange = (token: string, more: Record<string, string> = {}, address?: string) =>
    ask(
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        nonce_verifier: verifier,
        ...more,
      },
      address,
    )
  const renew = (token: string) =>
    exchange(token, { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' })
  const signedIn = async (changes?: Changes) =>
    v.parse(Granted, (await exchange(await idToken(changes))).json).access_token
  return { ports, ask, exchange, renew, signedIn, setMember, signIn }
}

/** Why a response refuses; the sentence has no more than ASCII, and no claim of the token. */
function refusalOf({ status, json, text }: Awaited<ReturnType<typeof call>>): string {
  const { error, error_description } = v.parse(Refusal, json)
  expect([status, error]).toEqual([400, 'invalid_grant'])
  expect(error_description).toMatch(/^[\x20-\x7e]+$/)
  expect(text).not.toContain(email)
  return error_description
}

describe('an ID token', () => {
  test('is exchanged for a token of an hour, with which the member sees the organization', async () => {
    const { exchange, ports } = await app()
    const { status, json, headers } = await exchange(await idToken())
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(json).toEqual({
      access_token: expect.any(String),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: 'api',
    })
    const { access_token: token } = v.parse(Granted, json)
    expect((await call(readMe(ports), { token })).json).toEqual({
      object: 'caller',
      userId: alice,
      name: 'Owner',
      email,
      isOperator: false,
    })
    expect((await call(listOrganizations(ports), { token })).json).toMatchObject({
      data: [{ id: acme, role: 'owner', mayManage: true }],
    })
    clock += hourMs + 2 * minuteMs
    expect((await call(readMe(ports), { token })).status).toBe(401)
  })

  const invalid = "The identity provider's token is not valid."
  const expired = "The identity provider's token has expired. Sign in again."
  const old = 'The sign-in took too long. Sign in again.'
  const audience = 'The token is for another application.'
  const nonce = 'The token is not of a sign-in that was begun here.'
  const elsewhere = 'The token is of another identity provider or tenant.'
  const ago = (ms: number) => Math.floor((startMs - ms) / 1_000)

  test.each<[string, () => Changes, string]>([
    [
      'with an unverified e-mail',
      () => ({ claims: { email_verified: false } }),
      'The identity provider has not verified the e-mail address.',
    ],
    ['without an e-mail', () => ({ claims: { email: undefined } }), 'The identity provider says no e-mail address.'],
    [
      'of nobody here',
      () => ({ claims: { email: 'nobody@acme.test' } }),
      'You are not a confirmed member of any organization here. Ask an owner or an operator.',
    ],
    ['of another issuer', () => ({ claims: { iss: 'https://accounts.example' } }), elsewhere],
    [
      'of another Entra tenant',
      () => ({ claims: { iss: `https://login.microsoftonline.com/${tenant}/v2.0`, tid: tenant } }),
      elsewhere,
    ],
    ['without an issuer', () => ({ claims: { iss: undefined } }), elsewhere],
    ['for another client', () => ({ claims: { aud: 'other' } }), audience],
    ['for nobody', () => ({ claims: { aud: undefined } }), audience],
    ['for several without saying for which', () => ({ claims: { aud: [clientId, 'other'] } }), audience],
    [
      'for several and authorized for another',
      () => ({ claims: { aud: [clientId, 'other'], azp: 'other' } }),
      audience,
    ],
    ['authorized for another', () => ({ claims: { azp: 'other' } }), audience],
    ['without a nonce', () => ({ claims: { nonce: undefined } }), nonce],
    ['with the nonce of another verifier', () => ({ claims: { nonce: nonceOf('another') } }), nonce],
    ['with the verifier itself as nonce', () => ({ claims: { nonce: verifier } }), nonce],
    ['that is too old', () => ({ claims: { iat: ago(6 * minuteMs + 1_000) } }), old],
    ['that has expired', () => ({ claims: { exp: ago(minuteMs + 1_000) } }), expired],
    ['of the future', () => ({ claims: { iat: ago(-2 * minuteMs) } }), invalid],
    ['without a time of issue', () => ({ claims: { iat: undefined } }), invalid],
    ['without an end', () => ({ claims: { exp: undefined } }), invalid],
    ['without a subject', () => ({ claims: { sub: undefined } }), invalid],
    ['signed by another key', () => ({ key: stranger.privateKey }), invalid],
    ['signed by a key that is not published', () => ({ key: stranger.privateKey, header: { kid: 'two' } }), invalid],
    ['that is an access token', () => ({ header: { typ: 'at+jwt' } }), invalid],
    ['that is a logout token', () => ({ header: { typ: 'logout+jwt' } }), invalid],
  ])('%s is refused', async (_, changes, sentence) => {
    const { exchange } = await app()
    expect(refusalOf(await exchange(await idToken(changes())))).toBe(sentence)
  })

  test('signed with the public key as a shared secret, or not at all, is refused', async () => {
    const { exchange } = await app()
    const publicPem = new TextEncoder().encode(await exportSPKI(provider.publicKey))
    expect(refusalOf(await exchange(await idToken({ header: { alg: 'HS256' }, key: publicPem })))).toBe(invalid)
    const [, payload] = (await idToken()).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
    expect(refusalOf(await exchange(`${header}.${payload}.`))).toBe(invalid)
    expect(refusalOf(await exchange('no token'))).toBe(elsewhere)
  })

  test('of our client among several is exchanged if it is authorized for ours', async () => {
    const { signedIn } = await app()
    expect(await signedIn({ claims: { aud: ['other', clientId], azp: clientId } })).toEqual(expect.any(String))
  })

  test.each([
    ['invited', { status: memberStatus.invited }, {}],
    ['revoked', { status: memberStatus.revoked }, {}],
    ['of a disabled organization', {}, { enabled: false }],
  ])('of a member who is %s is refused', async (_, more, entry) => {
    const { exchange, setMember } = await app()
    await setMember(more, entry)
    expect(refusalOf(await exchange(await idToken()))).toContain('not a confirmed member')
  })

  test('is good once, also for two at the same moment', async () => {
    const { exchange } = await app()
    const token = await idToken()
    const both = await Promise.all([exchange(token), exchange(token)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
    expect(refusalOf(await exchange(token))).toBe('This sign-in was used already. Sign in again.')
  })

  test('is not used up by a refusal', async () => {
    const { exchange, setMember } = await app()
    const token = await idToken()
    await setMember({ email: 'other@acme.test' })
    expect((await exchange(token)).status).toBe(400)
    await setMember()
    expect((await exchange(token)).status).toBe(200)
  })

  test.each([
    ['nonce_verifier', ''],
    ['nonce_verifier', 'short'],
    ['subject_token', ''],
    ['subject_token_type', 'urn:ietf:params:oauth:token-type:saml2'],
  ])('with %s %j is no request', async (field, value) => {
    const { exchange } = await app()
    const { status, json } = await exchange(await idToken(), { [field]: value })
    expect([status, v.parse(Refusal, json).error]).toEqual([400, 'invalid_request'])
  })
})

describe('a token of a person', () => {
  test('is renewed while the page is open, until 12 hours after the sign-in', async () => {
    const { signedIn, renew } = await app()
    let token = await signedIn()
    for (let hours = 0.9; hours < 12; hours += 0.9) {
      clock = startMs + hours * hourMs
      token = v.parse(Granted, (await renew(token)).json).access_token
    }
    clock = startMs + 12 * hourMs - 1
    token = v.parse(Granted, (await renew(token)).json).access_token
    clock = startMs + 12 * hourMs
    expect(refusalOf(await renew(token))).toBe('The sign-in is over after 12 hours. Sign in again.')
  })

  test.each([
    ['removed', { email: 'other@acme.test' }, {}],
    ['revoked', { status: memberStatus.revoked }, {}],
    ['put back to invited', { status: memberStatus.invited }, {}],
    ['of a disabled organization', {}, { enabled: false }],
  ])('is not renewed once the person is %s', async (_, more, entry) => {
    const { signedIn, renew, setMember, ports } = await app()
    const token = await signedIn()
    await setMember(more, entry)
    expect(refusalOf(await renew(token))).toContain('not a confirmed member')
    expect((await call(listOrganizations(ports), { token })).json).toMatchObject({ data: [] })
  })

  test('gets the rights of the directory now', async () => {
    const { signedIn, renew, setMember, ports } = await app()
    const token = await signedIn()
    await setMember({ userId: guid(5, 'b') })
    const renewed = v.parse(Granted, (await renew(token)).json).access_token
    expect((await call(readMe(ports), { token: renewed })).json).toMatchObject({ userId: guid(5, 'b') })
  })

  test('keeps roles of the provider, and no more than those that count', async () => {
    const { signedIn, renew, ports } = await app({ roles: 'ops=operator' })
    const operator = { claims: { email: 'olga@keytrail.test', roles: ['ops', 'x'] } }
    const renewed = v.parse(Granted, (await renew(await signedIn(operator))).json).access_token
    expect((await call(readMe(ports), { token: renewed })).json).toMatchObject({ isOperator: true })
    expect(Buffer.from(renewed.split('.')[1] ?? '', 'base64url').toString()).not.toContain('"x"')
  })

  test('is not renewed for a token of another kind', async () => {
    const { renew, ports, signedIn } = await app()
    clock -= 2 * hourMs
    const expired = await signedIn()
    clock = startMs
    expect(refusalOf(await renew(expired))).toBe('The token has expired. Sign in again.')
    for (const token of [await ports.issuer.issue(acme), await idToken(), 'text']) {
      expect(refusalOf(await renew(token))).toBe('The token is not valid.')
    }
  })

  test('is none with an ID token in its place, nor the other way round', async () => {
    const { exchange, signedIn, ports } = await app()
    expect(refusalOf(await exchange(await signedIn()))).toContain('another identity provider')
    expect((await call(readMe(ports), { token: await idToken() })).status).toBe(401)
  })
})

describe('an operator', () => {
  test('by e-mail signs in as a member of nothing', async () => {
    const { signedIn, ports } = await app({ operators: 'olga@keytrail.test' })
    const token = await signedIn({ claims: { email: 'Olga@keytrail.test', name: undefined } })
    expect((await call(readMe(ports), { token })).json).toMatchObject({ isOperator: true, name: null })
    expect((await call(listOrganizations(ports), { token })).json).toMatchObject({ data: [] })
  })

  test('by an e-mail that is not verified is none', async () => {
    const { exchange } = await app({ operators: 'olga@keytrail.test' })
    const token = await idToken({ claims: { email: 'olga@keytrail.test', email_verified: false } })
    expect(refusalOf(await exchange(token))).toContain('not verified')
  })
})

describe('a code', () => {
  const code = {
    grant_type: 'authorization_code',
    code: 'c0de',
    code_verifier: 'v3rifier',
    redirect_uri: 'https://keytrail.example/app/signed-in',
    nonce_verifier: verifier,
  }

  test.each([
    [undefined, `Basic ${Buffer.from('keytrail:s3cret%3A%2F').toString('base64')}`, null],
    [['client_secret_post', 'client_secret_basic'], undefined, 's3cret:/'],
  ])(
    'is redeemed by the app with the secret, where the provider takes it: %j',
    async (taken, authorization, secret) => {
      methods = taken
      const { ask } = await app({ redeems: true })
      codeResponse = { status: 200, body: { id_token: await idToken() } }
      expect((await ask(code)).json).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 })
      expect(redeemed).toHaveLength(1)
      const [sent] = redeemed
      expect(sent?.authorization).toBe(authorization)
      expect(sent?.form.get('client_secret')).toBe(secret)
      expect(Object.fromEntries(sent?.form ?? [])).toMatchObject({
        grant_type: 'authorization_code',
        code: 'c0de',
        code_verifier: 'v3rifier',
        redirect_uri: 'https://keytrail.example/app/signed-in',
        client_id: clientId,
      })
    },
  )

  test('that the provider refuses is refused, and an outage of it is one', async () => {
    const { ask } = await app({ redeems: true })
    expect(refusalOf(await ask(code))).toBe('The identity provider refuses the code. Sign in again.')
    for (const response of [
      { status: 500, body: {} },
      { status: 200, body: {} },
      { status: 429, body: {} },
    ]) {
      codeResponse = response
      const { status, text } = await ask(code)
      expect([status, text.includes('s3cret')]).toEqual([503, false])
    }
  })

  test('is not redeemed where the page does that', async () => {
    const { ask } = await app()
    expect(v.parse(Refusal, (await ask(code)).json).error).toBe('unsupported_grant_type')
    expect(redeemed).toEqual([])
  })
})

test('failed sign-ins of an address are limited, and keep no other address and no API key out', async () => {
  const { exchange, ask } = await app()
  const bad = await idToken({ claims: { aud: 'other' } })
  for (let count = 0; count < tokenFailureLimits.signIn.failuresMax; count += 1) await exchange(bad)
  const { status, headers } = await exchange(await idToken())
  expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true])
  expect((await exchange(await idToken(), {}, '198.51.100.7')).status).toBe(200)
  const key = { grant_type: 'client_credentials', client_id: `organization.${acme}`, client_secret: 'wrong' }
  expect((await ask(key)).status).toBe(401)
})

test('the issuer’s metadata names the grants', async () => {
  const grants = async (redeems: boolean) => {
    const { ports } = await app({ redeems })
    return v.parse(v.object({ grant_types_supported: v.array(v.string()) }), (await call(issuerMetadata(ports))).json)
      .grant_types_supported
  }
  expect(await grants(false)).toEqual(['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'])
  expect(await grants(true)).toContain('authorization_code')
})
