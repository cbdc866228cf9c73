// Where clients and servers report events.
import type { Route } from '../http/route.ts'
import { type CollectPorts, collect } from './collect.ts'
import { type ServerEventsPorts, serverEvents } from './server-events.ts'

/** Uploads of clients, under both of their paths, and events of servers. */
export const ingestRoutes = [
  { name: 'collect', methods: ['POST'], route: 'collect', rate: 'collect', browser: true, handler: collect },
  {
    name: 'eventsCollect',
    methods: ['POST'],
    route: 'events/collect',
    rate: 'collect',
    browser: true,
    handler: collect,
  },
  { name: 'serverEvents', methods: ['POST'], route: 'events', rate: 'server', browser: false, handler: serverEvents },
] as const satisfies readonly Route<CollectPorts & ServerEventsPorts>[]
