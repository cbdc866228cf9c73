// Signing in against an issuer over HTTP: the way there, the way back, and refusals.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSession, type Session, SignInProblem } from '../../../web/session/session.ts'

const redirectUri = 'http://127.0.0.1/app/signed-in'
const returnTo = '/app/organizations/a0000000-0000-4000-8000-000000000001/events?type=1107'

let server: Server
let issuer: string
/** The last request to the token endpoint, and its reply. */
let posted: URLSearchParams
let reply: { status: number; body: unknown }
let metadata: Readonly<Record<string, unknown>>

beforeEach(async () => {
  reply = { status: 200, body: { access_token: 'the token', token_type: 'Bearer', expires_in: 3_600 } }
  metadata = {}
  server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url?.startsWith('/.well-known/')) {
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` }
      response.end(JSON.stringify({ issuer, ...endpoints, ...metadata }))
      return
    }
    posted = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''))
    response.statusCode = reply.status
    response.end(JSON.stringify(reply.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterEach(() => server.close())

function newSession() {
  const stored = new Map<string, string>()
  const left: URL[] = []
  const clock = { ms: 0 }
  const session = createSession({
    config: {
      metadataUrl: `${issuer}/.well-known/openid-configuration`,
      clientId: 'keytrail',
      scope: 'api',
      version: '1',
    },
    redirectUri,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
      removeItem: (key) => stored.delete(key),
    },
    leave: (url) => left.push(url),
    now: () => clock.ms,
  })
  return { session, stored, left, clock }
}

/** Goes to the issuer; gives what it was asked, and the address it leads back to. */
async function begun(session: Session, left: readonly URL[], path = returnTo) {
  await session.signIn(path)
  const asked = left.at(-1) ?? new URL(issuer)
  const back = new URL(redirectUri)
  back.searchParams.set('state', asked.searchParams.get('state') ?? '')
  back.searchParams.set('code', 'the code')
  return { asked, back }
}

describe('signing in', () => {
  test('asks with a challenge, proves it, and keeps the token out of the storage', async () => {
    const { session, stored, left } = newSession()
    const { asked, back } = await begun(session, left)
    expect(asked.href.startsWith(`${issuer}/authorize?`)).toBe(true)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      client_id: 'keytrail',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'api',
      code_challenge_method: 'S256',
    })

    expect(await session.finish(back)).toBe(returnTo)
    expect(session.token()).toBe('the token')
    expect([...stored]).toEqual([])
    const proof = createHash('sha256')
      .update(posted.get('code_verifier') ?? '')
      .digest('base64url')
    expect(asked.searchParams.get('code_challenge')).toBe(proof)
    expect(posted.get('code')).toBe('the code')
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
    reply = { status: 400, body: { error: 'invalid_grant', error_description: 'the code is old' } }
    await expect(session.finish(again.back)).rejects.toThrow('the code is old')
  })

  test('at an issuer that is not there is a problem, not a crash', async () => {
    const { session } = newSession()
    server.close()
    server.closeAllConnections()
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
    metadata = { end_session_endpoint: `${issuer}/end` }
    expect((await session.signOut())?.href).toBe(`${issuer}/end?client_id=keytrail`)
  })
})
