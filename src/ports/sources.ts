// The ports of sources: what organizations set up, how far each is read, and the API that is read.
import type { Guid } from '../domain/guid.ts'
import type { ApiResponse } from '../domain/sources/api-responses.ts'
import type { Progress } from '../domain/sources/progress.ts'
import type { Source, SourceIds, SourcesChange } from '../domain/sources/source.ts'
import type { HealthCheck } from './health-check.ts'

/** The sources of every organization. */
export type Sources = HealthCheck & {
  /**
   * An organization's sources, oldest first; none for an unknown organization. A change is visible at once. Throws `Damaged`
   * if they cannot be read.
   */
  readonly sourcesOf: (organizationId: Guid) => Promise<readonly Source[]>
  /**
   * Resolves to the result of `change` once the sources that it returned are durable; a refusal changes nothing. Calls
   * `change` again with the newer sources if another call was faster: no change undoes another. After a failure, the change
   * may be stored or not.
   */
  readonly change: (organizationId: Guid, change: (known: readonly Source[]) => SourcesChange) => Promise<SourcesChange>
  /** Every source of every organization; skips those that cannot be read. */
  readonly all: () => Promise<readonly { readonly organizationId: Guid; readonly source: Source }[]>
}

/** A source's progress as it was read, and its version, opaque to all but the store; null: nothing is stored yet. */
type StoredProgress = { readonly progress: Progress | undefined; readonly version: string | null }

/** How far each source is read. */
export type SourceProgresses = {
  /** The progress of a source. One that cannot be read is undefined: then the source is read from the beginning again. */
  readonly progressOf: (ids: SourceIds) => Promise<StoredProgress>
  /**
   * Stores a progress over the one with this version, and resolves to the version after it; undefined, and nothing stored,
   * if another call was faster. After a failure, it is stored or not.
   */
  readonly save: (ids: SourceIds, progress: Progress, version: string | null) => Promise<string | undefined>
  /** Resolves once a source has no progress; a `save` over an earlier version stores nothing. */
  readonly forget: (ids: SourceIds) => Promise<void>
}

/** What an API key is exchanged for. */
type TokenRequest = { readonly identityUrl: string; readonly clientId: string; readonly clientSecret: string }

/** The public API of a Bitwarden server. Never rejects, no matter what the server does. */
export type VaultApi = {
  /**
   * Asks for an access token: the JSON of `POST {identityUrl}/connect/token`. `key-refused` if the server does not accept
   * the key.
   */
  readonly token: (request: TokenRequest) => Promise<ApiResponse>
  /** The JSON of `GET {url}` with this access token. `key-refused` if the token is not accepted. */
  readonly get: (url: string, accessToken: string) => Promise<ApiResponse>
}

/** The same API for people who wait for a check: a server is asked at once, or not at all. */
export type CheckApi = Pick<VaultApi, 'get'> & {
  /** As for pulls; `busy` if the server was asked for too many tokens lately. It can be asked again in so many milliseconds. */
  readonly token: (request: TokenRequest) => Promise<ApiResponse | Busy>
}
export type Busy = { readonly kind: 'busy'; readonly waitMs: number }

/** Sources to pull. Delivers each message at least once. */
export type PullQueue = HealthCheck & {
  /** Resolves once the message is stored durably; it is delivered no earlier than in so many seconds (0 to 7 days). */
  readonly send: (message: string, delaySeconds: number) => Promise<void>
}
