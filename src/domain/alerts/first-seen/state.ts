// The state of first-seen tracking: what users, service accounts and their organization were seen with, and the events that it is asked about.
import type { StoredEvent } from '../../events/event.ts'
import type { Guid } from '../../guid.ts'
import type { ActiveHours } from '../hours/usual-hours.ts'
import type { Place, PlaceOf } from '../observed/place.ts'
import type { TouchedItems } from './items.ts'
import { type Location, locationOf } from './location.ts'
import type { SeenByOrganization } from './organization.ts'
import type { SeenBySubject } from './subject.ts'
import type { Travel } from './travel.ts'

/** What users, service accounts and their organization were seen with, and what of it `observe` has changed. */
export type FirstSeenState = {
  readonly subjects: Map<Guid, SeenBySubject>
  readonly organization: SeenByOrganization
  readonly items: Map<Guid, TouchedItems>
  readonly hours: Map<Guid, ActiveHours>
  readonly changed: {
    readonly subjects: Set<Guid>
    readonly items: Set<Guid>
    readonly hours: Set<Guid>
    readonly parts: Set<number>
    times: boolean
  }
  readonly placeOf: PlaceOf | undefined
  /** The locations and places of addresses that were asked for: to find one takes longer than to judge it. */
  readonly locations: Map<string, Located>
}

type Located = { readonly location: Location; readonly place: Place | undefined }

/** Nothing is known yet; without `placeOf`, nothing of places ever. */
export const emptyFirstSeenState = (placeOf?: PlaceOf): FirstSeenState => ({
  subjects: new Map(),
  organization: { times: undefined, parts: new Map() },
  items: new Map(),
  hours: new Map(),
  changed: { subjects: new Set(), items: new Set(), hours: new Set(), parts: new Set(), times: false },
  placeOf,
  locations: new Map(),
})

/** An event as it is tracked: `at` is its date (Unix ms), `isPast` whether it is history, `subject` what is known of its subject. */
export type Tracked = {
  readonly subjectId: Guid
  readonly subject: SeenBySubject | undefined
  readonly at: number
  readonly isPast: boolean
  readonly device: string | undefined
  readonly location: Location | undefined
  readonly place: Place | undefined
  readonly travel: Travel | undefined
}

/** The user or service account that an event's address and device are of; undefined if it has neither. */
export const observedSubject = (event: StoredEvent): Guid | undefined =>
  event.ipAddress === undefined && event.deviceType === undefined
    ? undefined
    : (event.actingUserId ?? event.serviceAccountId)

/** The part of the organization's values that an event asks about; undefined for one that has no subject or no address. */
export const observedPart = (state: FirstSeenState, event: StoredEvent): number | undefined =>
  observedSubject(event) ? locatedIn(state, event)?.location.part : undefined

/** Where an event's address is; undefined for one without an address. */
export function locatedIn({ locations, placeOf }: FirstSeenState, { ipAddress }: StoredEvent): Located | undefined {
  if (ipAddress === undefined) return undefined
  const known = locations.get(ipAddress)
  if (known) return known
  const located = { location: locationOf(ipAddress), place: placeOf?.(ipAddress) }
  locations.set(ipAddress, located)
  return located
}
