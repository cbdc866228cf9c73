// Signing in at a provider: what the page asks of it and of the app, and in whose words it says what failed.
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProviderSignIn } from '../../../web/session/config.ts'
import { SignInProblem } from '../../../web/session/problem.ts'
import { appToken, begun, sessionIn, startServer } from './issuer.ts'

const path = '/app/organizations/a0000000-0000-4000-8000-000000000001/events'

let server: Awaited<ReturnType<typeof startServer>>
/** Claims that go over those of the provider's ID token. */
let changes: Readonly<Record<string, unknown>> = {}
let nonce = ''

beforeEach(async () => {
  server = await startServer()
  changes = {}
  server.replies.set('/provider/token', () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const claims = { iss: `${server.url}/provider`, aud: 'ours', sub: 'p', iat: seconds, exp: seconds + 300, nonce }
    const id_token = jwt({ ...claims, ...changes })
    return { status: 200, body: { access_token: 'opaque', token_type: 'Bearer', id_token } }
  })
  const access_token = appToken({ sub: 'u', name: 'Zoë Zimmer' })
  server.replies.set('/connect/token', { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 3_600 } })
})
afterEach(() => server.stop())

const jwt = (claims: object) =>
  [{ alg: 'ES256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
    .concat('.c2lnbmF0dXJl')

const sha256 = (text: string | null | undefined) =>
  createHash('sha256')
    .update(text ?? '')
    .digest('base64url')

function newSession(over: Partial<ProviderSignIn> = {}) {
  const issuer = `${server.url}/provider`
  return sessionIn(server.url, {
    kind: 'provider',
    issuer,
    authorizationEndpoint: `${issuer}/authorize?tenant=1`,
    tokenEndpoint: `${issuer}/token`,
    endSessionEndpoint: null,
    clientId: 'ours',
    scope: 'openid profile email',
    redeemedBy: 'page',
    ...over,
  })
}

/** Goes to the provider and comes back with a code. */
async function cameBack(tab: ReturnType<typeof newSession>, prompt?: 'login' | 'select_account') {
  const { asked, back } = await begun(tab.session, tab.left, path, prompt)
  nonce = asked.get('nonce') ?? ''
  return { asked, back }
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof SignInProblem ? [error.kind, error.message] : error),
  )

describe('signing in at a provider', () => {
  test('redeems the code there, and exchanges the ID token with the secret behind its nonce', async () => {
    const tab = newSession()
    const { asked, back } = await cameBack(tab)
    expect(Object.fromEntries(asked)).toMatchObject({ tenant: '1', client_id: 'ours', scope: 'openid profile email' })
    expect(asked.has('prompt')).toBe(false)

    expect(await tab.session.finish(back)).toBe(path)
    const [redeemed, exchanged] = server.posted
    expect([redeemed?.path, exchanged?.path]).toEqual(['/provider/token', '/connect/token'])
    expect(sha256(redeemed?.form.get('code_verifier'))).toBe(asked.get('code_challenge'))
    expect(Object.fromEntries(exchanged?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    })
    expect(exchanged?.form.get('nonce_verifier')).toMatch(/^[\w-]{43}$/)
    expect(sha256(exchanged?.form.get('nonce_verifier'))).toBe(asked.get('nonce'))
    expect(tab.session.name()).toBe('Zoë Zimmer')
    expect(tab.session.token()).toMatch(/signature$/)
    expect([...tab.stored]).toEqual([])
  })

  test('lets the app redeem the code where the provider asks for a secret', async () => {
    const tab = newSession({ redeemedBy: 'app' })
    const { asked, back } = await cameBack(tab)
    await tab.session.finish(back)
    expect(server.posted.map((each) => each.path)).toEqual(['/connect/token'])
    const form = server.posted[0]?.form
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the code',
      redirect_uri: `${server.url}/app/signed-in`,
    })
    expect(sha256(form?.get('code_verifier'))).toBe(asked.get('code_challenge'))
    expect(sha256(form?.get('nonce_verifier'))).toBe(asked.get('nonce'))
  })

  test.each([
    ['of another request', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['for another client', { aud: 'theirs' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has expired', { exp: 1 }],
  ])('sends no ID token %s to the app', async (_, wrong) => {
    changes = wrong
    const tab = newSession()
    expect(await problemOf(tab.session.finish((await cameBack(tab)).back))).not.toBeNull()
    expect(server.posted.map((each) => each.path)).toEqual(['/provider/token'])
    expect(tab.session.token()).toBeNull()
  })
})

describe('what fails', () => {
  test('is said in the words of the provider, of the app, or as what does not respond', async () => {
    const tab = newSession()
    const refusal = (error_description: string) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description },
    })
    server.replies.set('/connect/token', refusal('your address is not verified'))
    const refused = tab.session.finish((await cameBack(tab)).back)
    expect(await problemOf(refused)).toEqual(['refused', 'your address is not verified'])

    server.replies.set('/connect/token', { status: 503, body: {} })
    expect(await problemOf(tab.session.finish((await cameBack(tab)).back))).toEqual(['unreachable', expect.anything()])

    server.replies.set('/provider/token', refusal('the code is spent'))
    const spent = tab.session.finish((await cameBack(tab)).back)
    expect(await problemOf(spent)).toEqual(['issuer', 'the code is spent'])
    expect(await problemOf(tab.session.finish(new URL(server.url)))).toEqual(['incomplete', ''])
    expect(tab.session.token()).toBeNull()
  })

  test('can be tried as someone else: with a choice of accounts first, then by signing in anew', async () => {
    const tab = newSession()
    server.replies.set('/connect/token', { status: 400, body: { error: 'invalid_grant' } })
    await problemOf(tab.session.finish((await cameBack(tab)).back))
    for (const prompt of ['select_account', 'login', 'select_account'] as const) {
      expect(tab.session.otherPrompt()).toBe(prompt)
      const { asked, back } = await cameBack(tab, prompt)
      expect(asked.get('prompt')).toBe(prompt)
      await problemOf(tab.session.finish(back))
    }
  })
})

test('an issuer that knows no choice of accounts is asked to sign the person in anew', async () => {
  const tab = newSession()
  const { back } = await cameBack(tab, 'select_account')
  back.searchParams.delete('code')
  back.searchParams.set('error', 'invalid_request')
  expect(await tab.session.finish(back)).toBeNull()
  expect(tab.left.at(-1)?.searchParams.get('prompt')).toBe('login')

  const cancelled = (await cameBack(tab, 'select_account')).back
  cancelled.searchParams.delete('code')
  cancelled.searchParams.set('error', 'access_denied')
  expect(await problemOf(tab.session.finish(cancelled))).toEqual(['issuer', 'access_denied'])
})

test('signing out forgets the token, and leads to where the provider ends its session', async () => {
  const tab = newSession({ endSessionEndpoint: 'https://id.example/end?a=b' })
  await tab.session.finish((await cameBack(tab)).back)
  expect((await tab.session.signOut())?.href).toBe('https://id.example/end?a=b&client_id=ours')
  expect(tab.session.token()).toBeNull()
  expect(tab.nextAt()).toBeUndefined()
})
