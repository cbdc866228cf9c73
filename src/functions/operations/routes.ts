// Where operators create organizations and see how all of them are doing.
import type { OrganizationHealthPorts } from '../../application/operations/organization-health.ts'
import type { Route } from '../http/route.ts'
import {
  type CreateOrganizationPorts,
  listOrganizationHealth,
  postOrganization,
  readOrganizationHealth,
} from './organizations.ts'

type OperationsPorts = CreateOrganizationPorts & OrganizationHealthPorts

/** Routes for operators alone. */
export const operationsRoutes = [
  {
    name: 'createOrganization',
    methods: ['POST'],
    route: 'organizations',
    rate: 'write',
    browser: true,
    handler: postOrganization,
  },
  {
    name: 'listOrganizationHealth',
    methods: ['GET'],
    route: 'operations/organizations',
    rate: 'read',
    browser: true,
    handler: listOrganizationHealth,
  },
  {
    name: 'readOrganizationHealth',
    methods: ['GET'],
    route: 'operations/organizations/{id:guid}',
    rate: 'read',
    browser: true,
    handler: readOrganizationHealth,
  },
] as const satisfies readonly Route<OperationsPorts>[]
