// The types of client that an event can come from, with the numbers and names that clients and servers send. Pure data.

/** A type of client: its number, its name in the claim `devicetype` of tokens, and its title for people. */
type DeviceType = { readonly code: number; readonly name: string; readonly title: string }

const rows: readonly (readonly [name: string, title: string])[] = [
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
]

/** Every known type of client; its code is its index. */
export const deviceTypes: readonly DeviceType[] = rows.map(([name, title], code) => ({ code, name, title }))

/** Reads a device type's number as in the header `Device-Type`; undefined when unknown. */
export const deviceTypeOfNumber = (text: string): number | undefined =>
  /^\d{1,3}$/.test(text) ? deviceTypes[Number(text)]?.code : undefined

/**
 * What Vaultwarden writes in the claim `devicetype` where it is not the name with blanks ("Linux CLI"), by code. It writes
 * "Android" for AndroidAmazon too.
 */
const vaultwardenNames: readonly (readonly [name: string, code: number])[] = [
  ['windows', 6],
  ['macos', 7],
  ['linux', 8],
  ['chrome', 9],
  ['firefox', 10],
  ['opera', 11],
  ['edge', 12],
  ['internetexplorer', 13],
  ['safari', 17],
  ['vivaldi', 18],
  ['duckduckgo', 26],
]

const codes: ReadonlyMap<string, number> = new Map([
  ...vaultwardenNames,
  ...deviceTypes.map(({ name, code }) => [name.toLowerCase(), code] as const),
])

/**
 * Reads a device type's name as in the claim `devicetype`, the reference's or Vaultwarden's, ignoring case and blanks;
 * undefined when unknown.
 */
export const deviceTypeOfName = (name: string): number | undefined => codes.get(name.replaceAll(' ', '').toLowerCase())

const wordsOf = (title: string): readonly string[] => title.toLowerCase().match(/[a-z]+/g) ?? []

/**
 * The types that a word names: a number, a name ("LinuxCLI"), or words of titles ("cli", "browser extension", "chrome").
 * Case and hyphens make no difference. Undefined for any other word.
 */
export function deviceTypesCalled(word: string): readonly number[] | undefined {
  const wanted = word.trim().toLowerCase()
  if (/^\d{1,3}$/.test(wanted)) return [Number(wanted)]
  const code = deviceTypes.find(({ name }) => name.toLowerCase() === wanted)?.code
  if (code !== undefined) return [code]
  const words = wordsOf(wanted)
  const found = deviceTypes.filter(({ title }) => words.every((each) => wordsOf(title).includes(each)))
  return words.length === 0 || found.length === 0 ? undefined : found.map((each) => each.code)
}

/** The words of all titles, to choose from. */
export const deviceWords: readonly string[] = [...new Set(deviceTypes.flatMap(({ title }) => wordsOf(title)))]
