// Takes the pictures of README.md and docs/ anew: the page and the inbox as `npm start` shows them, in a real browser.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { acmeId } from '../local/demo/people/world.ts'
import { freePorts, startProcess } from '../test/local/start/started.ts'
import { launchBrowser } from '../test/support/servers/browser.ts'
import { root } from './build.ts'

const folder = join(root, 'docs/images')
const sizes = { desktop: { width: 1_280, height: 900 }, phone: { width: 390, height: 800 } } as const
/** Charts and lists come in after the page itself; in milliseconds. */
const settleMs = 2_500

type Shot = {
  readonly name: string
  /** A path of the app, or of the inbox. */
  readonly path: string
  readonly size: keyof typeof sizes
  readonly scheme: 'light' | 'dark'
  /** What to do before the picture is taken. */
  readonly first?: (page: Page) => Promise<void>
}

const view = (name: string) => `/app/organizations/${acmeId}/${name}`
const openFirstAlert = (page: Page) =>
  page
    .getByRole('link', { name: /^Failed logins, then a login/ })
    .first()
    .click()

const shots: readonly Shot[] = [
  { name: 'overview', path: view('overview'), size: 'desktop', scheme: 'light' },
  { name: 'overview-dark', path: view('overview'), size: 'desktop', scheme: 'dark' },
  { name: 'overview-phone', path: view('overview'), size: 'phone', scheme: 'light' },
  { name: 'events', path: view('events'), size: 'desktop', scheme: 'light' },
  { name: 'events-phone-dark', path: view('events'), size: 'phone', scheme: 'dark' },
  { name: 'alerts', path: view('alerts'), size: 'desktop', scheme: 'light', first: openFirstAlert },
  { name: 'alerts-phone-dark', path: view('alerts'), size: 'phone', scheme: 'dark' },
  { name: 'rules', path: view('rules'), size: 'desktop', scheme: 'light' },
  { name: 'integrations', path: view('integrations'), size: 'desktop', scheme: 'light' },
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
  try {
    for (const [index, shot] of shots.entries()) {
      const port = shot.path === '/inbox' ? ports.identity : ports.app
      const file = await take(browser, `http://127.0.0.1:${port}`, shot)
      console.log(`${index + 1} of ${shots.length}: ${relative(root, file)}`)
    }
  } finally {
    await browser.close()
    await started.end('SIGINT')
    await rm(data, { recursive: true, force: true })
  }
}

async function take(browser: Browser, origin: string, { name, path, size, scheme, first }: Shot): Promise<string> {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const page = await context.newPage()
  await page.goto(origin + path)
  if (path !== '/inbox') await page.locator('button[name=username]', { hasText: 'Alice Adams' }).click()
  await page.locator('h1').waitFor()
  await page.waitForTimeout(settleMs)
  if (first) {
    await first(page)
    await page.waitForTimeout(settleMs)
  }
  const file = join(folder, `${name}.png`)
  await page.screenshot({ path: file })
  await context.close()
  return file
}

await main()
