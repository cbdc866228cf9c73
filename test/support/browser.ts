// A real browser for tests, benches and pictures: the one from npm on Linux, elsewhere the Chrome that is installed.
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { hangMsMax } from './waiting.ts'

export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return playwright.launch({ channel: 'chrome', timeout: hangMsMax })
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    timeout: hangMsMax,
    // In a single process, the browser ends with its first window.
    args: chromium.args.filter((each) => each !== '--single-process'),
  })
}
