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

/** What is at a place: an organization, or a damaged entry; undefined at a place that the organization no longer has. */
export type AtPlace = { readonly id: Guid; readonly organization: Organization | undefined }

/** Reads the entry of a place. */
export async function readPlace(
  directory: Pick<DirectoryReader, 'organization'>,
  place: Place,
): Promise<AtPlace | undefined> {
  const id = organizationAt(place)
  try {
    const organization = await directory.organization(id)
    return organization && placeOf(organization) === place ? { id, organization } : undefined
  } catch (error) {
    if (!(error instanceof Damaged)) throw error
    return { id, organization: undefined }
  }
}
