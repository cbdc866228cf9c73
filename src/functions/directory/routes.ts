// Where servers write the directory, and where it is read.
import type { Directory } from '../../ports/directory.ts'
import type { Authenticate } from '../http/authenticate.ts'
import type { Route } from '../http/route.ts'
import { readMe } from './me.ts'
import { listOrganizations } from './organizations.ts'
import { readSubscription, refuseImport } from './public-organization.ts'
import {
  listGroupIdsOfMember,
  listMemberIdsOfGroup,
  listPublicCollections,
  listPublicGroups,
  listPublicMembers,
  listPublicPolicies,
  readPublicCollection,
  readPublicGroup,
  readPublicMember,
  readPublicPolicy,
} from './read-public-directory.ts'
import { deleteItem, deleteMember, putItems, putMembers, putOrganization, putProvider } from './write-directory.ts'

type DirectoryPorts = { readonly authenticate: Authenticate; readonly directory: Directory }

/** Changes of the directory by servers, and what people and connectors read of it. */
export const directoryRoutes = [
  { name: 'readMe', methods: ['GET'], route: 'me', rate: 'read', browser: true, handler: readMe },
  {
    name: 'listOrganizations',
    methods: ['GET'],
    route: 'organizations',
    rate: 'read',
    browser: true,
    handler: listOrganizations,
  },
  {
    name: 'publicMembers',
    methods: ['GET'],
    route: 'public/members',
    rate: 'read',
    browser: false,
    handler: listPublicMembers,
  },
  {
    name: 'publicMember',
    methods: ['GET'],
    route: 'public/members/{id:guid}',
    rate: 'read',
    browser: false,
    handler: readPublicMember,
  },
  {
    name: 'publicGroupIds',
    methods: ['GET'],
    route: 'public/members/{id:guid}/group-ids',
    rate: 'read',
    browser: false,
    handler: listGroupIdsOfMember,
  },
  {
    name: 'publicGroups',
    methods: ['GET'],
    route: 'public/groups',
    rate: 'read',
    browser: false,
    handler: listPublicGroups,
  },
  {
    name: 'publicGroup',
    methods: ['GET'],
    route: 'public/groups/{id:guid}',
    rate: 'read',
    browser: false,
    handler: readPublicGroup,
  },
  {
    name: 'publicMemberIds',
    methods: ['GET'],
    route: 'public/groups/{id:guid}/member-ids',
    rate: 'read',
    browser: false,
    handler: listMemberIdsOfGroup,
  },
  {
    name: 'publicCollections',
    methods: ['GET'],
    route: 'public/collections',
    rate: 'read',
    browser: false,
    handler: listPublicCollections,
  },
  {
    name: 'publicCollection',
    methods: ['GET'],
    route: 'public/collections/{id:guid}',
    rate: 'read',
    browser: false,
    handler: readPublicCollection,
  },
  {
    name: 'publicPolicies',
    methods: ['GET'],
    route: 'public/policies',
    rate: 'read',
    browser: false,
    handler: listPublicPolicies,
  },
  {
    name: 'publicPolicy',
    methods: ['GET'],
    route: 'public/policies/{id}',
    rate: 'read',
    browser: false,
    handler: readPublicPolicy,
  },
  {
    name: 'publicSubscription',
    methods: ['GET'],
    route: 'public/organization/subscription',
    rate: 'read',
    browser: false,
    handler: readSubscription,
  },
  {
    name: 'publicImport',
    methods: ['POST'],
    route: 'public/organization/import',
    rate: 'read',
    browser: false,
    handler: refuseImport,
  },
  {
    name: 'putOrganization',
    methods: ['PUT'],
    route: 'directory/organizations/{id:guid}',
    rate: 'server',
    browser: false,
    handler: putOrganization,
  },
  {
    name: 'putMembers',
    methods: ['PUT'],
    route: 'directory/organizations/{id:guid}/members',
    rate: 'server',
    browser: false,
    handler: putMembers,
  },
  {
    name: 'deleteMember',
    methods: ['DELETE'],
    route: 'directory/organizations/{id:guid}/members/{memberId:guid}',
    rate: 'server',
    browser: false,
    handler: deleteMember,
  },
  {
    name: 'putItems',
    methods: ['PUT'],
    route: 'directory/organizations/{id:guid}/items',
    rate: 'server',
    browser: false,
    handler: putItems,
  },
  {
    name: 'deleteItem',
    methods: ['DELETE'],
    route: 'directory/organizations/{id:guid}/items/{itemId:guid}',
    rate: 'server',
    browser: false,
    handler: deleteItem,
  },
  {
    name: 'putProvider',
    methods: ['PUT'],
    route: 'directory/providers/{id:guid}',
    rate: 'server',
    browser: false,
    handler: putProvider,
  },
] as const satisfies readonly Route<DirectoryPorts>[]
