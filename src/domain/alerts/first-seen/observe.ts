// First-seen tracking: whether the address, network, device and item of an event are new for its user and for the organization, and where it came from. Safe to repeat. Pure but for the state handed in.
import type { StoredEvent } from '../../events/event.ts'
import { millisecondsOf } from '../../instant.ts'
import { isHistory } from '../engine/compiled/limits.ts'
import { isUsualHour as isUsual, learnHour } from '../hours/usual-hours.ts'
import { nothingFirstSeen } from '../observed/first-seen.ts'
import type { Observed } from '../observed/observed.ts'
import { nowhere, type Place, type PlaceFields } from '../observed/place.ts'
import { isNewItem, learnItem, userOfItem } from './items.ts'
import { judge, judgePlace } from './judge.ts'
import { type FirstSeenState, locatedIn, observedSubject, type Tracked } from './state.ts'
import { teach } from './teach.ts'
import { travelTo } from './travel.ts'
import { isRetained } from './values.ts'

/** `User_FailedLogIn` and `User_FailedLogIn2fa`: anybody can make them, from anywhere. */
const failedLogins: ReadonlySet<number> = new Set([1005, 1006])

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
  const isUsualHour = observeHour(state, event, at)
  const located = locatedIn(state, event)
  const placed = located?.place ? fieldsOfPlace(located.place) : nowhere
  const subjectId = observedSubject(event)
  if (!subjectId) return { ...nothingFirstSeen, isFirstSeenItem, isUsualHour, ...placed }
  const known = state.subjects.get(subjectId)
  const subject = isRetained(known, at) ? known : undefined
  const tracked: Tracked = {
    subjectId,
    subject,
    at,
    isPast,
    device: event.deviceType?.toString(),
    location: located?.location,
    place: located?.place,
    travel: located?.place && !isPast ? travelTo(subject?.stays ?? [], at, located.place) : undefined,
  }
  const observed = isPast
    ? { ...nothingFirstSeen, ...placed, isUsualHour }
    : { ...placed, ...judgePlace(state, tracked), ...judge(state, tracked), isFirstSeenItem, isUsualHour }
  if (!failedLogins.has(event.type)) teach(state, tracked)
  return observed
}

const fieldsOfPlace = ({ country, networkNumber, networkName, isHosting }: Place): PlaceFields => ({
  country,
  networkNumber,
  networkName,
  isHosting,
  isFirstSeenCountry: null,
  impossibleTravel: null,
})

function observeItem({ items, changed }: FirstSeenState, event: StoredEvent, at: number, isPast: boolean) {
  const { cipherId } = event
  const userId = userOfItem(event)
  if (!userId || !cipherId) return null
  const isNewOne = isPast ? null : isNewItem(items.get(userId), cipherId, at)
  if (learnItem(items, userId, cipherId, at, isPast)) changed.items.add(userId)
  return isNewOne
}

function observeHour({ hours, changed }: FirstSeenState, { actingUserId, type }: StoredEvent, at: number): boolean {
  if (!actingUserId) return false
  const usual = isUsual(hours.get(actingUserId), at)
  if (!failedLogins.has(type) && learnHour(hours, actingUserId, at)) changed.hours.add(actingUserId)
  return usual
}
