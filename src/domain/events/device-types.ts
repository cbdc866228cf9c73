// The types of client that an event can come from, with the numbers and names that clients send. Pure data.

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

/** Reads a device type's name as in the claim `devicetype`, ignoring case; undefined when unknown. */
export const deviceTypeOfName = (name: string): number | undefined =>
  deviceTypes.find((type) => type.name.toLowerCase() === name.toLowerCase())?.code
