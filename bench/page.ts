// What the page's first 50 events cost a person: from the way back of sign-in until they can be seen, against fetching the same bare.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { acmeId } from '../local/demo/people/world.ts'
import { freePorts, startProcess } from '../test/local/start/started.ts'
import { launchBrowser } from '../test/support/servers/browser.ts'

const rounds = 9
const eventsPath = `/organizations/${acmeId}/events?limit=50`

const folder = await mkdtemp(join(tmpdir(), 'keytrail-page-'))
const ports = await freePorts()
console.log('starting; this takes half a minute')
const started = startProcess(ports, join(folder, 'data'))
await started.says('A new token, for anyone:')
const browser = await launchBrowser()
try {
  const token = /^ {2}ALICE=(\S+)/m.exec(started.stdout())?.[1] ?? ''
  const origin = `http://127.0.0.1:${ports.app}`
  const pairs: { readonly page: number; readonly bare: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { page: await pageMs(browser, origin), bare: await bareMs(browser, origin, token) }
    // The first round warms up.
    if (round > 0) pairs.push(pair)
  }
  const ratios = pairs.map(({ page, bare }) => page / bare).sort((one, other) => one - other)
  const median = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other)[Math.floor(rounds / 2)]
  console.log(
    `${ratios[Math.floor(rounds / 2)]?.toFixed(2)} × fetching the page's files and the events: seeing 50 events ` +
      `(${median(pairs.map(({ page }) => page))} ms against ${median(pairs.map(({ bare }) => bare))} ms)`,
  )
} finally {
  await browser.close()
  await started.end('SIGINT')
  await rm(folder, { recursive: true, force: true })
}

/** From the click that signs in until the browser has painted rows of events, in milliseconds. */
async function pageMs(on: Browser, origin: string): Promise<number> {
  const context = await on.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${origin}/app/organizations/${acmeId}/events?range=30d`)
  const button = page.locator('button[name=username]', { hasText: 'Alice Adams' })
  await button.waitFor()
  const startedAt = performance.now()
  await button.click()
  await page.getByText('Inbox: webhook').first().waitFor()
  await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))')
  const ms = performance.now() - startedAt
  await context.close()
  return Math.round(ms)
}

/** The page's files one after the other as a browser must find them, and then the events; in milliseconds. */
async function bareMs(on: Browser, origin: string, token: string): Promise<number> {
  // Nothing of the page itself runs here.
  const context = await on.newContext({ locale: 'en-GB', bypassCSP: true })
  const page = await context.newPage()
  await page.goto(`${origin}/alive`)
  const script = `(async () => {
    const startedAt = performance.now()
    const html = await (await fetch('/app')).text()
    const files = [...html.matchAll(/(?:src|href)="(\\/app\\/assets\\/[^"]+)"/g)].map(([, path]) => path)
    await Promise.all(files.map(async (path) => (await fetch(path)).text()))
    await (await fetch('/app/config.json')).json()
    await (await fetch(${JSON.stringify(eventsPath)}, { headers: { authorization: 'Bearer ' + ${JSON.stringify(token)} } })).json()
    return performance.now() - startedAt
  })()`
  const ms = Number(await page.evaluate(script))
  await context.close()
  return Math.round(ms)
}
