// The ports of API keys: those of organizations and of servers, their secrets, and failed attempts to use them.
import type { Guid } from '../domain/guid.ts'
import type { ApiKey, KeysChange, SecretHash } from '../domain/keys/api-keys.ts'
import type { FailureCounter } from '../domain/keys/failure-limits.ts'
import type { ServerKey } from '../domain/keys/server-keys.ts'

/** The API keys of every organization. */
export type ApiKeys = {
  /**
   * An organization's keys in the order of creation; none for an unknown organization. A change is visible at once. A
   * damaged key is skipped, and stays as it is when others change. Throws `Damaged` if no key is readable.
   */
  readonly keysOf: (organizationId: Guid) => Promise<readonly ApiKey[]>
  /** Whether a key of the organization is damaged: a secret that no readable key accepts may be of that one. */
  readonly hasDamaged: (organizationId: Guid) => Promise<boolean>
  /**
   * Resolves to the result of `change` once the keys that it returned are durable; a refusal changes nothing. Calls `change`
   * again with the newer keys if another call was faster: no change undoes another. After a failure, the change may be
   * stored or not.
   */
  readonly change: (organizationId: Guid, change: (keys: readonly ApiKey[]) => KeysChange) => Promise<KeysChange>
}

/** The keys of trusted servers. What is promised of an organization's keys holds for them too. */
export type ServerKeys = {
  /** Every server key in the order of creation. Throws `Damaged` if none is readable. */
  readonly list: () => Promise<readonly ServerKey[]>
  /** Whether a server key is damaged: a secret that no readable key accepts may be of that one. */
  readonly hasDamaged: () => Promise<boolean>
  /** Resolves to the result of `change` once the keys that it returned are durable, as `ApiKeys.change` does. */
  readonly change: (change: (keys: readonly ServerKey[]) => KeysChange<ServerKey>) => Promise<KeysChange<ServerKey>>
}

/** Makes secrets and their hashes. */
export type Secrets = {
  readonly newId: () => Guid
  /** A secret of 32 random bytes in base64url (43 characters), and its hash. */
  readonly create: () => { readonly secret: string; readonly hash: SecretHash }
  readonly hashOf: (secret: string) => SecretHash
  /** Whether two hashes are the same, in constant time. */
  readonly same: (one: SecretHash, other: SecretHash) => boolean
}

/** Counts recent failed attempts, in the memory of the process and of bounded size. */
export type FailureLog = {
  /** Milliseconds from `at` (Unix ms) until none of these counters is at its limit; 0: none is. */
  readonly waitMs: (counters: readonly FailureCounter[], at: number) => number
  /** Counts a failure at `at` in each of these counters. */
  readonly note: (counters: readonly FailureCounter[], at: number) => void
}
