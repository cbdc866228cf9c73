// Server keys: API keys of trusted servers, for named organizations or for all. Pure: hashes and times are arguments.
import * as v from 'valibot'
import { boundedArray } from '../bounded-array.ts'
import { Guid, parseGuid } from '../guid.ts'
import type { Instant } from '../instant.ts'
import { ApiKey, apiKeyView, type KeysChange, type NewKey, newKey, withKey } from './api-keys.ts'

/** Most server keys of a deployment. */
export const serverKeysMax = 50
/** Most organizations that one server key names. */
export const organizationsPerKeyMax = 50

/** The organizations that a server key is for: at least one, each once; null: all. */
export const KeyOrganizations = v.nullable(
  v.pipe(
    boundedArray(Guid, organizationsPerKeyMax),
    v.minLength(1),
    v.transform((ids) => [...new Set(ids)]),
  ),
)

/** A server key as stored; `organizations` is null for a key of all. */
export const ServerKey = v.object({ ...ApiKey.entries, organizations: v.nullable(v.array(Guid)) })
export type ServerKey = v.InferOutput<typeof ServerKey>

/** Adds a server key whose first secret has this hash. Refuses more than `serverKeysMax`. */
export const addServerKey = (
  keys: readonly ServerKey[],
  { organizations, ...key }: NewKey & Pick<ServerKey, 'organizations'>,
  at: Instant,
): KeysChange<ServerKey> => withKey(keys, { ...newKey(key, at), organizations }, serverKeysMax)

/** A server key as responses show it: as `apiKeyView`, with its organizations and its client id. */
export const serverKeyView = (key: ServerKey, at: Instant) => ({
  ...apiKeyView(key, at),
  object: 'serverKey',
  organizations: key.organizations,
  clientId: serverClientIdOf(key.id),
})

/** The client id of a server key: each key has its own. */
export const serverClientIdOf = (keyId: Guid) => `server.${keyId}`

/** The server key of a client id; undefined for a client id of another form. */
export function serverKeyOfClient(clientId: string): Guid | undefined {
  const [, id] = /^server\.(.+)$/.exec(clientId) ?? []
  return parseGuid(id)
}
