// Where integrations are set up and tried, and where it is seen what was sent.
import type { Route } from '../http/route.ts'
import { listDeliveries, listFailed, replayFailed, testIntegration } from './integration-deliveries.ts'
import {
  createIntegration,
  deleteIntegration,
  listIntegrations,
  putIntegration,
  readIntegration,
  rotateIntegrationSecret,
  type SavingIntegrationsPorts,
} from './integrations.ts'

/** Integrations and their deliveries. */
export const integrationRoutes = [
  {
    name: 'listIntegrations',
    methods: ['GET'],
    route: 'organizations/{id:guid}/integrations',
    rate: 'read',
    browser: true,
    handler: listIntegrations,
  },
  {
    name: 'createIntegration',
    methods: ['POST'],
    route: 'organizations/{id:guid}/integrations',
    rate: 'write',
    browser: true,
    handler: createIntegration,
  },
  {
    name: 'readIntegration',
    methods: ['GET'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}',
    rate: 'read',
    browser: true,
    handler: readIntegration,
  },
  {
    name: 'replaceIntegration',
    methods: ['PUT'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}',
    rate: 'write',
    browser: true,
    handler: putIntegration,
  },
  {
    name: 'deleteIntegration',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}',
    rate: 'write',
    browser: true,
    handler: deleteIntegration,
  },
  {
    name: 'rotateIntegrationSecret',
    methods: ['POST'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}/rotate-secret',
    rate: 'write',
    browser: true,
    handler: rotateIntegrationSecret,
  },
  {
    name: 'testIntegration',
    methods: ['POST'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}/test',
    rate: 'write',
    browser: true,
    handler: testIntegration,
  },
  {
    name: 'listDeliveries',
    methods: ['GET'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}/deliveries',
    rate: 'read',
    browser: true,
    handler: listDeliveries,
  },
  {
    name: 'listFailed',
    methods: ['GET'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}/failed',
    rate: 'read',
    browser: true,
    handler: listFailed,
  },
  {
    name: 'replayFailed',
    methods: ['POST'],
    route: 'organizations/{id:guid}/integrations/{integrationId:guid}/failed/replay',
    rate: 'write',
    browser: true,
    handler: replayFailed,
  },
] as const satisfies readonly Route<SavingIntegrationsPorts>[]
