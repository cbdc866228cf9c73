// Signing in at the local identity server: the code flow as a page's library drives it, and what is refused on the way.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, people } from '../../local/demo/people/people.ts'
import { acmeId } from '../../local/demo/people/world.ts'
import { codeMs } from '../../local/identity/authorization.ts'
import { type Identity, startIdentity } from '../../local/identity.ts'

const redirectUri = 'http://127.0.0.1:7071/app/'
const verifier = 'v'.repeat(43)
const client: oauth.Client = { client_id: 'keytrail' }
const insecure = { [oauth.allowInsecureRequests]: true }

let folder: string
let identity: Identity
let now = Date.now()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-sign-in-'))
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json'), now: () => now })
})

afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

async function discovered(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(identity.issuer)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
}

/** The address of a request that is in order but for these parameters; null takes one away. */
async function addressWith(changes: Readonly<Record<string, string | null>> = {}): Promise<URL> {
  const url = new URL(`${identity.issuer}/connect/authorize`)
  const challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const all = {
    response_type: 'code',
    client_id: 'keytrail',
    redirect_uri: redirectUri,
    scope: 'api',
    state: 'a state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) url.searchParams.set(name, value)
  return url
}

/** Chooses a person, as the page's form does; gives where the browser is sent. */
async function choose(address: URL, username = alice.email, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ username })
  const response = await fetch(address, { method: 'POST', body, redirect: 'manual', headers })
  return { status: response.status, location: URL.parse(response.headers.get('location') ?? '') }
}

async function codeFor(changes: Readonly<Record<string, string | null>> = {}): Promise<string> {
  const { location } = await choose(await addressWith(changes))
  return location?.searchParams.get('code') ?? ''
}

const exchange = (form: Record<string, string>) =>
  fetch(`${identity.issuer}/connect/token`, { method: 'POST', body: new URLSearchParams(form) })
const exchangeForm = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  client_id: 'keytrail',
  code_verifier: verifier,
})

describe('signing in', () => {
  test('gives a page’s library a token for the chosen person', async () => {
    const server = await discovered()
    expect(server.code_challenge_methods_supported).toEqual(['S256'])
    const { location, status } = await choose(await addressWith())
    expect(status).toBe(303)
    expect(location?.href).toMatch(/^http:\/\/127\.0\.0\.1:7071\/app\/\?code=/)

    const parameters = oauth.validateAuthResponse(server, client, location ?? new URL(redirectUri), 'a state')
    const none = oauth.None()
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, client, none, parameters, redirectUri, verifier, insecure] as const),
    )
    const result = await oauth.processAuthorizationCodeResponse(server, client, response)

    expect(result).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'api' })
    expect(result).not.toHaveProperty('id_token')
    const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
    const { payload } = await jwtVerify(result.access_token, keys, { issuer: identity.issuer, typ: 'at+jwt' })
    expect(payload).toMatchObject({ sub: alice.id, client_id: 'keytrail', scope: ['api'], orgowner: acmeId })
  })

  test('gives an ID token with the nonce when openid is asked for', async () => {
    const server = await discovered()
    const { location } = await choose(await addressWith({ scope: 'openid api', nonce: 'a nonce' }))
    const parameters = oauth.validateAuthResponse(server, client, location ?? new URL(redirectUri), 'a state')
    const none = oauth.None()
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, client, none, parameters, redirectUri, verifier, insecure] as const),
    )
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: 'a nonce' })

    expect(oauth.getValidatedIdTokenClaims(result)).toMatchObject({
      sub: alice.id,
      aud: 'keytrail',
      email: alice.email,
    })
  })

  test('can be cancelled', async () => {
    const { location } = await choose(await addressWith(), '')

    expect(location?.searchParams.get('error')).toBe('access_denied')
    expect(location?.searchParams.get('state')).toBe('a state')
  })
})

describe('the page', () => {
  test('has a button for each of the demo’s people, no script, and lets its form lead to the client alone', async () => {
    const response = await fetch(await addressWith())
    const html = await response.text()

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    for (const { email } of people) expect(html).toContain(`<button name="username" value="${email}">`)
    expect(html).not.toMatch(/<script|\son\w+=|style=/)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; .*form-action 'self' http:\/\/127\.0\.0\.1:7071;/)
    expect(policy).not.toContain('unsafe-inline')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('shows what a client calls itself as text', async () => {
    const html = await (await fetch(await addressWith({ client_id: '<img src=x>"' }))).text()

    expect(html).toContain('&lt;img src=x&gt;&quot;')
    expect(html).not.toContain('<img')
  })

  test('takes no choice that another origin makes', async () => {
    const address = await addressWith()

    expect((await choose(address, alice.email, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await choose(address, alice.email, { origin: identity.issuer })).status).toBe(303)
  })
})

describe('a request', () => {
  test.each([
    [{ client_id: null }],
    [{ redirect_uri: null }],
    [{ redirect_uri: 'https://evil.example/app/' }],
    [{ redirect_uri: 'http://127.0.0.1@evil.example/' }],
    [{ redirect_uri: 'http://user:pass@127.0.0.1/' }],
    [{ redirect_uri: 'http://127.0.0.1.evil.example/' }],
    [{ redirect_uri: 'javascript://127.0.0.1/' }],
    [{ redirect_uri: 'http://127.0.0.1/#fragment' }],
    [{ redirect_uri: '/app/' }],
  ])('with %o is refused on a page, and sends nobody anywhere', async (changes) => {
    const response = await fetch(await addressWith(changes), { redirect: 'manual' })

    expect(response.status).toBe(400)
    expect(response.headers.has('location')).toBe(false)
    expect(response.headers.get('content-security-policy')).toContain("form-action 'none'")
  })

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: null }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: 'api api.events.write' }, 'invalid_scope'],
  ])('with %o is refused to the client with %s', async (changes, error) => {
    const response = await fetch(await addressWith(changes), { redirect: 'manual' })
    const { searchParams } = new URL(response.headers.get('location') ?? '')

    expect(response.status).toBe(303)
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual([error, 'a state'])
  })

  test('may name any port of localhost, and keeps the parameters of its address', async () => {
    const { location } = await choose(await addressWith({ redirect_uri: 'https://localhost:8443/back?a=b' }))

    expect(location?.origin).toBe('https://localhost:8443')
    expect(location?.searchParams.get('a')).toBe('b')
  })
})

describe('a code', () => {
  const Refusal = v.object({ error: v.literal('invalid_grant') })

  test('is good once', async () => {
    const form = exchangeForm(await codeFor())

    expect((await exchange(form)).status).toBe(200)
    const again = await exchange(form)
    expect(again.status).toBe(400)
    expect(v.parse(Refusal, await again.json())).toBeTruthy()
  })

  test.each([
    ['another client', { client_id: 'other' }],
    ['another address', { redirect_uri: 'http://127.0.0.1:7071/' }],
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['an unknown code', { code: 'x' }],
  ])('is good for nothing with %s', async (_, changes) => {
    const response = await exchange({ ...exchangeForm(await codeFor()), ...changes })

    expect(response.status).toBe(400)
    expect(v.parse(Refusal, await response.json())).toBeTruthy()
  })

  test('is good for a minute and no longer', async () => {
    const [early, late] = [await codeFor(), await codeFor()]
    now += codeMs - 1
    expect((await exchange(exchangeForm(early))).status).toBe(200)
    now += 1
    expect((await exchange(exchangeForm(late))).status).toBe(400)
  })
})
