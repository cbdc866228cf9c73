// Signing in with Entra ID, which this process's fetch finds at a provider of its own: people of the one tenant come in, others read why not.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { acme, guid } from '../../support/events.ts'
import { launchBrowser } from '../../support/servers/browser.ts'
import { startProvider, type TestProvider } from '../../support/servers/provider.ts'
import type { RunningApp } from '../../support/servers/running-app.ts'
import { choose, startAppAt, visitAs, whoseMenu } from './people-at-provider.ts'
import { expectAccessible } from './stack.ts'

const [tenant, another] = [guid(1, '7'), guid(2, '7')]
const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
const email = 'alice@demo.test'
// Entra ID says nothing of whether an e-mail is verified: an administrator of any tenant may set any.
const member = { id: 'p-1', name: 'Alice Adams', claims: { email, tid: tenant } }
const guest = { id: 'p-2', name: 'Alice of another tenant', claims: { email, tid: another } }
const unknown = { id: 'p-3', name: 'Alice of no tenant', claims: { email } }

const { fetch } = globalThis
let browser: Browser
let provider: TestProvider
let app: RunningApp

beforeAll(async () => {
  browser = await launchBrowser()
  provider = await startProvider({ accounts: [member, guest, unknown], clientIds: ['keytrail'], issuer })
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : `${input}`
    if (!url.startsWith(issuer)) return fetch(input, init)
    return fetch(provider.origin + url.slice(issuer.length), init)
  }
  app = await startAppAt(provider)
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  globalThis.fetch = fetch
  await browser.close()
  await app.stop()
  provider.stop()
})

const visit = (who: { readonly name: string }) => visitAs(browser, `${app.url}/app/organizations/${acme}/events`, who)

test('a member of the tenant comes in', async () => {
  const page = await visit(member)
  await whoseMenu(page, member.name).waitFor()
  await page.getByRole('heading', { name: 'Events' }).waitFor()
})

test.each([[guest], [unknown]])('$name is not let in, reads why, and can sign in as a member', async (who) => {
  const page = await visit(who)
  await page.getByRole('heading', { name: 'Keytrail does not let you in' }).waitFor()
  expect(await page.getByRole('alert').textContent()).toContain('The token is of another tenant.')
  expect(page.url()).toBe(`${app.url}/app`)
  expect(await page.evaluate('sessionStorage.length')).toBe(0)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Sign in as someone else' }).click()
  await choose(page, member)
  await whoseMenu(page, member.name).waitFor()
})
