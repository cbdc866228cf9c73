// Sources for tests, and responses of a vault's API that are written down.
import type { Guid } from '../../../src/domain/guid.ts'
import { type Source, type SourcesChange, sourcesMax } from '../../../src/domain/sources/source.ts'
import { acme, guid, instant } from '../events.ts'

/** A source as stored: Acme's in the cloud of the US, unless the test says otherwise. */
export const sourceOf = (members: Partial<Source> = {}): Source => ({
  id: guid(1, '5'),
  kind: 'bitwarden-api',
  name: 'Cloud',
  region: 'us',
  apiUrl: 'https://api.bitwarden.com',
  identityUrl: 'https://identity.bitwarden.com',
  clientId: `organization.${acme}`,
  secret: 'sealed',
  paused: false,
  createdAt: instant('2026-11-20T10:00'),
  ...members,
})

/** A change that adds a source. */
export const adding =
  (source: Source) =>
  (known: readonly Source[]): SourcesChange =>
    known.length >= sourcesMax
      ? { kind: 'refused', reason: 'too-many-sources' }
      : { kind: 'changed', sources: [...known, source], source }

/** A change that removes a source. */
export const removing =
  (id: Guid) =>
  (known: readonly Source[]): SourcesChange => {
    const source = known.find((each) => each.id === id)
    if (!source) return { kind: 'refused', reason: 'source-unknown' }
    return { kind: 'changed', sources: known.filter((each) => each !== source), source }
  }
