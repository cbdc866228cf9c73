// What is open to all: whether the app works, its version and the description of its API; and the event-log page.
import type { Route } from '../http/route.ts'
import { readOpenapi } from './read-openapi.ts'
import { alive, type HealthPorts, health, readVersion } from './status.ts'
import { type WebSettings, webPage } from './web-page.ts'

type SitePorts = HealthPorts & { readonly now: () => number }
type PagePorts = { readonly web: WebSettings }

/** Where the API says how it is, and what it is. */
export const siteRoutes = [
  { name: 'alive', methods: ['GET', 'HEAD'], route: 'alive', rate: null, browser: false, handler: alive },
  {
    name: 'version',
    methods: ['GET', 'HEAD'],
    route: 'version',
    rate: null,
    browser: false,
    handler: () => readVersion(),
  },
  { name: 'health', methods: ['GET', 'HEAD'], route: 'health', rate: null, browser: false, handler: health },
  {
    name: 'openapi',
    methods: ['GET', 'HEAD'],
    route: 'openapi.yaml',
    rate: null,
    browser: false,
    handler: () => readOpenapi(),
  },
] as const satisfies readonly Route<SitePorts>[]

const page = ({ web }: PagePorts) => webPage(web)

/** The page. For the root the host needs a parameter that is never there: to it, an empty route is the function's name. */
export const pageRoutes = [
  { name: 'webPage', methods: ['GET', 'HEAD'], route: 'app/{*path}', rate: null, browser: false, handler: page },
  {
    name: 'webRoot',
    methods: ['GET', 'HEAD'],
    route: '{root:maxlength(0)?}',
    rate: null,
    browser: false,
    handler: page,
  },
] as const satisfies readonly Route<PagePorts>[]
