// A real browser for tests, benches and pictures: the one from npm on Linux, elsewhere the Chrome that is installed.
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return playwright.launch({ channel: 'chrome' })
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // In a single process, the browser ends with its first window.
    args: chromium.args.filter((each) => each !== '--single-process'),
  })
}
