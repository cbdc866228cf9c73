// Whether what an event came with is new by what is known. Changes nothing. Pure.
import type { FirstSeen } from '../observed/first-seen.ts'
import type { PlaceFields } from '../observed/place.ts'
import { organizationNewnessMs } from './organization.ts'
import type { FirstSeenState, Tracked } from './state.ts'
import { dayMs, dayOf, isKnownSince, isNew, learningDays, newnessMs, retainedDays, type Seen } from './values.ts'

/** Most addresses of a user or service account that keeps to few. */
const fewAddressesMax = 5

/** Whether the address, network, device type and user of an event that is no history are new. */
export function judge(
  { organization }: FirstSeenState,
  { subject, at, device, location }: Tracked,
): Omit<FirstSeen, 'isFirstSeenItem'> {
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
  const isFirstSeenIp = isNewFor(subject?.addresses, location?.address, isNewIp)
  return {
    isFirstSeenIp,
    isFirstSeenIpOfFew: isFirstSeenIp && isKnown && keepsToFew(subject?.addresses, at),
    isFirstSeenNetwork: isNewFor(subject?.networks, location?.network, isNewNetwork),
    isFirstSeenDevice: isKnown && device !== undefined ? isNew(subject?.devices, device, at, newnessMs) : null,
    isFirstSeenUser: isOrganizationKnown || isKnown ? !isKnown : null,
    isFirstSeenIpInOrganization: isNewIp,
    isFirstSeenNetworkInOrganization: isNewNetwork,
  }
}

/**
 * Whether one to `fewAddressesMax` addresses are known for over `learningDays`: as long as late events arrive, so that the
 * result is the same before and after they do.
 */
function keepsToFew(addresses: Seen | undefined, at: number): boolean {
  let count = 0
  for (const { since, day } of addresses?.values() ?? []) {
    if (since + learningDays * dayMs <= at && day + retainedDays > dayOf(at)) count++
    if (count > fewAddressesMax) return false
  }
  return count > 0
}

/** How an event's place follows from those before. Countries are known from a week after the first of them on: data may come late. */
export function judgePlace(
  { organization }: FirstSeenState,
  { subject, at, place, travel }: Tracked,
): Pick<PlaceFields, 'isFirstSeenCountry' | 'impossibleTravel'> {
  const country = place?.country ?? null
  const impossibleTravel = travel?.impossible ?? null
  if (country === null) return { isFirstSeenCountry: null, impossibleTravel }
  const isNewFor = (seen: Seen | undefined, newMs: number) =>
    seen && isLearnt(seen, at) ? isNew(seen, country, at, newMs) : null
  const isNewInOrganization = isNewFor(organization.times?.countries, organizationNewnessMs)
  const isNewForUnknown = isNewInOrganization && isNew(subject?.countries, country, at, newnessMs)
  return { isFirstSeenCountry: isNewFor(subject?.countries, newnessMs) ?? isNewForUnknown, impossibleTravel }
}

function isLearnt(seen: Seen, at: number): boolean {
  for (const { since } of seen.values()) if (since + learningDays * dayMs <= at) return true
  return false
}
