// First-seen tracking: whether the address, network and device of an event are new for its user and for the organization. Safe to repeat. Pure but for the state handed in.
import type { StoredEvent } from '../../events/event.ts'
import type { Guid } from '../../guid.ts'
import { millisecondsOf } from '../../instant.ts'
import { isHistory } from '../engine/limits.ts'
import { type ActiveHours, isUsualHour, learnHour } from '../hours/usual-hours.ts'
import { type FirstSeen, nothingFirstSeen } from '../observed/first-seen.ts'
import type { Observed } from '../observed/observed.ts'
import { nowhere, type Place, type PlaceFields, type PlaceOf } from '../observed/place.ts'
import { isNewItem, learnItem, type TouchedItems, userOfItem } from './items.ts'
import { type Location, locationOf } from './location.ts'
import {
  extendTimes,
  organizationCountriesMax,
  organizationNewnessMs,
  partValuesMax,
  type SeenByOrganization,
} from './organization.ts'
import { type SeenBySubject, unknownSince, valuesMax } from './subject.ts'
import { travel } from './travel.ts'
import { dayMs, dayOf, isNew, learn, newnessMs, retainedDays, type Seen } from './values.ts'

/** How long a user, or an organization, must be known before it alone says what is new. */
export const learningDays = 7

/** `User_FailedLogIn` and `User_FailedLogIn2fa`: anybody can make them, from anywhere. */
const failedLogins: ReadonlySet<number> = new Set([1005, 1006])

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

/** The user or service account that an event's address and device are of; undefined if it has neither. */
export const observedSubject = (event: StoredEvent): Guid | undefined =>
  event.ipAddress === undefined && event.deviceType === undefined
    ? undefined
    : (event.actingUserId ?? event.serviceAccountId)

/** The part of the organization's values that an event asks about; undefined for one that has no subject or no address. */
export const observedPart = (state: FirstSeenState, event: StoredEvent): number | undefined =>
  observedSubject(event) ? locatedIn(state, event)?.location.part : undefined

function locatedIn({ locations, placeOf }: FirstSeenState, { ipAddress }: StoredEvent): Located | undefined {
  if (ipAddress === undefined) return undefined
  const known = locations.get(ipAddress)
  if (known) return known
  const located = { location: locationOf(ipAddress), place: placeOf?.(ipAddress) }
  locations.set(ipAddress, located)
  return located
}

/** An event as it is tracked: `at` is its date, `isPast` whether it is history. */
type Tracked = {
  readonly subjectId: Guid
  readonly at: number
  readonly isPast: boolean
  readonly device: string | undefined
  readonly location: Location | undefined
  readonly place: Place | undefined
}

/**
 * Whether an event's address, network and device type are new, and adds them to the state. Newness lasts: for a user
 * `newnessMs`, for the organization `organizationNewnessMs` from the date of the first event on. Failed logins teach
 * nothing: what they came from is new until a person has acted from there.
 *
 * Until a user is known for `learningDays`, an address is new if it is new for the organization too. All is null while the
 * organization is not known so long itself, and for an event that arrived over 7 days late: such history only teaches.
 * What is older than `retainedDays` teaches nothing. The date of an event is at most `arrivedAt` (Unix ms).
 */
export function observe(state: FirstSeenState, event: StoredEvent, arrivedAt: number): Observed {
  const at = Math.min(millisecondsOf(event.date), arrivedAt)
  const isPast = isHistory(at, arrivedAt)
  const isFirstSeenItem = observeItem(state, event, at, isPast)
  const usual = observeHour(state, event, at)
  const located = locatedIn(state, event)
  const place = located?.place
  const placed = place ? withoutPast(place) : nowhere
  const subjectId = observedSubject(event)
  if (!subjectId) return { ...nothingFirstSeen, isFirstSeenItem, ...placed, ...usual }
  const tracked: Tracked = {
    subjectId,
    at,
    isPast,
    device: event.deviceType?.toString(),
    location: located?.location,
    place,
  }
  const observed = isPast
    ? { ...nothingFirstSeen, ...placed, ...usual }
    : { ...judged(state, tracked), isFirstSeenItem, ...placed, ...usual, ...judgedPlace(state, tracked) }
  if (!failedLogins.has(event.type)) teach(state, tracked)
  return observed
}

function observeItem({ items, changed }: FirstSeenState, event: StoredEvent, at: number, isPast: boolean) {
  const { cipherId } = event
  const userId = userOfItem(event)
  if (!userId || !cipherId) return null
  const isNewOne = isPast ? null : isNewItem(items.get(userId), cipherId, at)
  if (learnItem(items, userId, cipherId, at, isPast)) changed.items.add(userId)
  return isNewOne
}

function observeHour({ hours, changed }: FirstSeenState, { actingUserId, type }: StoredEvent, at: number) {
  if (!actingUserId) return { isUsualHour: false }
  const isUsual = isUsualHour(hours.get(actingUserId), at)
  if (!failedLogins.has(type) && learnHour(hours, actingUserId, at)) changed.hours.add(actingUserId)
  return { isUsualHour: isUsual }
}

type FirstSeenPlace = Omit<FirstSeen, 'isFirstSeenItem'>

function judged(
  { subjects, organization }: FirstSeenState,
  { subjectId, at, device, location }: Tracked,
): FirstSeenPlace {
  const known = subjects.get(subjectId)
  const subject = isRetained(known, at) ? known : undefined
  const isKnown = isKnownSince(subject, at)
  const isOrganizationKnown = isKnownSince(organization.times, at)
  const values = location && organization.parts.get(location.part)
  const inOrganization = (value: string | undefined) =>
    value === undefined || !isOrganizationKnown ? null : isNew(values, value, at, organizationNewnessMs)
  const isNewFor = (seen: Seen | undefined, value: string | undefined, isNewInOrganization: boolean | null) => {
    if (value === undefined) return null
    const isNewForSubject = isNew(seen, value, at, newnessMs)
    return isKnown ? isNewForSubject : isNewInOrganization && isNewForSubject
  }
  const isNewIp = inOrganization(location?.address)
  const isNewNetwork = inOrganization(location?.network)
  return {
    isFirstSeenIp: isNewFor(subject?.addresses, location?.address, isNewIp),
    isFirstSeenNetwork: isNewFor(subject?.networks, location?.network, isNewNetwork),
    isFirstSeenDevice: isKnown && device !== undefined ? isNew(subject?.devices, device, at, newnessMs) : null,
    isFirstSeenUser: isOrganizationKnown || isKnown ? !isKnown : null,
    isFirstSeenIpInOrganization: isNewIp,
    isFirstSeenNetworkInOrganization: isNewNetwork,
  }
}

const withoutPast = ({ country, networkNumber, networkName, isHosting }: Place): PlaceFields => ({
  country,
  networkNumber,
  networkName,
  isHosting,
  isFirstSeenCountry: null,
  impossibleTravel: null,
})

/** How an event's place follows from those before. Countries are known from a week after the first of them on: data may come late. */
function judgedPlace(
  { subjects, organization }: FirstSeenState,
  { subjectId, at, place }: Tracked,
): Pick<PlaceFields, 'isFirstSeenCountry' | 'impossibleTravel'> {
  if (!place) return { isFirstSeenCountry: null, impossibleTravel: null }
  const { country } = place
  const known = subjects.get(subjectId)
  const subject = isRetained(known, at) ? known : undefined
  const isNewFor = (seen: Seen | undefined, newMs: number) =>
    country === null || !seen || !isLearnt(seen, at) ? null : isNew(seen, country, at, newMs)
  const isNewInOrganization = isNewFor(organization.times?.countries, organizationNewnessMs)
  const isFirstForSubject = country === null ? null : isNew(subject?.countries, country, at, newnessMs)
  return {
    isFirstSeenCountry: isNewFor(subject?.countries, newnessMs) ?? (isNewInOrganization && isFirstForSubject),
    impossibleTravel: travel(subject?.stays ?? [], at, place).impossible,
  }
}

const isLearnt = (seen: Seen, at: number): boolean =>
  [...seen.values()].some(({ since }) => since + learningDays * dayMs <= at)

type Times = { readonly since: number; readonly lastDay: number }

const isRetained = <T extends Times>(known: T | undefined, at: number): known is T =>
  known !== undefined && known.lastDay + retainedDays > dayOf(at)

const isKnownSince = (known: Times | undefined, at: number): boolean =>
  isRetained(known, at) && at >= known.since + learningDays * dayMs

function teach(state: FirstSeenState, { subjectId, at, isPast, device, location, place }: Tracked): void {
  const { subjects, organization, changed } = state
  const day = dayOf(at)
  const known = subjects.get(subjectId)
  if (known && day + retainedDays <= known.lastDay) return
  const subject = isRetained(known, at) ? known : unknownSince(at)
  if (subject !== known) subjects.set(subjectId, subject)
  const isEarlier = isPast && at < subject.since
  if (isEarlier) subject.since = at
  let isChanged = subject !== known || isEarlier || subject.lastDay < day
  subject.lastDay = Math.max(subject.lastDay, day)
  const add = (seen: Seen, value: string, max: number) => {
    if (learn(seen, value, at, max)) isChanged = true
  }
  if (device !== undefined) add(subject.devices, device, valuesMax.devices)
  if (location) {
    add(subject.addresses, location.address, valuesMax.addresses)
    add(subject.networks, location.network, valuesMax.networks)
  }
  if (place && place.country !== null) add(subject.countries, place.country, valuesMax.countries)
  const stays = place && !isPast ? travel(subject.stays, at, place).after : subject.stays
  if (stays !== subject.stays) isChanged = true
  subject.stays = stays
  if (isChanged) changed.subjects.add(subjectId)
  if (extendTimes(organization, at, isPast)) changed.times = true
  const { times } = organization
  if (times && place && place.country !== null) {
    if (learn(times.countries, place.country, at, organizationCountriesMax)) changed.times = true
  }
  if (location) teachOrganization(state, location, at)
}

function teachOrganization({ organization, changed }: FirstSeenState, location: Location, at: number): void {
  const { address, network, part } = location
  const values: Seen = organization.parts.get(part) ?? new Map()
  organization.parts.set(part, values)
  for (const value of [address, network]) if (learn(values, value, at, partValuesMax)) changed.parts.add(part)
}
