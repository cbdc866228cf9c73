// The plain mode of the local identity server: ID tokens as any provider's, and nothing of vaults.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, olga, people } from '../../../local/demo/people/people.ts'
import { type Identity, startIdentity } from '../../../local/identity.ts'
import { browserAt, type Changes } from './browser.ts'

const unverified = { id: 'x', name: 'Uma Unger', email: 'alice@demo.test.example', emailVerified: false }

let folder: string
let identity: Identity
let now = Date.now()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-plain-'))
  const world = { people, operators: [olga, unverified], organizations: [], providers: [] }
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json'), world, now: () => now })
})
afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

const Tokens = v.strictObject({
  access_token: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  expires_in: v.literal(3_600),
  token_type: v.literal('Bearer'),
  scope: v.string(),
  id_token: v.string(),
})

/** The claims of the ID token that this person gets, as a client verifies them. */
async function claimsOf(email: string, changes: Changes = {}) {
  const browser = browserAt(identity.plainIssuer)
  const { location } = await browser.choose(email, changes)
  const { body } = await browser.redeem(location?.searchParams.get('code') ?? null)
  const keys = createRemoteJWKSet(new URL(`${identity.plainIssuer}/.well-known/openid-configuration/jwks`))
  const options = { issuer: identity.plainIssuer, audience: 'keytrail', typ: 'JWT', currentDate: new Date(now) }
  return (await jwtVerify(v.parse(Tokens, body).id_token, keys, options)).payload
}

test('an ID token says who signed in, when, and for which request; its subject is not the vault’s', async () => {
  const seconds = Math.floor(now / 1_000)
  const claims = await claimsOf(alice.email)
  expect(claims).toEqual({
    iss: identity.plainIssuer,
    aud: 'keytrail',
    sub: expect.stringMatching(/^[\w-]{22}$/),
    name: 'Alice Adams',
    email: 'alice@demo.test',
    email_verified: true,
    nonce: 'a nonce',
    auth_time: seconds,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3_600,
  })
  expect((await claimsOf(alice.email)).sub).toBe(claims.sub)
  expect((await claimsOf(olga.email)).sub).not.toBe(claims.sub)
})

test('it says as much as the scopes allow, and whether the address is verified', async () => {
  const bare = await claimsOf(alice.email, { scope: 'openid', nonce: null })
  expect(Object.keys(bare).toSorted()).toEqual(['aud', 'auth_time', 'exp', 'iat', 'iss', 'nbf', 'sub'])
  expect(await claimsOf(unverified.email)).toMatchObject({ email: unverified.email, email_verified: false })
})

test('a session keeps the time of signing in', async () => {
  const browser = browserAt(identity.plainIssuer)
  await browser.choose()
  const before = Math.floor(now / 1_000)
  now += 90_000
  const { location } = await browser.authorize()
  const { body } = await browser.redeem(location?.searchParams.get('code') ?? null)
  const payload = Buffer.from(`${body.id_token}`.split('.')[1] ?? '', 'base64url').toString()
  expect(JSON.parse(payload)).toMatchObject({ auth_time: before, iat: before + 90 })
})

test('a request without openid, or with a scope of the vault, is refused', async () => {
  const { authorize } = browserAt(identity.plainIssuer)
  for (const scope of ['email', 'openid api', 'openid offline_access']) {
    expect((await authorize({ scope })).location?.searchParams.get('error')).toBe('invalid_scope')
  }
})

test('a code is good with its verifier, at its issuer, and without a wrong secret', async () => {
  const browser = browserAt(identity.plainIssuer)
  const code = async () => (await browser.choose()).location?.searchParams.get('code') ?? null
  expect(await browser.redeem(await code(), { code_verifier: 'w'.repeat(43) })).toMatchObject({ status: 400 })
  expect(await browserAt(identity.issuer).redeem(await code())).toMatchObject({ status: 400 })
  expect(await browser.redeem(await code(), { client_secret: 'wrong' })).toMatchObject({ status: 401 })
  expect(await browser.redeem(await code(), { client_secret: 'demo' })).toMatchObject({ status: 200 })
})

test('no other grant gives anything', async () => {
  const browser = browserAt(identity.plainIssuer)
  const form = { grant_type: 'password', username: alice.email, password: 'demo' }
  expect(await browser.redeem(null, form)).toMatchObject({ body: { error: 'unsupported_grant_type' } })
})

test('its discovery document names its endpoints below its own issuer', async () => {
  const { plainIssuer } = identity
  const document = await (await fetch(`${plainIssuer}/.well-known/openid-configuration`)).json()
  expect(document).toMatchObject({
    issuer: plainIssuer,
    authorization_endpoint: `${plainIssuer}/connect/authorize`,
    token_endpoint: `${plainIssuer}/connect/token`,
    end_session_endpoint: `${plainIssuer}/connect/endsession`,
    code_challenge_methods_supported: ['S256'],
  })
})
