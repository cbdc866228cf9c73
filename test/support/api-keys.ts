// API keys for tests of triggers: the routes on memory and a clock of their own, with Acme, Globex and their people.
import { generateKeyPairSync } from 'node:crypto'
import * as v from 'valibot'
import { nodeSecrets } from '../../src/adapters/crypto/secrets.ts'
import { memoryFailures } from '../../src/adapters/in-process/failures.ts'
import { joseIssuedTokens } from '../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../src/adapters/jose/issuers.ts'
import { memoryApiKeys, memoryServerKeys } from '../../src/adapters/memory/api-keys.ts'
import { memoryQueue } from '../../src/adapters/memory/event-queue.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { clientIdOf } from '../../src/domain/keys/api-keys.ts'
import { authenticateWith } from '../../src/functions/http/authenticate.ts'
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '../../src/functions/keys/api-keys.ts'
import { issueTokens } from '../../src/functions/keys/issue-tokens.ts'
import { type Call, call, tokensOf } from './calls.ts'
import { acme } from './events.ts'
import { directoryOfAcme, people } from './people.ts'

/** A new private key, as the setting holds it. */
export function signingKey(algorithm: 'ES256' | 'RS256'): string {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export const ownIssuer = 'https://keytrail.example'

/** A key as creation and rotation return it. */
export const ShownKey = v.object({ id: v.string(), clientId: v.string(), clientSecret: v.string() })

/** The form of a token request. */
export const tokenForm = (clientId: string, clientSecret: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'api.organization',
    client_id: clientId,
    client_secret: clientSecret,
    ...more,
  }).toString()

/** The routes of API keys, ready to be called. */
export async function apiKeyRoutes(algorithm: 'ES256' | 'RS256' = 'ES256') {
  let clock = Date.UTC(2026, 10, 22, 6, 28)
  const now = () => clock
  const directory = await directoryOfAcme()
  const issuer = joseIssuedTokens({ issuer: ownIssuer, signingKey: signingKey(algorithm) }, now)
  const authenticate = authenticateWith(verifierOf([issuer], tokensOf(people)))
  const own = {
    issuer,
    keys: memoryApiKeys(),
    serverKeys: memoryServerKeys(),
    secrets: nodeSecrets(),
    failures: memoryFailures(),
    queue: memoryQueue(),
  }
  const ports = {
    ...own,
    directory,
    authenticate,
    address: { trustedProxies: 1 },
    now,
  }
  const at = (organizationId: Guid, keyId?: string) => ({ id: organizationId, ...(keyId && { keyId }) })

  return {
    ports,
    advance: (ms: number) => {
      clock += ms
    },
    list: (token?: string, id = acme) => call(listApiKeys(ports), { params: at(id), ...(token && { token }) }),
    create: (token?: string, id = acme, body: unknown = { name: 'SIEM' }) =>
      call(createApiKey(ports), { method: 'POST', params: at(id), body, ...(token && { token }) }),
    rotate: (keyId: string, token?: string, body?: unknown, id = acme) =>
      call(rotateApiKey(ports), { method: 'POST', params: at(id, keyId), body, ...(token && { token }) }),
    revoke: (keyId: string, token?: string, id = acme) =>
      call(revokeApiKey(ports), { method: 'DELETE', params: at(id, keyId), ...(token && { token }) }),
    /** Asks for a token by form, from this address. */
    token: (secret: string, { id = acme, address = '203.0.113.7', ...more }: TokenOptions = {}) =>
      call(issueTokens(ports), {
        method: 'POST',
        body: tokenForm(clientIdOf(id), secret),
        ...more,
        headers: { ...formHeaders(address), ...more.headers },
      }),
  }
}

type TokenOptions = Pick<Call, 'body' | 'headers'> & { readonly id?: Guid; readonly address?: string }

const formHeaders = (address: string) => ({
  'content-type': 'application/x-www-form-urlencoded',
  'x-forwarded-for': `${address}:50000`,
})
