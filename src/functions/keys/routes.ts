// Where organizations and servers have API keys, and where a key is exchanged for a token.
import type { Route } from '../http/route.ts'
import { type ChangeApiKeysPorts, createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './api-keys.ts'
import { type IssueTokensPorts, issueTokens } from './issue-tokens.ts'
import { issuerMetadata, publicKeys } from './publish-keys.ts'
import { listServerKeys, makeServerKey, revokeServerKey, rotateServerKey, type ServerKeysPorts } from './server-keys.ts'

type KeysPorts = ChangeApiKeysPorts & ServerKeysPorts & IssueTokensPorts

/** API keys, and the tokens that the app issues for them. */
export const keyRoutes = [
  { name: 'issueToken', methods: ['POST'], route: 'connect/token', rate: null, browser: false, handler: issueTokens },
  {
    name: 'issueIdentityToken',
    methods: ['POST'],
    route: 'identity/connect/token',
    rate: null,
    browser: false,
    handler: issueTokens,
  },
  {
    name: 'issuerMetadata',
    methods: ['GET'],
    route: '.well-known/openid-configuration',
    rate: null,
    browser: false,
    handler: issuerMetadata,
  },
  {
    name: 'publicKeys',
    methods: ['GET'],
    route: '.well-known/jwks.json',
    rate: null,
    browser: false,
    handler: publicKeys,
  },
  {
    name: 'listApiKeys',
    methods: ['GET'],
    route: 'organizations/{id:guid}/api-keys',
    rate: 'read',
    browser: true,
    handler: listApiKeys,
  },
  {
    name: 'createApiKey',
    methods: ['POST'],
    route: 'organizations/{id:guid}/api-keys',
    rate: 'write',
    browser: true,
    handler: createApiKey,
  },
  {
    name: 'revokeApiKey',
    methods: ['DELETE'],
    route: 'organizations/{id:guid}/api-keys/{keyId:guid}',
    rate: 'write',
    browser: true,
    handler: revokeApiKey,
  },
  {
    name: 'rotateApiKey',
    methods: ['POST'],
    route: 'organizations/{id:guid}/api-keys/{keyId:guid}/rotate',
    rate: 'write',
    browser: true,
    handler: rotateApiKey,
  },
  {
    name: 'listServerKeys',
    methods: ['GET'],
    route: 'server-keys',
    rate: 'read',
    browser: true,
    handler: listServerKeys,
  },
  {
    name: 'createServerKey',
    methods: ['POST'],
    route: 'server-keys',
    rate: 'write',
    browser: true,
    handler: makeServerKey,
  },
  {
    name: 'revokeServerKey',
    methods: ['DELETE'],
    route: 'server-keys/{keyId:guid}',
    rate: 'write',
    browser: true,
    handler: revokeServerKey,
  },
  {
    name: 'rotateServerKey',
    methods: ['POST'],
    route: 'server-keys/{keyId:guid}/rotate',
    rate: 'write',
    browser: true,
    handler: rotateServerKey,
  },
] as const satisfies readonly Route<KeysPorts>[]
