// Server keys for tests of triggers: the routes on memory, with an operator beside Acme, Globex and their people.
import * as v from 'valibot'
import { joseIssuedTokens } from '../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../src/adapters/jose/issuers.ts'
import { authenticateWith } from '../../src/functions/http/authenticate.ts'
import { issueTokens } from '../../src/functions/keys/issue-tokens.ts'
import {
  listServerKeys,
  makeServerKey,
  revokeServerKey,
  rotateServerKey,
} from '../../src/functions/keys/server-keys.ts'
import { apiKeyRoutes, ownIssuer, ShownKey, signingKey, tokenForm } from './api-keys.ts'
import { call, personClaims, tokensOf, userClaims } from './calls.ts'
import { guid } from './events.ts'
import { people, strangers } from './people.ts'

/** The operator, a member of no organization. */
export const olga = guid(40, 'b')

/** Callers that every operators' route refuses, by token, and with which status. */
export const noOperators = [
  ...strangers,
  ['an owner', 'alice', 404],
  ['an admin', 'bob', 404],
  ['a granted owner', 'granted', 404],
  ['an operator by the claims of a vault', 'pretender', 404],
] as const

const Granted = v.object({ access_token: v.string() })

/** The routes of server keys, ready to be called. */
export async function serverKeyRoutes() {
  const { ports: given, advance } = await apiKeyRoutes()
  const issuer = joseIssuedTokens({ issuer: ownIssuer, signingKey: signingKey('ES256') }, given.now)
  const claims = {
    ...people,
    olga: personClaims(olga, { operator: true, name: 'Olga Olsen', email: 'olga@keytrail.test' }),
    granted: personClaims(guid(41, 'b'), { granted: { [guid(1, 'a')]: 'owner' } }),
    pretender: userClaims(guid(42, 'b'), { operator: true }),
  }
  const ports = { ...given, issuer, authenticate: authenticateWith(verifierOf([issuer], tokensOf(claims))) }
  const as = (token?: string) => (token === undefined ? {} : { token })
  const routes = {
    list: (token?: string) => call(listServerKeys(ports), as(token)),
    create: (token?: string, body: unknown = { name: 'Vaultwarden' }) =>
      call(makeServerKey(ports), { method: 'POST', body, ...as(token) }),
    rotate: (keyId: string, token?: string, body?: unknown) =>
      call(rotateServerKey(ports), { method: 'POST', body, params: { keyId }, ...as(token) }),
    revoke: (keyId: string, token?: string) =>
      call(revokeServerKey(ports), { method: 'DELETE', params: { keyId }, ...as(token) }),
    /** Asks for a token by form. */
    token: (clientId: string, secret: string, address = '203.0.113.7') =>
      call(issueTokens(ports), {
        method: 'POST',
        body: tokenForm(clientId, secret, { scope: 'api.events.write' }),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': address },
      }),
  }
  /** A token of a new key for these organizations; null: for all. */
  const tokenFor = async (organizations: readonly string[] | null) => {
    const made = await routes.create('olga', { name: 'Vaultwarden', organizations })
    const { clientId, clientSecret } = v.parse(ShownKey, made.json)
    const { access_token } = v.parse(Granted, (await routes.token(clientId, clientSecret)).json)
    ports.queue.messages.length = 0
    return access_token
  }
  return { ...routes, ports, advance, tokenFor }
}
