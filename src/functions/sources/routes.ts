// Where vaults are connected, and where it is seen how far they are read.
import type { Route } from '../http/route.ts'
import {
  checkNewSource,
  createSource,
  deleteSource,
  listSources,
  putSource,
  readSource,
  type SourcesPorts,
} from './sources.ts'

/** Sources of events. */
export const sourceRoutes = [
  {
    name: 'listSources',
    methods: ['GET'],
    route: 'organizations/{id:guid}/sources',
    rate: 'read',
    browser: true,
    handler: listSources,
  },
  {
    name: 'createSource',
    methods: ['POST'],
    route: 'organizations/{id:guid}/sources',
    rate: 'write',
    browser: true,
    handler: createSource,
  },
  {
    name: 'checkSource',
    methods: ['POST'],
    route: 'organizations/{id:guid}/sources/check',
    rate: 'write',
    browser: true,
    handler: checkNewSource,
  },
  {
    name: 'readSource',
    methods: ['GET'],
    route: 'organizations/{id:guid}/sources/{sourceId:guid}',
    rate: 'read',
    browser: true,
    handler: readSource,
  },
  {
    name: 'changeSource',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/sources/{sourceId:guid}',
    rate: 'write',
    browser: true,
    handler: putSource,
  },
  {
    name: 'deleteSource',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/sources/{sourceId:guid}',
    rate: 'write',
    browser: true,
    handler: deleteSource,
  },
] as const satisfies readonly Route<SourcesPorts>[]
