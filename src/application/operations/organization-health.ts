// How organizations are doing, for operators: all of them, a page at a time, by name; and one.
import * as v from 'valibot'
import { inParallel } from '../../concurrency/parallel.ts'
import { readChecksummed, writeChecksummed } from '../../domain/checksummed-token.ts'
import { organizationHealthView, type SourceHealth } from '../../domain/directory/organization-health.ts'
import { Place } from '../../domain/directory/places.ts'
import type { Guid } from '../../domain/guid.ts'
import { earliestInstantMs, instantAt } from '../../domain/instant.ts'
import { tokenUnusable } from '../../domain/log/page-start.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { type Entry, readEntry, readPlace } from '../directory/all-organizations.ts'

/** Most organizations of one page. */
export const organizationsPerPageMax = 50
/** Organizations that are read at once: an entry may be large. */
const readsAtOnce = 4

export type OrganizationHealthPorts = {
  readonly directory: DirectoryReader
  readonly store: Pick<EventStore, 'list'>
  /** How an organization's sources are doing; absent: the deployment has none. */
  readonly sourceHealthOf?: (organizationId: Guid) => Promise<readonly SourceHealth[]>
  readonly now: () => number
}

type OrganizationHealthView = ReturnType<typeof organizationHealthView>

type HealthPage = {
  readonly kind: 'page'
  readonly views: readonly OrganizationHealthView[]
  /** The continuation token of the next page; null on the last. */
  readonly token: string | null
}

/**
 * The page of this token, or the first. It may have fewer organizations than the most, or none, while more follow: an earlier
 * name of an organization takes a place too. One whose entry is damaged is there with its id alone.
 */
export async function organizationHealthPage(
  ports: OrganizationHealthPorts,
  token: string | undefined,
): Promise<HealthPage | typeof tokenUnusable> {
  const after = token === undefined ? null : placeIn(token)
  if (after === undefined) return tokenUnusable

  const places = await ports.directory.placesOfOrganizations(after, organizationsPerPageMax)
  const found = await inParallel(places, readsAtOnce, async (place) => {
    const at = await readPlace(ports.directory, place)
    return at ? [await healthOf(ports, at)] : []
  })
  const last = places.length < organizationsPerPageMax ? undefined : places.at(-1)
  return { kind: 'page', views: found.flat(), token: last ? writeChecksummed([last], context) : null }
}

/** How one organization is doing, of which a damaged entry says the id alone; undefined if there is none of this id. */
export async function organizationHealth(
  ports: OrganizationHealthPorts,
  id: Guid,
): Promise<OrganizationHealthView | undefined> {
  const entry = await readEntry(ports.directory, id)
  return entry && healthOf(ports, entry)
}

const context = 'organizations by name'

function placeIn(token: string): Place | undefined {
  const read = v.safeParse(v.tuple([Place]), readChecksummed(token, context))
  return read.success ? read.output[0] : undefined
}

async function healthOf(ports: OrganizationHealthPorts, { id, organization }: Entry) {
  const [newest, sources] = await Promise.all([newestEvent(ports, id), ports.sourceHealthOf?.(id) ?? []])
  return organizationHealthView({ id, organization, lastEventAt: newest?.date, sources })
}

async function newestEvent({ store, now }: OrganizationHealthPorts, id: Guid) {
  const range = { from: instantAt(earliestInstantMs), to: instantAt(now()) }
  const page = await store.list({ log: { kind: 'organization', id }, ...range, filters: [], traits: {} }, 1, null)
  return page?.events[0]
}
