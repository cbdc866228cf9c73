// The browser's session at the local identity server: who signed in is not asked again, until the session ends.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, olga } from '../../../local/demo/people/people.ts'
import { sessionMs } from '../../../local/identity/sessions.ts'
import { type Identity, startIdentity } from '../../../local/identity.ts'
import { browserAt } from './browser.ts'

let folder: string
let identity: Identity
let now = Date.now()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-session-'))
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json'), now: () => now })
})
afterAll(async () => {
  await identity.stop()
  await rm(folder, { recursive: true })
})

const vaultBrowser = () => browserAt(identity.issuer, 'api')
const errorOf = ({ location }: { readonly location: URL | null }) => location?.searchParams.get('error')

describe('a session', () => {
  test('spares the person the question, in both modes', async () => {
    for (const browser of [vaultBrowser(), browserAt(identity.plainIssuer)]) {
      expect((await browser.authorize()).status).toBe(200)
      await browser.choose(alice.email)
      const { status, location } = await browser.authorize()
      expect(status).toBe(303)
      expect((await browser.redeem(location?.searchParams.get('code') ?? null)).status).toBe(200)
    }
  })

  test('is in a cookie that no script reads and no other site’s form brings', async () => {
    const { setCookie } = await vaultBrowser().choose()
    expect(setCookie).toMatch(/^keytrail-identity-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('of another browser, or with a made-up id, is none', async () => {
    await vaultBrowser().choose()
    expect((await vaultBrowser().authorize()).status).toBe(200)
  })

  test('of someone without an account in the vault does not sign in there', async () => {
    const [plain, vault] = [browserAt(identity.plainIssuer), browserAt(identity.issuer, 'api')]
    await plain.choose(olga.email)
    const cookie = plain.cookie()
    const url = `${identity.issuer}/connect/authorize?response_type=code&client_id=a&redirect_uri=http://127.0.0.1/`
    const query = `&code_challenge_method=S256&code_challenge=${'c'.repeat(43)}`
    expect((await fetch(url + query, { headers: { cookie }, redirect: 'manual' })).status).toBe(200)
    expect(errorOf(await vault.choose(olga.email))).toBe('access_denied')
  })

  test('ends by itself after half a day', async () => {
    const browser = vaultBrowser()
    await browser.choose()
    now += sessionMs - 1
    expect((await browser.authorize()).status).toBe(303)
    now += 1
    expect((await browser.authorize()).status).toBe(200)
  })
})

describe('a request', () => {
  test.each(['login', 'select_account', 'login consent'])('with prompt=%s asks all the same', async (prompt) => {
    const browser = vaultBrowser()
    await browser.choose(alice.email)
    expect((await browser.authorize({ prompt })).status).toBe(200)
    expect((await browser.choose(bob.email, { prompt })).status).toBe(303)
    expect((await browser.authorize({ prompt: 'consent' })).status).toBe(303)
  })

  test('with prompt=none asks nobody: it gets a code, or login_required', async () => {
    const browser = vaultBrowser()
    const refused = await browser.authorize({ prompt: 'none' })
    expect([refused.status, errorOf(refused)]).toEqual([303, 'login_required'])
    await browser.choose()
    const { location } = await browser.authorize({ prompt: 'none' })
    expect(location?.searchParams.has('code')).toBe(true)
  })

  test.each([{ prompt: 'none login' }, { prompt: 'create' }, { max_age: 'old' }])(
    'with %o is refused',
    async (asked) => {
      expect(errorOf(await vaultBrowser().authorize(asked))).toBe('invalid_request')
    },
  )

  test('with max_age asks once the session is older', async () => {
    const browser = vaultBrowser()
    await browser.choose()
    now += 60_000
    expect((await browser.authorize({ max_age: '60' })).status).toBe(303)
    now += 1
    expect((await browser.authorize({ max_age: '60' })).status).toBe(200)
    expect(errorOf(await browser.authorize({ max_age: '60', prompt: 'none' }))).toBe('login_required')
  })
})

describe('signing out', () => {
  test('ends the session in the browser and at the server', async () => {
    const browser = vaultBrowser()
    await browser.choose()
    const cookie = browser.cookie()
    const ended = await browser.endSession()
    expect(ended.status).toBe(200)
    expect(ended.html).toContain('<a href="http://127.0.0.1:7071/">Back')
    expect(browser.cookie()).toMatch(/=$/)
    expect((await browser.authorize()).status).toBe(200)
    const copied = await fetch(`${identity.issuer}/connect/endsession`, { headers: { cookie } })
    expect(await copied.text()).toContain('You are signed out')
  })

  test('leads back to an address of this machine, with the state, and to no other', async () => {
    const { endSession } = vaultBrowser()
    const back = await endSession('?post_logout_redirect_uri=http://127.0.0.1:7071/app&state=s')
    expect(back.location?.href).toBe('http://127.0.0.1:7071/app?state=s')
    expect(await endSession('?post_logout_redirect_uri=https://evil.example/')).toMatchObject({ status: 200 })
  })
})
