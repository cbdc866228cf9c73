// The page's session in a real browser, with a real OpenID Connect provider; the app's own part, the exchange, is the test's.
import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { acme, alice, guid } from '../../support/events.ts'
import { launchBrowser } from '../../support/servers/browser.ts'
import { startProvider, type TestProvider } from '../../support/servers/provider.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'
import { hangMsMax } from '../../support/waiting.ts'
import { expectAccessible, expectNoSidewaysScroll, until } from './stack.ts'

const adams = { id: 'p-1', name: 'Alice Adams', claims: { email: 'alice@demo.test', email_verified: true } }
const unger = { id: 'p-2', name: 'Uma Unger', claims: { email: 'uma@demo.test', email_verified: false } }
const view = `/app/organizations/${acme}/events?range=1d`
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

let browser: Browser
let provider: TestProvider
let app: RunningApp
/** What the app refuses, in its words; null: nobody. */
let refusal: string | null = null
let renewals = 0

beforeAll(async () => {
  browser = await launchBrowser()
  provider = await startProvider({ accounts: [adams, unger], clientIds: ['keytrail'] })
  app = await startApp()
  provider.open(`${app.url}/app/signed-in`)
})
afterEach(async () => {
  refusal = null
  renewals = 0
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser.close()
  await app.stop()
  provider.stop()
})

/** The page's settings, for signing in at the provider. */
const config = ({ issuer }: TestProvider) => ({
  kind: 'provider',
  issuer,
  authorizationEndpoint: `${issuer}/auth`,
  tokenEndpoint: `${issuer}/token`,
  endSessionEndpoint: null,
  clientId: 'keytrail',
  scope: 'openid profile email',
  redeemedBy: 'page',
})

/** A token of the app for whom the ID token names, or for the token to renew; refused are those without a verified address. */
async function exchange(route: Route): Promise<void> {
  const form = new URLSearchParams(route.request().postData() ?? '')
  const isIdToken = form.get('subject_token_type') === idTokenType
  const payload = (form.get('subject_token') ?? '').split('.')[1] ?? ''
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const reason =
    isIdToken && JSON.stringify(claims).includes('"email_verified":false') ? 'Your address is not verified.' : refusal
  if (!isIdToken) renewals++
  if (reason !== null) {
    await route.fulfill({ status: 400, json: { error: 'invalid_grant', error_description: reason } })
    return
  }
  const signed = { sub: alice, name: adams.name, auth_time: 1, orgowner: acme, device: guid(1, 'd'), scope: ['api'] }
  const access_token = await app.issuer.sign({ ...signed, amr: ['external'], jti: `${renewals}` })
  await route.fulfill({ json: { access_token, token_type: 'Bearer', expires_in: 3_600, scope: 'api' } })
}

async function newContext(): Promise<BrowserContext> {
  // The app's policy allows calls to the provider of its settings, which is another one here.
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', bypassCSP: true })
  context.setDefaultTimeout(hangMsMax)
  await context.route('**/app/config.json', (route) =>
    route.fulfill({ json: { version: '1', signIn: config(provider) } }),
  )
  await context.route('**/connect/token', exchange)
  return context
}

/** Opens the page in a new tab. */
async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(app.url + view)
  return page
}

const choose = (page: Page, { name }: { readonly name: string }) =>
  page.locator('button[name=username]', { hasText: name }).click()
const isIn = (page: Page) => page.locator('.menu summary', { hasText: adams.name }).waitFor()

test('who is not let in reads why, keeps nothing in the address, and can sign in as someone else', async () => {
  const page = await open(await newContext())
  await choose(page, unger)
  await page.getByRole('heading', { name: 'Keytrail does not let you in' }).waitFor()
  expect(await page.getByRole('alert').textContent()).toContain('Your address is not verified.')
  expect(page.url()).toBe(`${app.url}/app`)
  expect(await page.evaluate('sessionStorage.length')).toBe(0)
  await expectAccessible(page)
  await page.setViewportSize({ width: 360, height: 640 })
  await expectNoSidewaysScroll(page)

  // This provider knows no choice of accounts, so it is asked to sign the person in anew.
  await page.getByRole('button', { name: 'Sign in as someone else' }).press('Enter')
  await choose(page, adams)
  await isIn(page)
})

test('a reload asks nobody, and leads back to the same view', async () => {
  const page = await open(await newContext())
  await choose(page, adams)
  await isIn(page)
  expect(page.url()).toBe(app.url + view)
  await page.reload()
  await isIn(page)
  expect(page.url()).toBe(app.url + view)
})

test('two tabs renew their token once, and both go on with it', async () => {
  const context = await newContext()
  await context.clock.install()
  const first = await open(context)
  await choose(first, adams)
  await isIn(first)
  const second = await open(context)
  await isIn(second)

  await context.clock.fastForward('00:55:30')
  await until(() => renewals > 0)
  // Each tab has had its turn.
  const locks = `navigator.locks.query().then(({ held, pending }) => held.length + pending.length)`
  await until(async () => (await first.evaluate(locks)) === 0)
  const tokens: string[] = []
  context.on('request', (request) => {
    const { authorization } = request.headers()
    if (authorization !== undefined) tokens.push(authorization)
  })
  for (const page of [first, second]) {
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  }
  await until(() => tokens.length > 1)
  expect(renewals).toBe(1)
  expect(new Set(tokens).size).toBe(1)
})

test('a renewal that is refused is said, once, with the reason and a way to sign in', async () => {
  const context = await newContext()
  await context.clock.install()
  const page = await open(context)
  await choose(page, adams)
  await isIn(page)
  refusal = 'The sign-in is twelve hours old.'
  await context.clock.fastForward('00:55:30')
  await page.getByText('twelve hours old').waitFor()

  await context.clock.fastForward('00:10:00')
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByText('Your sign-in has ended.').first().waitFor()
  expect(await page.locator('.banner').count()).toBe(1)
  refusal = null
  await page.locator('.banner').getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/overview/)
  await isIn(page)
})
