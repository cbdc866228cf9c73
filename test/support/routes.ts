// Every route of the app, and what the host registers for them.
import { alertRoutes } from '../../src/functions/alerts/routes.ts'
import { directoryRoutes } from '../../src/functions/directory/routes.ts'
import { endpoint } from '../../src/functions/http/endpoint.ts'
import { registrationsOf } from '../../src/functions/http/route.ts'
import { ingestRoutes } from '../../src/functions/ingest/routes.ts'
import { keyRoutes } from '../../src/functions/keys/routes.ts'
import { logRoutes } from '../../src/functions/log/routes.ts'
import { integrationRoutes } from '../../src/functions/notifications/routes.ts'
import { operationsRoutes } from '../../src/functions/operations/routes.ts'
import { peopleRoutes } from '../../src/functions/people/routes.ts'
import { pageRoutes, siteRoutes } from '../../src/functions/site/routes.ts'
import { sourceRoutes } from '../../src/functions/sources/routes.ts'
import { summaryRoutes } from '../../src/functions/summary/routes.ts'

/** Every route but those of the page. */
export const apiRoutes = [
  ...siteRoutes,
  ...ingestRoutes,
  ...logRoutes,
  ...summaryRoutes,
  ...peopleRoutes,
  ...directoryRoutes,
  ...keyRoutes,
  ...operationsRoutes,
  ...alertRoutes,
  ...integrationRoutes,
  ...sourceRoutes,
]

/** What the host registers, with a handler that responds 200. */
export const registrations = registrationsOf(
  [...apiRoutes, ...pageRoutes].map((route) => ({ ...route, handler: endpoint(async () => ({ status: 200 })) })),
)

/** A route's path as documents write it. */
export const documentedPath = (route: string): string => `/${route.replaceAll(':guid', '')}`
