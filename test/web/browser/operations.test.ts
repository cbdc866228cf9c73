// Operations, sources and API keys in a real browser: what an operator and an owner set up, and what they read when it goes wrong.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoOrganization } from '../../../local/bitwarden/demo.ts'
import { type ListeningServer, listenBitwarden } from '../../../local/bitwarden/http.ts'
import type { SimulatedOrganization } from '../../../local/bitwarden/organization.ts'
import { bitwardenServer } from '../../../local/bitwarden/server.ts'
import { acme } from '../../../local/demo/people/world.ts'
import { randomFrom } from '../../../local/demo/random.ts'
import { expectAccessible, expectNoSidewaysScroll, type Stack, startStack, until } from './stack.ts'

const operator = 'Olga Olsen'

let stack: Stack
let vault: ListeningServer
let northwind: SimulatedOrganization
beforeAll(async () => {
  const random = randomFrom(1)
  northwind = demoOrganization(Date.now(), 'position', random.next)
  const server = bitwardenServer({ organizations: [northwind], now: Date.now, random: random.next })
  vault = await listenBitwarden(server, 0)
  stack = await startStack()
})
afterAll(async () => {
  await stack?.end()
  await vault?.stop()
})

/** Uses a page that this person has open, which must have nothing to complain of. */
async function withPage(who: string, path: string, use: (page: Page) => Promise<void>) {
  const visit = await stack.visit(path, { who })
  try {
    await use(visit.page)
    expect(visit.complaints).toEqual([])
  } finally {
    await visit.end()
  }
}

const looks = [
  { width: 1_200, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const

/** Axe finds nothing on the page as it is, and nothing is wider than it, in every look. */
async function looksRight(page: Page): Promise<void> {
  for (const { width, colorScheme } of looks.toReversed()) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }
}

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })
const expectFocus = (wanted: Locator) =>
  expect.poll(() => wanted.evaluate((element) => element === document.activeElement)).toBe(true)
/** Presses Enter once the focus stays there: a view or a dialog that has just opened may still move it. */
const press = async (wanted: Locator) => {
  await until(async () => {
    await wanted.focus()
    return wanted.evaluate(
      (element) =>
        new Promise<boolean>((resolve) => {
          const isStill = () => resolve(element === document.activeElement)
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(isStill)))
        }),
    )
  })
  await wanted.press('Enter')
}
const formOf = (page: Page, title: string) => page.locator('form', { has: heading(page, title) })

/** Makes a key, gives it a new secret and revokes it, by keyboard alone; each secret is shown once. */
async function useKey(page: Page, name: string, clientId: RegExp): Promise<void> {
  const form = formOf(page, 'New key')
  const dialog = page.getByRole('dialog', { name: 'Copy these now' })
  const secretShown = async () => {
    await dialog.waitFor()
    const [id = '', secret = ''] = await dialog.locator('code').allInnerTexts()
    expect(id).toMatch(clientId)
    expect(secret).toMatch(/^[\w-]{43}$/)
    return secret
  }
  const expectGone = async (secret: string) => {
    await dialog.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(secret)
  }
  await form.getByLabel('Name').fill(name)
  await press(form.getByLabel('Name'))
  const first = await secretShown()
  await looksRight(page)
  await page.keyboard.press('Escape')
  await expectGone(first)

  const rotate = page.getByRole('button', { name: `New secret for ${name}` })
  await press(rotate)
  await page.getByText('stays good for 24 hours').waitFor()
  await page.keyboard.press('Escape')
  await expectFocus(rotate)
  await press(rotate)
  await press(button(page.getByRole('dialog'), 'New secret'))
  const second = await secretShown()
  expect(second).not.toBe(first)
  await press(button(dialog, 'Done'))
  await expectGone(second)
  await expectFocus(rotate)
  await page.getByText('the one before it until').waitFor()
  await looksRight(page)

  await press(page.getByRole('button', { name: `Revoke ${name}` }))
  await press(button(page.getByRole('dialog'), 'Revoke'))
  await rotate.waitFor({ state: 'detached' })
  await expectFocus(page.locator('section.keys'))
}

test('an owner makes an API key, gives it a new secret and revokes it', () =>
  withPage('Alice Adams', stack.pathOf('keys'), (page) => useKey(page, 'Splunk', /^organization\.[\da-f-]{36}$/)))

test('an operator makes server keys, and the log of an organization says who it was', async () => {
  await withPage(operator, '/app/operations', async (page) => {
    await page.getByText(acme.name).first().waitFor()
    const form = formOf(page, 'New key')
    await press(button(form, 'Make a key'))
    await expectFocus(form.getByLabel('Name'))
    await form.getByLabel('Name').fill('Agent of Acme')
    await form.getByRole('switch', { name: 'For all organizations' }).press('Space')
    await press(button(form, 'Make a key'))
    await form.getByText('Choose one at least.').waitFor()
    await expectFocus(form.getByLabel(acme.name))
    await form.getByLabel(acme.name).press('Space')
    await press(button(form, 'Make a key'))
    await press(button(page, 'Done'))
    await useKey(page, 'Agent of all', /^server\.[\da-f-]{36}$/)
    await page.getByRole('row', { name: 'Agent of Acme' }).getByText(acme.name).waitFor()
  })
  const ofOlga = async () => (await stack.ask(`/organizations/${acme.id}/events?type=9023`)).text()
  await until(async () => (await ofOlga()).includes('olga@keytrail.test'))
  expect(await ofOlga()).toContain('"actingUserName":"Olga Olsen"')
})

test('an operator creates an organization, and connects, changes, pauses and removes its source', () =>
  withPage(operator, '/app/operations', async (page) => {
    const form = formOf(page, 'New organization')
    const id = form.getByLabel('Id', { exact: true })
    await form.getByLabel('Name').fill(northwind.name)
    await id.fill('northwind')
    await press(button(form, 'Create'))
    await expectFocus(id)
    await looksRight(page)
    await id.fill(acme.id)
    await press(id)
    await page.getByText('There is an organization of this id already.').waitFor()
    await id.fill(`organization.${northwind.id}`)
    await press(id)

    await expectFocus(heading(page, 'Connect Bitwarden'))
    await page.locator('.organization', { hasText: northwind.name }).waitFor()
    const message = page.getByText(`${northwind.name} is created. Connect a source now.`)
    await message.waitFor()
    await looksRight(page)
    await page.keyboard.press('Shift')
    await message.waitFor({ state: 'detached' })
    const [address, secret] = [page.getByLabel('Address of the server'), page.getByLabel('Client secret')]
    await page.getByLabel('Server', { exact: true }).selectOption('self-hosted')
    await press(button(page, 'Check and connect'))
    await expectFocus(address)
    await address.fill('nowhere')
    await secret.fill('wrong')
    await press(secret)
    await page.getByText('The address is not a web address.').waitFor()
    await looksRight(page)
    await address.fill(vault.url)
    await press(secret)
    await page.getByText('The server does not accept the API key.').waitFor()
    await secret.fill(northwind.clientSecret)
    await press(secret)
    await expectFocus(heading(page, 'Bitwarden'))
    await page.getByText('Bitwarden is connected.', { exact: false }).waitFor()
    await looksRight(page)

    const pulls = page.getByRole('switch', { name: 'Pulls events' })
    await pulls.press('Space')
    await page.getByText('Paused.', { exact: false }).first().waitFor()
    await expectFocus(pulls)

    await press(link(page, 'Edit'))
    await expectFocus(heading(page, 'Change the source'))
    await secret.fill('wrong')
    await press(secret)
    await page.getByText('The server does not accept the API key.').waitFor()
    await secret.fill('')
    await address.fill('http://127.0.0.1:1')
    await press(address)
    await page.getByText('the stored one is not sent to another server').waitFor()
    await expectFocus(secret)
    await address.fill(vault.url)
    await page.getByLabel('Name', { exact: true }).fill('Vault')
    await secret.fill(northwind.clientSecret)
    await press(secret)
    await expectFocus(heading(page, 'Vault'))

    await press(link(page, 'All sources'))
    await expectFocus(heading(page, 'Sources'))
    await looksRight(page)
    await press(link(page, 'Vault'))
    await press(button(page, 'Remove'))
    await press(button(page.getByRole('dialog'), 'Remove'))
    await expectFocus(heading(page, 'Sources'))
    await page.getByText('No source is connected here.').waitFor()
  }))

test('a server that is checked too often is not asked, and the page says at once when it may be', () =>
  withPage('Alice Adams', stack.pathOf('sources', '?edit=new'), async (page) => {
    const refusal = page.getByText('Too many checks of this server; try again in', { exact: false })
    await page.getByLabel('Server', { exact: true }).selectOption('self-hosted')
    await page.getByLabel('Address of the server').fill('http://127.0.0.1:1')
    await page.getByLabel('Client secret').fill('secret')
    for (let checks = 0; checks < 8; checks += 1) {
      const answered = page.waitForResponse(/\/sources\/check$/)
      await button(page, 'Check and connect').click()
      await (await answered).finished()
      await page.getByText('The server cannot be reached.').waitFor()
    }
    await button(page, 'Check and connect').click()
    await refusal.waitFor()
    await looksRight(page)
  }))

test('what is typed of a source is not left without a question', () =>
  withPage('Alice Adams', stack.pathOf('sources'), async (page) => {
    await page.setViewportSize({ width: 360, height: 800 })
    await page.reload()
    await press(link(page, 'Connect a source'))
    await expect.poll(async () => (await link(page, 'Sources').boundingBox())?.x ?? 999).toBeLessThan(300)
    await page.getByLabel('Client secret').fill('typed')
    await press(link(page, 'Cancel'))
    await press(button(page.getByRole('dialog'), 'Leave'))
    await expectFocus(heading(page, 'Sources'))
  }))

test.each([
  ['Carol Chen', 'keys', 'API keys', 'Only owners and admins of the organization see this.'],
  ['Carol Chen', 'sources', 'Sources', 'Only owners and admins of the organization see this.'],
  ['Alice Adams', null, 'Operations', 'There is no such view, or it is not for you.'],
])('%s is not led to a view that is for others, and reads why: %s', async (who, view, name, why) => {
  await withPage(who, view === null ? '/app/operations' : stack.pathOf(view), async (page) => {
    await page.getByText(why).waitFor()
    expect(await link(page, name).count()).toBe(0)
  })
})
