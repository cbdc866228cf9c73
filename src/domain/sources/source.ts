// A source: where an organization's events and directory are pulled from, as it is stored. Pure.
import * as v from 'valibot'
import { Guid, guidOfContent } from '../guid.ts'
import { Instant } from '../instant.ts'

/** Most sources of an organization. */
export const sourcesMax = 10
/** Longest name of a source, in UTF-16 units. */
export const sourceNameCharsMax = 100

/** Where a Bitwarden server is: one of the two clouds, or a server of the organization's own. */
export const Region = v.picklist(['us', 'eu', 'self-hosted'])

/**
 * A source as it is stored. `apiUrl` and `identityUrl` have no slash at the end; `secret` is sealed for `secretContext`;
 * `clientId` is `organization.<guid>`.
 */
export const Source = v.object({
  id: Guid,
  kind: v.literal('bitwarden-api'),
  name: v.string(),
  region: Region,
  apiUrl: v.string(),
  identityUrl: v.string(),
  clientId: v.string(),
  secret: v.string(),
  paused: v.boolean(),
  createdAt: Instant,
})
export type Source = Readonly<v.InferOutput<typeof Source>>

/** An organization and one of its sources. */
export type SourceIds = { readonly organizationId: Guid; readonly sourceId: Guid }

/** Why a change is refused. */
type SourceRefusal = 'too-many-sources' | 'source-unknown'
/** An organization's sources after a change, and the one that changed or was removed; or why nothing changes. */
export type SourcesChange =
  | { readonly kind: 'changed'; readonly sources: readonly Source[]; readonly source: Source }
  | { readonly kind: 'refused'; readonly reason: SourceRefusal }

/** What a source's secret is sealed for. */
export const secretContext = ({ organizationId, sourceId }: SourceIds): string => `${organizationId} ${sourceId} source`

/** The id of a source's connection: another one for another address or key. An error and a token belong to one connection. */
export const connectionOf = ({ apiUrl, identityUrl, clientId, secret }: Source): Guid =>
  guidOfContent('connection', apiUrl, identityUrl, clientId, secret)
