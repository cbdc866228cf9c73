// The app that an event comes from, as exports name it: by family, which decides the icon and OCSF's device type. Pure data.
import { deviceTypes } from '../../events/device-types.ts'

const families = {
  'Web Vault': { icon: 'fa-globe', device: { type_id: 8, type: 'Browser' } },
  'Browser Extension': { icon: 'fa-puzzle-piece', device: { type_id: 8, type: 'Browser' } },
  Desktop: { icon: 'fa-desktop', device: { type_id: 2, type: 'Desktop' } },
  Mobile: { icon: 'fa-mobile', device: { type_id: 5, type: 'Mobile' } },
  CLI: { icon: 'fa-terminal', device: { type_id: 99, type: 'CLI' } },
  SDK: { icon: 'fa-code', device: { type_id: 99, type: 'SDK' } },
  Server: { icon: 'fa-server', device: { type_id: 1, type: 'Server' } },
  Unknown: { icon: 'fa-globe', device: { type_id: 0, type: 'Unknown' } },
} as const satisfies Readonly<Record<string, Omit<App, 'name'>>>
type Family = keyof typeof families

/** An app: its title, its icon (a name of Font Awesome 4), and its type of device in OCSF (`device.type_id`). */
export type App = {
  readonly name: string
  readonly icon: string
  readonly device: { readonly type_id: number; readonly type: string }
}

const isFamily = (name: string): name is Family => Object.hasOwn(families, name)

const apps: readonly App[] = deviceTypes.map(({ title }) => {
  const [family = ''] = title.split(' - ')
  return { name: title, ...families[isFamily(family) ? family : 'Unknown'] }
})
const unknownApp: App = { name: 'Unknown', ...families.Unknown }

/** The app of this device type; "Unknown", with the icon of the web vault, for none and for unknown numbers. */
export const appOf = (deviceType: number | undefined): App =>
  deviceType === undefined ? unknownApp : (apps[deviceType] ?? unknownApp)
