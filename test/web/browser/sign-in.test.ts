// Signing in at the page through a real OpenID Connect provider: who is let in, and who is not, in which words.
import { createHash } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../support/events.ts'
import { launchBrowser } from '../../support/servers/browser.ts'
import { startProvider, type TestProvider } from '../../support/servers/provider.ts'
import { eventually, type RunningApp } from '../../support/servers/running-app.ts'
import { choose, startAppAt, visitAs, whoseMenu } from './people-at-provider.ts'
import { expectAccessible } from './stack.ts'

const accounts = {
  alice: { id: 'p-1', name: 'Alice Adams', claims: { email: 'Alice@demo.test', email_verified: true } },
  olga: { id: 'p-2', name: 'Olga Olsen', claims: { email: 'olga@keytrail.test', email_verified: true } },
  uma: { id: 'p-3', name: 'Uma Unger', claims: { email: 'alice@demo.test', email_verified: false } },
} as const

let browser: Browser
let provider: TestProvider
let app: RunningApp

beforeAll(async () => {
  browser = await launchBrowser()
  provider = await startProvider({ accounts: Object.values(accounts), clientIds: ['keytrail'] })
  app = await startAppAt(provider, { OPERATORS: accounts.olga.claims.email })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser.close()
  await app.stop()
  provider.stop()
})

const visit = (who: { readonly name: string }, path: string) => visitAs(browser, app.url + path, who)

const events = `/app/organizations/${acme}/events`

const Form = v.pipe(
  v.string(),
  v.transform((text) => Object.fromEntries(new URLSearchParams(text))),
)
/** The form with which the page exchanges the ID token, once it has. */
const exchanged = async (page: Page) =>
  v.parse(Form, (await page.waitForRequest(`${app.url}/connect/token`)).postData())

const verifier = 'v'.repeat(43)
const nonce = createHash('sha256').update(verifier).digest('base64url')
const Refused = v.object({ error: v.string(), error_description: v.string() })

/** Exchanges an ID token as the page does, or with these fields in place of its own. */
async function exchange(subject_token: string, changes: Readonly<Record<string, string>> = {}) {
  const type = 'urn:ietf:params:oauth:token-type:id_token'
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token,
    subject_token_type: type,
  }
  return app.send('POST /connect/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, nonce_verifier: verifier, ...changes }).toString(),
  })
}

describe('a member', () => {
  test('signs in and sees events; nothing of it stays in the address, and a reload asks nobody', async () => {
    const page = await visit(accounts.alice, `${events}?range=1d`)
    const form = await exchanged(page)
    await whoseMenu(page, 'Alice Adams').waitFor()
    await eventually('the event', async () => {
      await page.getByRole('button', { name: 'Reload' }).or(page.locator('.log .event')).first().waitFor()
      return (await page.locator('.log .event').count()) > 0
    })
    expect(page.url()).toBe(`${app.url}${events}?range=1d`)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)

    const again = await exchange(form.subject_token ?? '', { nonce_verifier: form.nonce_verifier ?? '' })
    expect([again.status, v.parse(Refused, again.json).error_description]).toEqual([
      400,
      expect.stringMatching(/once|used/),
    ])

    await page.reload()
    await whoseMenu(page, 'Alice Adams').waitFor()
  })
})

test('an operator signs in, and is one to the API', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(app.url)
  const me = page.waitForRequest(/\/organizations$/)
  await choose(page, accounts.olga)
  const authorization = (await me).headers().authorization ?? ''
  await whoseMenu(page, 'Olga Olsen').waitFor()
  expect((await app.send('GET /me', { token: authorization.replace('Bearer ', '') })).json).toMatchObject({
    isOperator: true,
    email: 'olga@keytrail.test',
  })
})

describe('a person whose address the provider does not vouch for', () => {
  test('is not let in, reads why, and can sign in as someone else', async () => {
    const page = await visit(accounts.uma, events)
    await page.getByRole('heading', { name: 'Keytrail does not let you in' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/verified/)
    expect(page.url()).toBe(`${app.url}/app`)
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Sign in as someone else' }).click()
    await choose(page, accounts.alice)
    await whoseMenu(page, 'Alice Adams').waitFor()
  })
})

describe('an ID token that the provider signed', () => {
  const claims = { sub: 'p-1', email: 'alice@demo.test', email_verified: true, aud: 'keytrail', nonce }

  test.each([
    ['for another client', { aud: 'other' }, /another application/],
    [
      'for several clients, of which another one asked',
      { aud: ['keytrail', 'other'], azp: 'other' },
      /another application/,
    ],
    ['of another request', { nonce: 'another' }, /begun here/],
    ['without a nonce', { nonce: undefined }, /begun here/],
    ['of another issuer', { iss: 'https://id.example' }, /issuer|provider/],
  ])('%s is refused in words', async (_, changes, words) => {
    const { status, json } = await exchange(await provider.sign({ ...claims, ...changes }))
    expect([status, v.parse(Refused, json).error_description]).toEqual([400, expect.stringMatching(words)])
  })

  test('is good with the secret behind its nonce, and not without', async () => {
    const token = await provider.sign(claims)
    expect((await exchange(token, { nonce_verifier: '' })).status).toBe(400)
    expect((await exchange(token, { nonce_verifier: 'w'.repeat(43) })).status).toBe(400)
    expect((await exchange(token)).status).toBe(200)
  })

  test('is good once', async () => {
    const token = await provider.sign({ ...claims, sub: 'p-2' })
    expect((await exchange(token)).status).toBe(200)
    expect((await exchange(token)).status).toBe(400)
  })
})
