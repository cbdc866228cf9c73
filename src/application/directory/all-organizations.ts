// Goes through all organizations of the directory, in their order.
import type { Organization } from '../../domain/directory/directory.ts'
import { organizationAt, type Place, placeOf } from '../../domain/directory/places.ts'
import type { Guid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { Damaged } from '../../ports/errors.ts'

/** Places that are read at once when all organizations are wanted. */
const placesAtOnce = 1_000

/** The ids of all organizations, each once; also one whose entry is damaged. */
export async function organizationIds(directory: Pick<DirectoryReader, 'placesOfOrganizations'>): Promise<Guid[]> {
  const ids = new Set<Guid>()
  for (let after: Place | null = null; ; ) {
    const places: readonly Place[] = await directory.placesOfOrganizations(after, placesAtOnce)
    for (const place of places) ids.add(organizationAt(place))
    const last = places.at(-1)
    if (last === undefined || places.length < placesAtOnce) return [...ids]
    after = last
  }
}

/** An organization's entry; undefined for a damaged one. */
export type Entry = { readonly id: Guid; readonly organization: Organization | undefined }

/** Reads the entry of a place; undefined at a place that the organization no longer has. */
export async function readPlace(
  directory: Pick<DirectoryReader, 'organization'>,
  place: Place,
): Promise<Entry | undefined> {
  const entry = await readEntry(directory, organizationAt(place))
  const isThere = entry?.organization === undefined || placeOf(entry.organization) === place
  return isThere ? entry : undefined
}

/** Reads an organization's entry; undefined if there is none. */
export async function readEntry(
  directory: Pick<DirectoryReader, 'organization'>,
  id: Guid,
): Promise<Entry | undefined> {
  try {
    const organization = await directory.organization(id)
    return organization && { id, organization }
  } catch (error) {
    if (!(error instanceof Damaged)) throw error
    return { id, organization: undefined }
  }
}
