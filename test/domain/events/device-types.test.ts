// Device types: the numbers and names that clients send, and their titles.
import { describe, expect, test } from 'vitest'
import { deviceTypeOfName, deviceTypeOfNumber, deviceTypes } from '../../../src/domain/events/device-types.ts'

/** In order of number: the name that tokens carry, and what an export calls it. */
const known = [
  ['Android', 'Mobile - Android'],
  ['iOS', 'Mobile - iOS'],
  ['ChromeExtension', 'Browser Extension - Chrome'],
  ['FirefoxExtension', 'Browser Extension - Firefox'],
  ['OperaExtension', 'Browser Extension - Opera'],
  ['EdgeExtension', 'Browser Extension - Edge'],
  ['WindowsDesktop', 'Desktop - Windows'],
  ['MacOsDesktop', 'Desktop - macOS'],
  ['LinuxDesktop', 'Desktop - Linux'],
  ['ChromeBrowser', 'Web Vault - Chrome'],
  ['FirefoxBrowser', 'Web Vault - Firefox'],
  ['OperaBrowser', 'Web Vault - Opera'],
  ['EdgeBrowser', 'Web Vault - Edge'],
  ['IEBrowser', 'Web Vault - Internet Explorer'],
  ['UnknownBrowser', 'Web Vault - Unknown'],
  ['AndroidAmazon', 'Mobile - Android (Amazon)'],
  ['UWP', 'Desktop - Windows (UWP)'],
  ['SafariBrowser', 'Web Vault - Safari'],
  ['VivaldiBrowser', 'Web Vault - Vivaldi'],
  ['VivaldiExtension', 'Browser Extension - Vivaldi'],
  ['SafariExtension', 'Browser Extension - Safari'],
  ['SDK', 'SDK'],
  ['Server', 'Server'],
  ['WindowsCLI', 'CLI - Windows'],
  ['MacOsCLI', 'CLI - macOS'],
  ['LinuxCLI', 'CLI - Linux'],
  ['DuckDuckGoBrowser', 'Browser Extension - DuckDuckGo'],
] as const

test('every type of client has its number', () => {
  expect(deviceTypes).toEqual(known.map(([name, title], code) => ({ code, name, title })))
})

describe('the Device-Type header', () => {
  test.each([
    ['0', 0],
    ['25', 25],
    ['026', 26],
    ['27', undefined],
    ['', undefined],
    ['-1', undefined],
    ['2.0', undefined],
    ['1e1', undefined],
    [' 8', undefined],
    ['LinuxCLI', undefined],
  ])('%j is read as %j', (text, code) => {
    expect(deviceTypeOfNumber(text)).toBe(code)
  })
})

describe('the claim devicetype', () => {
  test.each(deviceTypes.map(({ name, code }) => [name, code] as const))('%s is %i', (name, code) => {
    expect(deviceTypeOfName(name)).toBe(code)
    expect(deviceTypeOfName(name.toUpperCase())).toBe(code)
  })

  /** As Vaultwarden writes them, in order of number. */
  const vaultwarden = [
    'Android',
    'iOS',
    'Chrome Extension',
    'Firefox Extension',
    'Opera Extension',
    'Edge Extension',
    'Windows',
    'macOS',
    'Linux',
    'Chrome',
    'Firefox',
    'Opera',
    'Edge',
    'Internet Explorer',
    'Unknown Browser',
    'Android',
    'UWP',
    'Safari',
    'Vivaldi',
    'Vivaldi Extension',
    'Safari Extension',
    'SDK',
    'Server',
    'Windows CLI',
    'macOS CLI',
    'Linux CLI',
    'DuckDuckGo',
  ]

  test.each(vaultwarden.map((name, code) => [name, code] as const))('%s of Vaultwarden is %i', (name, code) => {
    // It has one name for two kinds of Android.
    expect(deviceTypeOfName(name)).toBe(name === 'Android' ? 0 : code)
  })

  test.each(['', '25', 'Toaster', 'constructor', 'Linux-CLI'])('%j is unknown', (name) => {
    expect(deviceTypeOfName(name)).toBeUndefined()
  })
})
