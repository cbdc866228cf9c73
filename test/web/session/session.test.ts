// Signing in with the vault's tokens over HTTP: the way there, the way back, and refusals.
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SignInProblem } from '../../../web/session/problem.ts'
import { begun as begunAt, sessionIn, startServer } from './issuer.ts'

const returnTo = '/app/organizations/a0000000-0000-4000-8000-000000000001/events?type=1107'

let server: Awaited<ReturnType<typeof startServer>>
const metadataPath = '/.well-known/openid-configuration'

beforeEach(async () => {
  server = await startServer()
  server.replies.set('/token', {
    status: 200,
    body: { access_token: 'the token', token_type: 'Bearer', expires_in: 3_600 },
  })
  describeIssuer()
})
afterEach(() => server.stop())

function describeIssuer(more: Readonly<Record<string, string>> = {}): void {
  const { url } = server
  const endpoints = { authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` }
  server.replies.set(metadataPath, { status: 200, body: { issuer: url, ...endpoints, ...more } })
}

const newSession = () =>
  sessionIn(server.url, { kind: 'vault', metadataUrl: server.url + metadataPath, clientId: 'keytrail', scope: 'api' })

const begun = (session: Parameters<typeof begunAt>[0], left: readonly URL[], path = returnTo) =>
  begunAt(session, left, path)

describe('signing in', () => {
  test('asks with a challenge, proves it, and keeps the token out of the storage', async () => {
    const { session, stored, left } = newSession()
    const { asked, back } = await begun(session, left)
    expect(left[0]?.href.startsWith(`${server.url}/authorize?`)).toBe(true)
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'keytrail',
      redirect_uri: `${server.url}/app/signed-in`,
      response_type: 'code',
      scope: 'api',
      code_challenge_method: 'S256',
    })

    expect(await session.finish(back)).toBe(returnTo)
    expect(session.token()).toBe('the token')
    expect([...stored]).toEqual([])
    const form = server.posted[0]?.form
    const proof = createHash('sha256')
      .update(form?.get('code_verifier') ?? '')
      .digest('base64url')
    expect(asked.get('code_challenge')).toBe(proof)
    expect(form?.get('code')).toBe('the code')
    expect(session.otherPrompt()).toBeNull()
  })

  test('never leads to another site', async () => {
    const { session, left } = newSession()
    const { back } = await begun(session, left, '//evil.example')
    expect(await session.finish(back)).toBe('/app')
  })

  test('that was begun elsewhere, or is over, is refused', async () => {
    const { session, left } = newSession()
    const { back } = await begun(session, left)
    back.searchParams.set('state', 'another')
    await expect(session.finish(back)).rejects.toThrow(SignInProblem)
    await expect(session.finish(back)).rejects.toThrow(SignInProblem)
    expect(session.token()).toBeNull()
  })

  test('that the issuer refuses says why', async () => {
    const { session, left } = newSession()
    const { back } = await begun(session, left)
    back.searchParams.delete('code')
    back.searchParams.set('error', 'access_denied')
    back.searchParams.set('error_description', 'not today')
    await expect(session.finish(back)).rejects.toThrow('not today')

    const again = await begun(session, left)
    const body = { error: 'invalid_grant', error_description: 'the code is old' }
    server.replies.set('/token', { status: 400, body })
    await expect(session.finish(again.back)).rejects.toThrow('the code is old')
  })

  test('at an issuer that is not there is a problem, not a crash', async () => {
    const { session } = newSession()
    server.stop()
    await expect(session.signIn('/app')).rejects.toThrow(SignInProblem)
  })
})

describe('a token', () => {
  test('is new for some seconds, and none shortly before it expires', async () => {
    const { session, left, clock } = newSession()
    const { back } = await begun(session, left)
    await session.finish(back)
    expect(session.isNew()).toBe(true)
    clock.ms = 10_000
    expect(session.isNew()).toBe(false)
    clock.ms = 3_600_000 - 5_001
    expect(session.token()).toBe('the token')
    clock.ms++
    expect(session.token()).toBeNull()
  })

  test('is forgotten by signing out, which goes to the issuer when it ends sessions', async () => {
    const { session, left } = newSession()
    await session.finish((await begun(session, left)).back)
    expect(await session.signOut()).toBeNull()
    expect(session.token()).toBeNull()
    describeIssuer({ end_session_endpoint: `${server.url}/end` })
    expect((await session.signOut())?.href).toBe(`${server.url}/end?client_id=keytrail`)
  })
})
