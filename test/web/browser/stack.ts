// What tests of the page drive: the stack of `npm start` on free ports, with its demo data, and a real browser.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import * as v from 'valibot'
import { expect } from 'vitest'
import { acmeId } from '../../../local/demo/people/world.ts'
import { build, root } from '../../../scripts/build.ts'
import { copySeededData, lastLine } from '../../local/start/demo-data.ts'
import { freePorts, startProcess } from '../../local/start/started.ts'
import { launchBrowser } from '../../support/servers/browser.ts'
import { hangMsMax } from '../../support/waiting.ts'

export { until } from '../../support/waiting.ts'

export type Visit = {
  readonly page: Page
  /** What no visit may have: errors of the page or its console, and requests to other origins. */
  readonly complaints: readonly string[]
  end(): Promise<void>
}

export type VisitOptions = {
  /** Absent: a desktop window, 1,200 pixels wide. */
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  /** As which of the demo's people; absent: Alice, an owner. */
  readonly who?: string
  /** Called before the page is asked for. */
  readonly prepare?: (page: Page) => Promise<void>
}

export type Stack = {
  readonly url: string
  readonly issuer: string
  readonly organizationId: string
  /** The path of one of the organization's views. */
  pathOf(view: string, query?: string): string
  /** Opens a path in a new window and signs in through the identity server's page. */
  visit(path: string, options?: VisitOptions): Promise<Visit>
  /** Asks the API as Alice; throws unless the response is ok. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Reports or writes as the vault's server does. */
  asServer(method: 'POST' | 'PUT', path: string, body: unknown): Promise<void>
  end(): Promise<void>
}

/** Starts all of it; `end` leaves nothing behind. */
export async function startStack(): Promise<Stack> {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  const ports = await freePorts()
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-web-'))
  await copySeededData(join(folder, 'data'))
  const started = startProcess(ports, join(folder, 'data'))
  await started.says(lastLine)
  const browser = await launchBrowser()
  const [url, issuer] = [`http://127.0.0.1:${ports.app}`, `http://127.0.0.1:${ports.identity}`]
  const variable = (name: string) => new RegExp(`^ {2}${name}=(\\S+)`, 'm').exec(started.stdout())?.[1] ?? ''
  const ask = async (path: string, token: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(url + path, { ...init, headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  return {
    url,
    issuer,
    organizationId: acmeId,
    pathOf: (view, query = '') => `/app/organizations/${acmeId}/${view}${query}`,
    visit: (path, options = {}) => visit(browser, { url, issuer }, path, options),
    ask: (path, init) => ask(path, variable('ALICE'), init),
    asServer: async (method, path, body) => {
      await ask(path, variable('SERVER'), { method, body: JSON.stringify(body) })
    },
    end: async () => {
      await browser.close()
      await started.end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function visit(
  browser: Browser,
  { url, issuer }: Pick<Stack, 'url' | 'issuer'>,
  path: string,
  { width = 1_200, colorScheme = 'light', who = 'Alice Adams', prepare }: VisitOptions,
): Promise<Visit> {
  // The time zone and the language are given: a browser may not know those of the machine.
  const settings: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin', colorScheme }
  const context = await browser.newContext({ ...settings, viewport: { width, height: 800 } })
  const page = await context.newPage()
  page.setDefaultTimeout(hangMsMax)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${error}`))
  page.on('console', (message) => {
    // The network's own word for what a test has made fail on purpose.
    const isResponse = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isResponse) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (/^https?:$/.test(protocol) && origin !== url && origin !== issuer) complaints.push(`asks ${request.url()}`)
  })
  await prepare?.(page)
  await page.goto(url + path)
  await signIn(page, who)
  const end = async () => {
    // A response that a test was about to change may come after its end.
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await context.close()
  }
  return { page, complaints, end }
}

/** Chooses one of the demo's people on the identity server's page, which leads back. */
export async function signIn(page: Page, who = 'Alice Adams'): Promise<void> {
  await page.locator('button[name=username]', { hasText: who }).click()
  await page.locator('main h1').waitFor()
}

const Violations = v.array(v.object({ id: v.string(), nodes: v.array(v.object({ html: v.string() })) }))
const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations are reported in full; of what passes, one node is enough, and no element needs a selector. */
const runAxe = `axe.run(document, { resultTypes: ['violations'], selectors: false }).then((found) => found.violations)`

/** What axe finds on the page as it is: nothing, against WCAG 2.2 AA and its own good practice. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(await axeSource)
  const found = await page.evaluate(runAxe)
  const violations = v
    .parse(Violations, found)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(violations).toEqual([])
}

/** Nothing is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
}
