// A real browser for tests, benches and pictures: the one from npm on Linux, elsewhere the Chrome that is installed.
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { hangMsMax } from '../waiting.ts'

/**
 * Options that are missing: in a single process, the browser ends with its first window; without the zygote, each window
 * loads the browser anew; and a graphics card that is emulated costs more than none.
 */
const left = ['single-process', 'no-zygote', 'in-process-gpu', 'ignore-gpu-blocklist', 'use-gl', 'use-angle']
const isLeft = (arg: string) => [...left, 'enable-unsafe-swiftshader'].some((name) => arg.startsWith(`--${name}`))

export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return playwright.launch({ channel: 'chrome', timeout: hangMsMax })
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    timeout: hangMsMax,
    args: [...chromium.args.filter((arg) => !isLeft(arg)), '--disable-gpu'],
  })
}
