// API keys: an organization's number and names of them, and when each of a key's secrets is valid. Pure: hashes and times are arguments.
import * as v from 'valibot'
import { Guid, parseGuid } from '../guid.ts'
import { formatInstant, Instant, instantAt, millisecondsOf } from '../instant.ts'
import { nameOf, wellFormed } from '../texts.ts'

/** Most keys of one organization. */
export const apiKeysMax = 20
/** Most secrets of one key: the current one, and earlier ones that are still valid. */
export const secretsPerKeyMax = 5
export const nameCharsMax = 100
/** Longest time that an earlier secret stays valid after a rotation, in hours. */
export const overlapHoursMax = 720
export const overlapHoursDefault = 24
/** Lifetime of a token, in seconds. */
export const tokenSeconds = 3_600

const hourMs = 3_600_000

/** SHA-256 of a secret, in hex. */
export const SecretHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('SecretHash'))
export type SecretHash = v.InferOutput<typeof SecretHash>

/** A secret as stored. It is valid until `validUntil`, that instant excluded; null: until it is replaced. */
const ApiKeySecret = v.object({ hash: SecretHash, createdAt: Instant, validUntil: v.nullable(Instant) })
type ApiKeySecret = v.InferOutput<typeof ApiKeySecret>

export const ApiKeyName = nameOf(nameCharsMax)
export const OverlapHours = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(overlapHoursMax))

/** A key as stored; its secrets newest first. */
export const ApiKey = v.object({ id: Guid, name: wellFormed, createdAt: Instant, secrets: v.array(ApiKeySecret) })
export type ApiKey = v.InferOutput<typeof ApiKey>

/** Keys after a change, and the key that it is about; or why nothing changes. */
export type KeysChange<K extends ApiKey = ApiKey> =
  | { readonly kind: 'changed'; readonly keys: readonly K[]; readonly key: K }
  | { readonly kind: 'refused'; readonly reason: 'too-many-keys' | 'key-unknown' }

/** What a new key is made of. */
export type NewKey = { readonly id: Guid; readonly name: string; readonly hash: SecretHash }

/** Adds a key whose first secret has this hash. Refuses more than `apiKeysMax`. */
export const addKey = (keys: readonly ApiKey[], key: NewKey, at: Instant): KeysChange =>
  withKey(keys, newKey(key, at), apiKeysMax)

/** A key with one secret, which is valid until it is replaced. */
export const newKey = ({ id, name, hash }: NewKey, at: Instant): ApiKey => ({
  id,
  name,
  createdAt: at,
  secrets: [{ hash, createdAt: at, validUntil: null }],
})

/** Adds a key. Refuses more than `keysMax`. */
export function withKey<K extends ApiKey>(keys: readonly K[], key: K, keysMax: number): KeysChange<K> {
  if (keys.length >= keysMax) return { kind: 'refused', reason: 'too-many-keys' }
  return { kind: 'changed', keys: [...keys, key], key }
}

/**
 * Gives a key a new secret. Earlier ones stay valid for `overlapHours` at most, and none longer than before; with 0 they
 * expire at once. Beyond `secretsPerKeyMax` the oldest is removed.
 */
export function rotateKey<K extends ApiKey>(
  keys: readonly K[],
  id: Guid,
  { hash, overlapHours }: { readonly hash: SecretHash; readonly overlapHours: number },
  at: Instant,
): KeysChange<K> {
  const known = keys.find((each) => each.id === id)
  if (!known) return { kind: 'refused', reason: 'key-unknown' }

  const end = instantAt(millisecondsOf(at) + overlapHours * hourMs)
  const earlier = known.secrets
    .map((secret) => ({
      ...secret,
      validUntil: secret.validUntil && secret.validUntil < end ? secret.validUntil : end,
    }))
    .filter((secret) => isValid(secret, at))
  const secrets = [{ hash, createdAt: at, validUntil: null }, ...earlier].slice(0, secretsPerKeyMax)
  const key: K = { ...known, secrets }
  return { kind: 'changed', keys: keys.map((each) => (each.id === id ? key : each)), key }
}

/** Removes a key with all its secrets. */
export function revokeKey<K extends ApiKey>(keys: readonly K[], id: Guid): KeysChange<K> {
  const key = keys.find((each) => each.id === id)
  if (!key) return { kind: 'refused', reason: 'key-unknown' }
  return { kind: 'changed', keys: keys.filter((each) => each.id !== id), key }
}

/** Whether `isSame` matches a secret that is valid at `at`. Compares every secret, so that the time taken discloses nothing. */
export function acceptsSecret(keys: readonly ApiKey[], isSame: (hash: SecretHash) => boolean, at: Instant): boolean {
  const same = keys.flatMap(({ secrets }) => secrets).filter(({ hash }) => isSame(hash))
  return same.some((secret) => isValid(secret, at))
}

const isValid = ({ validUntil }: ApiKeySecret, at: Instant) => validUntil === null || at < validUntil

/** A key as responses show it: until when its secrets are valid, and nothing of the secrets themselves. */
export function apiKeyView(key: ApiKey, at: Instant) {
  return {
    object: 'apiKey',
    id: key.id,
    name: key.name,
    createdAt: formatInstant(key.createdAt),
    secrets: key.secrets
      .filter((secret) => isValid(secret, at))
      .map(({ createdAt, validUntil }) => ({
        createdAt: formatInstant(createdAt),
        validUntil: validUntil && formatInstant(validUntil),
      })),
  }
}

/** The client id of all keys of an organization. */
export const clientIdOf = (organizationId: Guid) => `organization.${organizationId}`

/** The organization of a client id; undefined for a client id of another form. */
export function organizationOfClient(clientId: string): Guid | undefined {
  const [, id] = /^organization\.(.+)$/.exec(clientId) ?? []
  return parseGuid(id)
}
