// Takes the pictures of README.md and docs/ anew: the page and the inbox as `npm start` shows them, in a real browser, with a simulated vault connected.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { demoOrganization } from '../local/bitwarden/demo.ts'
import { type ListeningServer, listenBitwarden } from '../local/bitwarden/http.ts'
import { bitwardenServer } from '../local/bitwarden/server.ts'
import { alice, dave, olga } from '../local/demo/people/people.ts'
import { acmeId } from '../local/demo/people/world.ts'
import { randomFrom } from '../local/demo/random.ts'
import { freePorts, startProcess } from '../test/local/start/started.ts'
import { launchBrowser } from '../test/support/servers/browser.ts'
import { root } from './build.ts'

const folder = join(root, 'docs/images')
const sizes = { desktop: { width: 1_280, height: 900 }, phone: { width: 390, height: 800 } } as const
/** Charts and lists come in after the page itself; in milliseconds. */
const settleMs = 2_500
/** How long the vault's history may take to read, in milliseconds. */
const readMsMax = 180_000

type Shot = {
  readonly name: string
  /** A path of the app, or of the inbox. */
  readonly path: string
  readonly size: keyof typeof sizes
  readonly scheme: 'light' | 'dark'
  /** Absent: Alice, an owner. */
  readonly who?: string
  /** What to do before the picture is taken. */
  readonly first?: (page: Page) => Promise<void>
}

const view = (name: string) => `/app/organizations/${acmeId}/${name}`
const openFirstAlert = (page: Page) =>
  page
    .getByRole('link', { name: /^Failed logins from a new address, then/ })
    .first()
    .click()

const openAttack = (page: Page) =>
  page
    .getByRole('link', { name: /Dave Duarte/ })
    .first()
    .click()

const openSource = (page: Page) => page.getByRole('link', { name: 'Bitwarden' }).click()
const makeKey = async (page: Page) => {
  await page.getByLabel('Name', { exact: true }).fill('Splunk')
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
}

const shots: readonly Shot[] = [
  { name: 'overview', path: view('overview'), size: 'desktop', scheme: 'light' },
  { name: 'overview-dark', path: view('overview'), size: 'desktop', scheme: 'dark' },
  { name: 'overview-phone', path: view('overview'), size: 'phone', scheme: 'light' },
  { name: 'events', path: view('events'), size: 'desktop', scheme: 'light' },
  { name: 'events-phone-dark', path: view('events'), size: 'phone', scheme: 'dark' },
  { name: 'person', path: `${view('people')}/person/${dave.id}`, size: 'desktop', scheme: 'light' },
  { name: 'incidents', path: view('incidents'), size: 'desktop', scheme: 'light' },
  { name: 'incident', path: view('incidents'), size: 'desktop', scheme: 'light', first: openAttack },
  { name: 'incident-phone-dark', path: view('incidents'), size: 'phone', scheme: 'dark', first: openAttack },
  { name: 'alerts', path: view('alerts'), size: 'desktop', scheme: 'light', first: openFirstAlert },
  { name: 'alerts-phone-dark', path: view('alerts'), size: 'phone', scheme: 'dark' },
  { name: 'rules', path: view('rules'), size: 'desktop', scheme: 'light' },
  { name: 'integrations', path: view('integrations'), size: 'desktop', scheme: 'light' },
  { name: 'operations', path: '/app/operations', size: 'desktop', scheme: 'light', who: olga.name },
  { name: 'source', path: '/app/operations', size: 'desktop', scheme: 'light', who: olga.name, first: openSource },
  { name: 'keys', path: view('keys'), size: 'desktop', scheme: 'light', first: makeKey },
  { name: 'inbox', path: '/inbox', size: 'desktop', scheme: 'light' },
]

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const data = await mkdtemp(join(tmpdir(), 'keytrail-screenshots-'))
  const ports = await freePorts()
  console.log('starting; this takes half a minute')
  const started = startProcess(ports, join(data, 'data'))
  await started.says('A new token, for anyone:')
  const browser = await launchBrowser()
  const vault = await startVault()
  try {
    await connect(browser, `http://127.0.0.1:${ports.app}`, vault)
    for (const [index, shot] of shots.entries()) {
      const port = shot.path === '/inbox' ? ports.identity : ports.app
      const file = await take(browser, `http://127.0.0.1:${port}`, shot)
      console.log(`${index + 1} of ${shots.length}: ${relative(root, file)}`)
    }
  } finally {
    await browser.close()
    await vault.listening.stop()
    await started.end('SIGINT')
    await rm(data, { recursive: true, force: true })
  }
}

type Vault = { readonly organization: ReturnType<typeof demoOrganization>; readonly listening: ListeningServer }

async function startVault(): Promise<Vault> {
  const random = randomFrom(1)
  const organization = demoOrganization(Date.now(), 'position', random.next)
  const server = bitwardenServer({ organizations: [organization], now: Date.now, random: random.next })
  return { organization, listening: await listenBitwarden(server, 0) }
}

/** Creates the vault's organization and connects it, as the operator does, and waits until its history is read. */
async function connect(browser: Browser, origin: string, { organization, listening }: Vault): Promise<void> {
  const page = await signedIn(browser, `${origin}/app/operations`, { viewport: sizes.desktop }, olga.name)
  const form = page.locator('form', { hasText: 'New organization' })
  await form.getByLabel('Name').fill(organization.name)
  await form.getByLabel('Id', { exact: true }).fill(organization.id)
  await form.getByRole('button').click()
  await page.getByLabel('Server', { exact: true }).selectOption('self-hosted')
  await page.getByLabel('Address of the server').fill(listening.url)
  await page.getByLabel('Client secret').fill(organization.clientSecret)
  await page.getByRole('button', { name: 'Check and connect' }).click()
  await page.getByText('Up to date').waitFor({ timeout: readMsMax })
  await page.context().close()
}

async function opened(browser: Browser, url: string, look: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...look, locale: 'en-GB', timezoneId: 'UTC' })
  const page = await context.newPage()
  await page.goto(url)
  return page
}

async function signedIn(browser: Browser, url: string, look: BrowserContextOptions, who: string): Promise<Page> {
  const page = await opened(browser, url, look)
  await page.locator('button[name=username]', { hasText: who }).click()
  await page.locator('h1').waitFor()
  return page
}

async function take(browser: Browser, origin: string, { name, path, size, scheme, who, first }: Shot): Promise<string> {
  const look = { viewport: sizes[size], colorScheme: scheme }
  const page = await (path === '/inbox'
    ? opened(browser, origin + path, look)
    : signedIn(browser, origin + path, look, who ?? alice.name))
  await page.waitForTimeout(settleMs)
  if (first) {
    await first(page)
    await page.waitForTimeout(settleMs)
  }
  const file = join(folder, `${name}.png`)
  await page.screenshot({ path: file })
  await page.context().close()
  return file
}

await main()
