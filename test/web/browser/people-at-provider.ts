// An app whose people sign in at a test's provider, and visits of its page by people of that provider.
import type { Browser, Page } from 'playwright-core'
import { memberStatus, memberType } from '../../../src/domain/directory/directory.ts'
import { signingKey } from '../../support/api-keys.ts'
import { acme, alice, guid } from '../../support/events.ts'
import type { TestProvider } from '../../support/servers/provider.ts'
import { type RunningApp, startApp } from '../../support/servers/running-app.ts'
import { hangMsMax } from '../../support/waiting.ts'

/** Starts it; alice@demo.test is its member, and owns the organization with one event. `settings` go over the app's own. */
export async function startAppAt(
  { issuer, open }: TestProvider,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const started = await startApp({
    SIGN_IN_ISSUER: issuer,
    SIGN_IN_CLIENT_ID: 'keytrail',
    TOKEN_ISSUER: 'https://keytrail.test',
    TOKEN_SIGNING_KEY: signingKey('ES256'),
    ...settings,
  })
  open(`${started.url}/app/signed-in`)
  const token = await started.issuer.sign({ scope: ['api.events.write'], client_id: 'server' })
  const { owner: type } = memberType
  const { confirmed: status } = memberStatus
  const member = { id: guid(1, '7'), userId: alice, name: 'Alice Adams', email: 'alice@demo.test', type, status }
  await started.send(`PUT /directory/organizations/${acme}`, { token, body: { name: 'Acme', members: [member] } })
  const event = { Type: 1000, ActingUserId: alice, OrganizationId: acme, Date: new Date().toISOString() }
  await started.send('POST /events', { token, body: event })
  return started
}

/** Opens the page at this address in a new window, and chooses a person at the provider. */
export async function visitAs(browser: Browser, url: string, who: { readonly name: string }): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })
  const page = await context.newPage()
  page.setDefaultTimeout(hangMsMax)
  await page.goto(url)
  await choose(page, who)
  return page
}

/** Chooses a person on the provider's page, which leads back. */
export const choose = (page: Page, { name }: { readonly name: string }) =>
  page.locator('button[name=username]', { hasText: name }).click()

/** The menu of the person who is signed in. */
export const whoseMenu = (page: Page, name: string) => page.locator('.menu summary', { hasText: name })
