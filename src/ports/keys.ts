// The ports of API keys: the keys, their secrets, and failed attempts to use one.
import type { Guid } from '../domain/guid.ts'
import type { ApiKey, KeysChange, SecretHash } from '../domain/keys/api-keys.ts'
import type { FailureCounter } from '../domain/keys/failure-limits.ts'

/** The API keys of every organization. */
export type ApiKeys = {
  /**
   * An organization's keys in the order they were made; none for an unknown organization. What was changed is read at once. A
   * damaged key is left out and stays as it is when others are changed; `Damaged` is thrown when none can be read for it.
   */
  readonly keysOf: (organizationId: Guid) => Promise<readonly ApiKey[]>
  /** Whether a key of the organization is damaged: a secret that no other accepts may be that one's. */
  readonly hasDamaged: (organizationId: Guid) => Promise<boolean>
  /**
   * Resolves once an organization's keys are durably what `change` made of them, and with what it said; a refusal changes
   * nothing. `change` is asked again, with the newer keys, when another call was faster: no change undoes another. When
   * this fails, the change may have been made.
   */
  readonly change: (organizationId: Guid, change: (keys: readonly ApiKey[]) => KeysChange) => Promise<KeysChange>
}

/** Makes secrets, and what is kept of them. */
export type Secrets = {
  readonly newId: () => Guid
  /** A secret of 32 random bytes in base64url (43 characters), and its hash. */
  readonly create: () => { readonly secret: string; readonly hash: SecretHash }
  readonly hashOf: (secret: string) => SecretHash
  /** Whether two hashes are the same; takes equally long either way. */
  readonly same: (one: SecretHash, other: SecretHash) => boolean
}

/** Failed attempts of late. Kept for as long as they count and while there is room; forgotten with the process. */
export type FailureLog = {
  /** Milliseconds from `at` (Unix ms) until nothing of this is over its limit; 0: it is not. */
  readonly waitMs: (watched: readonly FailureCounter[], at: number) => number
  /** Counts a failure of each. */
  readonly note: (watched: readonly FailureCounter[], at: number) => void
}
