// What Keytrail needs of the world, with the promises each part must keep. The adapters keep them; the functions rely on them.
import type { Acknowledgement, AlertQuery, AlertRecord, StoredAlert } from './domain/alerts/alert.ts'
import type { BookChange, RuleBook } from './domain/alerts/book.ts'
import type { ApiKey, KeysChange, SecretHash } from './domain/api-keys.ts'
import type { Position } from './domain/continuation.ts'
import type {
  Item,
  ItemEntry,
  Member,
  Organization,
  OrganizationUpdate,
  Provider,
  ProviderEntry,
  UserMemberships,
} from './domain/directory.ts'
import type { AcceptedEvent, EventLog, StoredEvent } from './domain/event.ts'
import type { Watched } from './domain/failure-limits.ts'
import type { Guid } from './domain/guid.ts'
import type { Instant } from './domain/instant.ts'
import type { EventQuery } from './domain/query.ts'
import type { RateKind } from './domain/rate-limits.ts'

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

/**
 * A row that an answer needs cannot be read: it is noted, and the same call fails until it is repaired. The edge answers 503,
 * since any other answer would look as if there were nothing.
 */
export class Damaged extends Unavailable {}

/** What a call resolves to; undefined when a row that it needs cannot be read. */
export async function unlessDamaged<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Damaged) return undefined
    throw error
  }
}

/** Every port throws `Unavailable` when what is behind it fails; then what the call should do may have been done or not. */
export type Checked = {
  /** Resolves when the port can do its work now. */
  readonly check: () => Promise<void>
}

/** A row of a table that cannot be read, by its keys; `reason` says what is wrong with it, never what is in it. */
export type DamagedRow = {
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
  readonly reason: string
}

/** Rows that were met and could not be read, until they are repaired. */
export type DamageLog = {
  /** Notes a row, once. Never fails: one that cannot be noted now is when it is met again. */
  readonly note: (row: DamagedRow) => Promise<void>
  /** Every row that is noted and not mended since, 1,000 at most. */
  readonly noted: () => Promise<readonly DamagedRow[]>
  /** Forgets a row that is whole again, or gone. */
  readonly forget: (row: DamagedRow) => Promise<void>
}

/** Events on their way to the store. Delivers each message at least once, in no certain order. */
export type EventQueue = Checked & {
  /**
   * Resolves once every message is kept durably, to be delivered no earlier than in so many seconds (0 to `delaySecondsMax`;
   * absent: 0). A message lives until it is taken, however long that takes.
   */
  readonly enqueue: (messages: readonly string[], delaySeconds?: number) => Promise<void>
  /** Dead-letters a message that cannot be processed: keeps it, its bytes untouched, until somebody looks at it. */
  readonly setAside: (message: string | Uint8Array) => Promise<void>
  /** How many messages are dead letters, about: a message that is being moved may count or not. */
  readonly deadLetters: () => Promise<number>
}

/** Events found by a list, and where it goes on; null when nothing is left. */
export type EventPage = { readonly events: readonly StoredEvent[]; readonly next: Position | null }

/**
 * Events of the feed in order of arrival, the place after them, and whether more may be there already. `storedAt` is when
 * each event was stored (Unix ms), in the order of `events` and never falling.
 */
export type FeedPage = {
  readonly events: readonly StoredEvent[]
  readonly storedAt: readonly number[]
  readonly next: Position
  readonly more: boolean
}

/** Every event, once, for good. */
export type EventStore = Checked & {
  /**
   * Resolves once every event is stored durably in its log, its indexes and its feed. An event whose id its log already
   * has is left as it is. Each event is stored whole or not at all, also when the call fails: repeat it then. An event that
   * cannot be stored fails the call, and no other event.
   */
  readonly append: (events: readonly AcceptedEvent[]) => Promise<void>
  /**
   * The events a query asks for, newest first to the millisecond (then by id), from after `after` on. Holds at most
   * `limit`; may hold fewer or, of a query with filters, none while `next` is there: reading ends after a bounded number of
   * events, wanted or not. An unknown log is an empty one.
   * Returns undefined when `after` is no position of this store.
   */
  readonly list: (query: EventQuery, limit: number, after: Position | null) => Promise<EventPage | undefined>
  /**
   * Events of a log in the order they were stored, from after `after` on: at most `limit`, maybe fewer, but never none while
   * there are more. Each event has a number, from 1 on without gaps, and none can be seen before those of lower numbers: so
   * whoever follows the feed passes over nothing and is given nothing twice. What `append` resolved for can be seen.
   * Returns undefined when `after` is no place in this log's feed.
   */
  readonly feed: (log: EventLog, limit: number, after: Position) => Promise<FeedPage | undefined>
  /** The place after the last event of a log that is stored now. */
  readonly end: (log: EventLog) => Promise<Position>
  /** The place before everything that was stored at this time (Unix ms) or later, by the clocks of those who stored it. */
  readonly placeAt: (log: EventLog, ms: number) => Promise<Position>
}

/** The place before the first event of every feed. A place is the number of the last event before it, in decimal digits. */
export const feedBegin: Position = '0'

/**
 * What a trusted server told about organizations, providers and items. What was put is read at once, except through a
 * cache. Unknown ids give undefined or are left out. An organization or a provider whose entry is damaged throws `Damaged`;
 * of a damaged item nothing is known but whose it is, and one of which not even that can be told is unknown.
 */
export type DirectoryReader = {
  /** `asOf`: an answer may come from a cache that was filled at this time (Unix ms) or later; absent: any age it keeps. */
  readonly organization: (id: Guid, asOf?: number) => Promise<Organization | undefined>
  readonly provider: (id: Guid, asOf?: number) => Promise<Provider | undefined>
  /** One look-up for up to `itemsPerLookUpMax` ids. `each` may be told what an id gives once it is read, also when the look-up fails. */
  readonly items: (
    ids: readonly Guid[],
    asOf?: number,
    each?: (id: Guid, item: Item | undefined) => void,
  ) => Promise<readonly Item[]>
  /** Where a person may stand; each place must be checked in the organization or provider itself. */
  readonly memberships: (userId: Guid, asOf?: number) => Promise<UserMemberships>
  /** Organizations that a provider may manage; whether it does must be checked in each. */
  readonly managedBy: (providerId: Guid, asOf?: number) => Promise<readonly Guid[]>
}

/** Most items one look-up asks for. */
export const itemsPerLookUpMax = 100

/**
 * Each entry is replaced at once: a reader finds the old one or the new one, also after a failure. Of changes made at the
 * same time none undoes another's. Repeat what failed: it does what is missing, and nothing is begun after a failure.
 */
export type DirectoryWriter = {
  /**
   * Replaces an organization, and its items when given, which come before the rest and a part at a time. Of a damaged entry
   * nothing stays, not even names of what is gone; where its members are to stay (null), it throws `Damaged`.
   */
  readonly putOrganization: (id: Guid, entry: OrganizationUpdate, items?: readonly ItemEntry[]) => Promise<void>
  /** Adds members to an organization or replaces them; false when the organization is unknown. Throws `Damaged` as reading does. */
  readonly putMembers: (id: Guid, members: readonly Member[]) => Promise<boolean>
  /** Takes a member out of an organization; unknown ones are left alone. Throws `Damaged` as reading does. */
  readonly deleteMember: (id: Guid, memberId: Guid) => Promise<void>
  /** Adds items to an organization or replaces them, damaged ones too. */
  readonly putItems: (organizationId: Guid, items: readonly ItemEntry[]) => Promise<void>
  /** Marks an item as deleted; an unknown one is left alone. */
  readonly deleteItem: (organizationId: Guid, itemId: Guid) => Promise<void>
  readonly putProvider: (id: Guid, entry: ProviderEntry) => Promise<void>
}

/** An entry that is larger than the store can keep. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge'
}

export type Directory = DirectoryReader & DirectoryWriter & Checked

/** Counts requests of late, by their kind and by who makes them. */
export type RateLimiter = {
  /** Counts one more, and tells in how many milliseconds another is welcome; 0: this one is. */
  readonly count: (kind: RateKind, who: string) => Promise<number>
}

/** Why a token is not believed. */
export type TokenRefusal = { readonly kind: 'refused'; readonly reason: 'token-invalid' | 'token-expired' }

/** Tells genuine tokens from others. */
export type TokenVerifier = {
  /** The claims of a token that the issuer signed and that is valid now; throws `Unavailable` when that can't be told. */
  readonly verify: (token: string) => Promise<{ readonly kind: 'claims'; readonly claims: unknown } | TokenRefusal>
}

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

/** An organization that must be looked at at this time (Unix ms). */
export type Wake = { readonly organizationId: Guid; readonly at: number }

/** A wake as it was noted; noted again, it has another version. */
export type NotedWake = Wake & { readonly version: string }

/** When each organization's alerts must be evaluated next. */
export type Wakes = {
  /** Resolves once the organization is durably due at this time. Noted twice is noted once, under the later version. */
  readonly note: (wake: Wake) => Promise<NotedWake>
  /** What is due at this time (Unix ms) or before, earliest first, `limit` at most. */
  readonly due: (at: number, limit: number) => Promise<readonly NotedWake[]>
  /** Resolves once these are not due any more; one that was noted again meanwhile stays due. */
  readonly forget: (wakes: readonly NotedWake[]) => Promise<void>
}

/** Longest time that a message can wait, in seconds: 7 days. */
export const delaySecondsMax = 7 * 24 * 60 * 60

/** Organizations on their way to be evaluated. Delivers each message at least once, in no certain order; none expires. */
export type EvaluationQueue = Checked & {
  /** Resolves once the message is kept durably; it is delivered no earlier than in so many seconds (0 to `delaySecondsMax`). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}

/** How far the evaluation of an organization is. Opaque but for what the evaluator put in. */
export type Progress = {
  /** The place in the organization's feed up to which every event is evaluated; null: nothing is. */
  readonly place: Position | null
  /** Whatever the evaluator wants to know next time: up to `keptCharsMax`; null: it cannot be read. */
  readonly memo: string | null
  /** What tells one state of the progress from the next, in the words of the store; null: there is none yet. */
  readonly version: string | null
}

/** Longest text that is kept, in UTF-16 units. */
export const keptCharsMax = 30_000
/** Longest name that a text is kept under; it has letters, digits and `_ = . -` alone. */
export const keptNameCharsMax = 400

/** A text that evaluation keeps under a name; `dueAt` is when it must be looked at (Unix ms, whole, from 1970 on). */
export type Kept = { readonly text: string; readonly dueAt: number }

/** What becomes of a kept text: `before` as it was read after the progress was, `after` absent to forget it. */
export type KeptChange = {
  readonly name: string
  readonly before: Kept | undefined
  readonly after: Kept | undefined
}

/** What evaluating some events came to. No name and no alert is in it twice. */
export type EvaluationStep = {
  readonly place: Position | null
  readonly memo: string
  readonly kept: readonly KeptChange[]
  /** Alerts that are new or say something else than before, each whole. */
  readonly alerts: readonly AlertRecord[]
}

/** Alerts found by a list, and where it goes on; null when nothing is left. */
export type AlertPage = { readonly alerts: readonly StoredAlert[]; readonly next: Position | null }

/** The alerts of every organization, and what their evaluation must remember. */
export type AlertStore = Checked & {
  /**
   * How far the evaluation is; of an unknown organization, a progress with nulls and an empty memo. Throws `Damaged` where the place
   * cannot be read, until `startAnew`.
   */
  readonly progressOf: (organizationId: Guid) => Promise<Progress>
  /**
   * Forgets the place and everything that is kept, so that nothing is counted twice when events are evaluated again; alerts stay. No
   * step is stored whose progress was read before. Repeat it when `progressOf` still throws `Damaged`, as after a failure.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
  /** The texts kept under these names; unknown names, and texts that cannot be read, are left out. */
  readonly keptUnder: (organizationId: Guid, names: readonly string[]) => Promise<ReadonlyMap<string, Kept>>
  /** Names whose text is due at this time (Unix ms) or before, with that text, earliest first, `limit` at most. */
  readonly keptDue: (
    organizationId: Guid,
    at: number,
    limit: number,
  ) => Promise<readonly (Kept & { readonly name: string })[]>
  /** When the earliest text is due (Unix ms); undefined without any. */
  readonly nextDue: (organizationId: Guid) => Promise<number | undefined>
  /** Every name that begins so, with the time it is due, those left out for which that cannot be read; for rare cases, as it may be long. */
  readonly namesKept: (
    organizationId: Guid,
    prefix: string,
  ) => Promise<readonly { readonly name: string; readonly dueAt: number }[]>
  /**
   * Stores what a step came to and resolves to the progress after it: first the alerts, then the texts, and the progress
   * only with the last of them, so that a step that was cut short is made again in full. Undefined when another evaluation
   * stored a step since `progress` was read: then nothing is stored, or, of a step too large to be stored at once, a first
   * part that the other one has read. An alert that is there keeps its acknowledgement. Throws a TypeError or a RangeError,
   * and stores nothing, for a step that no store can keep (see `Kept`).
   */
  readonly commit: (organizationId: Guid, progress: Progress, step: EvaluationStep) => Promise<Progress | undefined>
  /**
   * The alerts a query asks for, newest first by when they began as they were first stored, from after `after` on: `limit` at most, maybe
   * fewer or, of a query with filters, none while `next` is there: reading ends after a bounded number of alerts. Those that cannot be read are
   * left out. Undefined when `after` is no position.
   */
  readonly list: (
    organizationId: Guid,
    query: AlertQuery,
    now: Instant,
    limit: number,
    after: Position | null,
  ) => Promise<AlertPage | undefined>
  /** One alert; undefined when the organization has none of this id. Throws `Damaged` for one that cannot be read. */
  readonly find: (organizationId: Guid, id: Guid) => Promise<StoredAlert | undefined>
  /** Notes that somebody knows of an alert, once: the first acknowledgement that can be read stays. Otherwise as `find`. */
  readonly acknowledge: (organizationId: Guid, id: Guid, by: Acknowledgement) => Promise<StoredAlert | undefined>
}

/** The rule book of every organization. Both throw `Damaged`, and change nothing, where the book itself cannot be read. */
export type RuleBooks = Checked & {
  /**
   * An organization's book; an empty one for an unknown organization. What was changed is read at once. The same object as
   * before while nothing changed and the store remembers it. Rules whose texts cannot be read are `unreadable` in it.
   */
  readonly bookOf: (organizationId: Guid) => Promise<RuleBook>
  /**
   * Resolves once the book is durably what `change` made of it, and with what it said; a refusal changes nothing. `change`
   * is asked again, with the newer book, when another call was faster: no change undoes another. Rules that stay `unreadable`
   * stay as they are. A change writes and drops
   * at most 99 rules. When this fails, the change may have been made; but not when it throws `EntryTooLarge`.
   */
  readonly change: (organizationId: Guid, change: (book: RuleBook) => BookChange) => Promise<BookChange>
}
