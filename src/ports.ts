// What Keytrail needs of the world, with the promises each part must keep. The adapters keep them; the functions rely on them.
import type { ApiKey, KeysChange, SecretHash } from './domain/api-keys.ts'
import type { Position } from './domain/continuation.ts'
import type {
  Item,
  ItemEntry,
  Organization,
  OrganizationEntry,
  Provider,
  ProviderEntry,
  UserMemberships,
} from './domain/directory.ts'
import type { AcceptedEvent, EventLog, StoredEvent } from './domain/event.ts'
import type { Watched } from './domain/failure-limits.ts'
import type { Guid } from './domain/guid.ts'
import type { EventQuery } from './domain/query.ts'

/** Something outside does not answer, or not as it should: the same call may succeed later. The edge answers 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly what: string

  /** `what` names the part that failed ("event store"), in words that may be shown; the cause stays for the log. */
  constructor(what: string, cause: unknown) {
    super(`${what} is unavailable`, { cause })
    this.what = what
  }
}

/** Every port throws `Unavailable` when what is behind it fails; then what the call should do may have been done or not. */
export type Checked = {
  /** Resolves when the port can do its work now. */
  readonly check: () => Promise<void>
}

/** Events on their way to the store. Delivers each message at least once, in no certain order. */
export type EventQueue = Checked & {
  /** Resolves once every message is kept durably. A message lives until it is taken, however long that takes. */
  readonly enqueue: (messages: readonly string[]) => Promise<void>
  /** Keeps a message that cannot be processed, its bytes untouched, until somebody looks at it. */
  readonly setAside: (message: string | Uint8Array) => Promise<void>
}

/** Events found by a list, and where it goes on; null when nothing is left. */
export type EventPage = { readonly events: readonly StoredEvent[]; readonly next: Position | null }

/** Events of the feed in order of arrival, the place after them, and whether more may be there already. */
export type FeedPage = { readonly events: readonly StoredEvent[]; readonly next: Position; readonly more: boolean }

/** Every event, once, for good. */
export type EventStore = Checked & {
  /**
   * Resolves once every event is stored durably in its log, its indexes and its feed. An event whose id its log already
   * has is left as it is. Each event is stored whole or not at all, also when the call fails: repeat it then.
   */
  readonly append: (events: readonly AcceptedEvent[]) => Promise<void>
  /**
   * The events a query asks for, newest first to the millisecond (then by id), from after `after` on. Holds at most
   * `limit`; may hold fewer, but never none while `next` is there. An unknown log is an empty one.
   * Returns undefined when `after` is no position of this store.
   */
  readonly list: (query: EventQuery, limit: number, after: Position | null) => Promise<EventPage | undefined>
  /**
   * Events of a log in the order they were stored, from after `after` on: at most `limit`, maybe fewer, and none of the
   * last few seconds, in which a slower writer may still come before them. What was given once is never given again
   * after its place, and nothing is passed over. Returns undefined when `after` is no place of this store.
   */
  readonly feed: (log: EventLog, limit: number, after: Position) => Promise<FeedPage | undefined>
  /** The place in a feed before everything that is stored at this time (Unix ms) or later. */
  readonly placeAt: (ms: number) => Position
}

/**
 * What a trusted server told about organizations, providers and items. What was put is read at once, except through a
 * cache. Unknown ids give undefined or are left out.
 */
export type DirectoryReader = {
  /** `asOf`: an answer may come from a cache that was filled at this time (Unix ms) or later; absent: any age it keeps. */
  readonly organization: (id: Guid, asOf?: number) => Promise<Organization | undefined>
  readonly provider: (id: Guid, asOf?: number) => Promise<Provider | undefined>
  /** One look-up for up to `itemsPerLookUpMax` ids. */
  readonly items: (ids: readonly Guid[], asOf?: number) => Promise<readonly Item[]>
  /** Where a person may stand; each place must be checked in the organization or provider itself. */
  readonly memberships: (userId: Guid, asOf?: number) => Promise<UserMemberships>
}

/** Most items one look-up asks for. */
export const itemsPerLookUpMax = 100

export type DirectoryWriter = {
  /** Replaces an organization, and its items when given. Repeat it when it failed: it may have been done in part. */
  readonly putOrganization: (id: Guid, entry: OrganizationEntry, items?: readonly ItemEntry[]) => Promise<void>
  /** Adds items to an organization or replaces them. */
  readonly putItems: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  /** Marks an item as deleted; an unknown one is left alone. */
  readonly deleteItem: (organizationId: Guid, itemId: Guid) => Promise<void>
  readonly putProvider: (id: Guid, entry: ProviderEntry) => Promise<void>
}

/** A directory entry that is larger than the store can keep. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge'
}

export type Directory = DirectoryReader & DirectoryWriter & Checked

/** Why a token is not believed. */
export type TokenRefusal = { readonly kind: 'refused'; readonly reason: 'token-invalid' | 'token-expired' }

/** Tells genuine tokens from others. */
export type TokenVerifier = {
  /** The claims of a token that the issuer signed and that is valid now; throws `Unavailable` when that can't be told. */
  readonly verify: (token: string) => Promise<{ readonly kind: 'claims'; readonly claims: unknown } | TokenRefusal>
}

/** The API keys of every organization. */
export type ApiKeys = {
  /** An organization's keys in the order they were made; none for an unknown organization. What was changed is read at once. */
  readonly keysOf: (organizationId: Guid) => Promise<readonly ApiKey[]>
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
  readonly waitMs: (watched: readonly Watched[], at: number) => number
  /** Counts a failure of each. */
  readonly note: (watched: readonly Watched[], at: number) => void
}

/** Signs tokens of our own, and says how to check them. */
export type TokenIssuer = {
  /** The `iss` of every token: the app's public base URL, without a slash at its end. */
  readonly issuer: string
  readonly algorithm: 'ES256' | 'RS256'
  /** A token that acts for this organization, from now on for `tokenSeconds`. */
  readonly issue: (organizationId: Guid) => Promise<string>
  /** What the tokens are checked with: a JSON Web Key Set (RFC 7517 section 5), public keys alone. */
  readonly publicKeys: () => Promise<{ readonly keys: readonly object[] }>
}
