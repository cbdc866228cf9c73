// Suggests names for a search of an organization's log.
import type { Guid } from '../../domain/guid.ts'
import type { NamedKey } from '../../domain/log/search/keys.ts'
import { suggest } from '../../domain/log/search/suggest.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { thingsOf } from './find-search.ts'

/** The names that begin like this text; `key` null: of people and things of every kind. */
export const suggestNames = async (
  directory: DirectoryReader,
  organizationId: Guid,
  text: string,
  key: NamedKey | null,
) => suggest(text, key, await thingsOf(directory, organizationId, key === null || key === 'item'))
